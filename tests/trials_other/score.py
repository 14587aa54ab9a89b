"""
Judge the program by plants of another hand: ``python -m trials_other.score --seeds 1-2``.

The judge and the table are those of :mod:`trials.score`; the plants are not.
"""

from pathlib import Path

from trials.score import main
from trials_other.__main__ import draw

PAGE = Path(__file__).parents[2] / "docs" / "commissioning-other.md"
HEAD = """# Faults planted into trials by a second emulator

Written by `python -m trials_other.score --write` (tests/trials_other): the faults of
[commissioning.md](commissioning.md) in plants of another hand, which share nothing with the
program and no physics with the first emulator. Machines whose Carnot share falls with the lift and
that are best at six tenths of their load; pumps that share a lift and a header, drives that hold
a pressure; a controller that hunts and stages by hysteresis; ground by lines with a slow grout,
wells that take their own water, rivers whose day is not the climate's; a third of the plants
cooling in summer. Heat and electricity partly on registers of whole kilowatt-hours, groups of
pumps on one meter, logs every 10, 30 or 60 s, one clock late, gaps. Seeds {seeds}. *Found* and
*something else named* are as there.

"""

if __name__ == "__main__":
    main("trials_other", draw, PAGE, HEAD)
