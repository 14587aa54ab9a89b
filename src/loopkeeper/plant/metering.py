"""
What a meter holds: the parts of a plant behind one meter, and how meters add up to a boundary.

A point's ``of`` may list several parts (``hp1+sp1+sp2``, ``machines+pumps``, ``plant``); a main
meter less its sub-meters is a meter too.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from loopkeeper.plant.machines import Loop
from loopkeeper.plant.plant import Plant

Parts = frozenset[str]
"""Names of parts that are not divided any further: machines, pumps, backups, places."""

BESIDE: Final = frozenset({"buffer-pumps", "terminals"})
"""Parts that are no record of the plant, only a place in the point list."""
_WORDS: Final = re.compile(r"\s*[+＋&、]\s*")


def parts_behind(of: str, plant: Plant) -> Parts | None:
    """
    Return the parts behind a meter.

    Parameters
    ----------
    of : str
        As the point list has it: one part, a group, or several joined by ``+``.
    plant : Plant
        Its machines, pumps and backups.

    Returns
    -------
    frozenset of str or None
        Parts that are not divided any further; None when one of the words is no part that draws
        energy (``load``, ``zone-1``).
    """
    groups = _groups(plant)
    found: set[str] = set()
    for word in _WORDS.split(of.strip()):
        if word not in groups:
            return None
        found |= groups[word]
    return frozenset(found)


def required_parts(group: str, plant: Plant) -> Parts:
    """Return the parts that a group counts when all are metered; stand-by pumps among them."""
    return _groups(plant)[group]


def stand_by(plant: Plant) -> Parts:
    """Return the pumps that rest while the others run."""
    return frozenset(p.id for p in plant.pumps if p.standby)


def _groups(plant: Plant) -> Mapping[str, Parts]:
    """Every word that the point list may use for parts that draw energy."""
    machines = {m.id for m in plant.machines}
    backups = {b.id for b in plant.backups}
    groups: dict[str, set[str]] = {one: {one} for one in (*machines, *backups, *BESIDE)}
    groups |= {p.id: {p.id} for p in plant.pumps}
    for loop in Loop:
        name = f"{loop}-pumps"
        groups[name] = {p.id for p in plant.pumps if p.loop == loop} or {name}
    groups["machines"] = machines or {"machines"}
    groups["pumps"] = groups["source-pumps"] | groups["load-pumps"]
    groups["backup"] = backups or {"backup"}
    groups["plant"] = groups["machines"] | groups["pumps"] | backups
    return {name: frozenset(parts) for name, parts in groups.items()}


def compose(target: Parts, meters: Sequence[Parts], *, whole: bool = False) -> dict[int, int]:
    """
    Return how meters add up to a set of parts.

    Parameters
    ----------
    target : frozenset of str
        What is to be known.
    meters : sequence of frozenset of str
        What each meter holds.
    whole : bool
        Prefer few meters that hold much; else many that hold little.

    Returns
    -------
    dict of int to int
        Sign (+1 or −1) of each meter that enters, by its place; empty when they do not add up.
    """
    order = sorted(range(len(meters)), key=lambda k: (len(meters[k]), k), reverse=whole)
    exact = _cover(target, meters, order)
    return exact if exact is not None else _less(target, meters, order)


def _cover(target: Parts, meters: Sequence[Parts], order: Sequence[int]) -> dict[int, int] | None:
    """Meters that hold the parts once each and nothing else."""
    if not target:
        return {}
    one = min(target)
    for k in order:
        if one in meters[k] and meters[k] <= target:
            rest = _cover(target - meters[k], meters, order)
            if rest is not None:
                return {k: 1, **rest}
    return None


def _less(target: Parts, meters: Sequence[Parts], order: Sequence[int]) -> dict[int, int]:
    """A main meter less the sub-meters of what it holds too much."""
    for k in sorted(order, key=lambda k: len(meters[k])):
        excess, lacking = meters[k] - target, target - meters[k]
        if not excess or lacking == target:
            continue
        subtracted = _cover(excess, meters, order)
        added = _cover(lacking, meters, order)
        if subtracted is not None and added is not None:
            return {k: 1, **added, **dict.fromkeys(subtracted, -1)}
    return {}
