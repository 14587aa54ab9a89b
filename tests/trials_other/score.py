"""
Judge the program by plants of another hand: ``python -m trials_other.score --seeds 1-2``.

Found, and the table of it, are those of :mod:`trials.score`; the plants are not.
"""

import argparse
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from loopkeeper.errors import LoopkeeperError
from trials.score import Case, found, table
from trials_other.__main__ import draw
from trials_other.draw import FAULTS, KINDS

PAGE = Path(__file__).parents[2] / "docs" / "commissioning-other.md"


def judge(case: Case) -> tuple[Case, set[str]]:
    """Draw one plant and return what is found."""
    kind, fault, seed = case
    with tempfile.TemporaryDirectory() as place:
        folder = draw(Path(place), kind, fault, seed)
        try:
            return case, found(folder)
        except LoopkeeperError as error:
            return case, {f"error: {error}"}


def judged(
    seeds: range, jobs: int, faults: Iterable[str], kinds: Iterable[str]
) -> Iterator[tuple[Case, set[str]]]:
    """Judge every fault of every kind of source at some seeds."""
    cases = [(k, f, s) for f in faults for k in kinds if k in FAULTS[f][0] for s in seeds]
    if jobs == 1:
        yield from map(judge, cases)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(judge, cases)


def main() -> None:
    """Judge and print, or write the page."""
    asked = argparse.ArgumentParser(prog="python -m trials_other.score")
    asked.add_argument("--seeds", default="1-2")
    asked.add_argument("--jobs", type=int, default=1)
    asked.add_argument("--fault", choices=FAULTS)
    asked.add_argument("--kind", choices=KINDS)
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    first, _, last = given.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    faults = [given.fault] if given.fault else FAULTS
    kinds = [given.kind] if given.kind else KINDS
    results = []
    for case, named in judged(seeds, given.jobs, faults, kinds):
        results.append((case, named))
        wanted = set(FAULTS[case[1]][1])
        hit = "found" if named & wanted else "sound" if not (wanted or named) else "MISSED"
        print(*case, hit, *sorted(named - wanted), flush=True)  # noqa: T201
    text = table(results)
    print(text)  # noqa: T201
    if given.write:
        PAGE.write_text(HEAD.format(seeds=given.seeds) + text + "\n", encoding="utf-8")


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
    main()
