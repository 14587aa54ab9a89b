"""What a ledger tells of boreholes one by one, and what those may be that it does not tell of."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from loopkeeper.errors import UnitError
from loopkeeper.lifecycle.build.spacing import spacing_found
from loopkeeper.lifecycle.build.surveyed import SurveyFrame, survey_frame
from loopkeeper.lifecycle.build.two_pipes import hole_of
from loopkeeper.lifecycle.build.works import hidden_checks
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.holes import FieldHoles
from loopkeeper.plant.records import LedgerCheck
from loopkeeper.units import linear_to_si

Floats = NDArray[np.float64]

BOREHOLE: Final = "borehole"
KINDS: Final = ("active_length", "diameter", "grout_conductivity")
PLACES: Final = ("x", "y")
LIKELY: Final = (0.2, 3.0)
"""Found over drawn outside which a record is a slip of the pen and counts as none (A). [-]"""
GIVEN_UP: Final = 0.005
"""Share of its length that stands for a hole that was given up, found to be 0 m. [-]"""
CLOSEST: Final = 0.5
"""Holes found nearer to one another than this are where they are drawn: a rig needs room. [m]"""
STRAYED: Final = 20.0
"""A hole found so far from where it is drawn is measured from elsewhere, and stays there. [m]"""

ALIKE: Final = 0.02
"""Scale of a survey within which holes without a record stand as drawn (A). [-]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPrior:
    """
    What is thought of found over drawn before anything is recorded.

    Worth so many ``holes`` of records; ``common`` to all holes and ``single`` standard deviation
    about as drawn [-].
    """

    holes: float
    common: float
    single: float


PRIORS: Final[Mapping[str, FoundPrior]] = {
    "active_length": FoundPrior(holes=5.0, common=0.03, single=0.03),
    "diameter": FoundPrior(holes=5.0, common=0.01, single=0.01),
    "grout_conductivity": FoundPrior(holes=1.0, common=0.10, single=0.10),
}
"""
Orders of magnitude (A): what acceptance finds of holes nobody complained of; a sample of grout is
of a mix, which many holes were filled with. [-]
"""


@dataclass(frozen=True, kw_only=True)
class HolesOnRecord:
    """
    What a ledger tells of a field's holes.

    ``drawn`` holes; ``ratios`` found over drawn by quantity, NaN where nothing is told, shape
    (n,) each [-]; ``x``, ``y`` found, as supposed where not told [m]; how far ``apart``
    neighbours are found over drawn, None where no survey fits the drawing [-], of so many holes
    ``placed`` by east and north; ``unread`` records that give no likely number, ``beyond`` names
    of holes that the drawing has not.
    """

    drawn: FieldHoles
    ratios: Mapping[str, Floats]
    x: Floats
    y: Floats
    apart: Estimate | None = None
    placed: int = 0
    unread: tuple[LedgerCheck, ...] = ()
    beyond: tuple[str, ...] = ()

    def told(self, kind: str) -> int:
        """How many holes a quantity is recorded of. [-]"""
        return int(np.isfinite(self.ratios[kind]).sum())

    @property
    def spacing(self) -> float:
        """Mean distance of neighbours found over drawn, NaN where no survey fits. [-]"""
        return math.nan if self.apart is None else self.apart.value

    @property
    def unrecorded(self) -> int:
        """FieldHoles whose length nobody recorded. [-]"""
        return self.drawn.count - self.told("active_length")


def on_record(drawn: FieldHoles, ledger: Sequence[LedgerCheck]) -> HolesOnRecord:
    """
    Return what a ledger tells of holes one by one.

    Parameters
    ----------
    drawn : FieldHoles
        The drawing.
    ledger : sequence of LedgerCheck
        Of one hole and check the last counts. A hole's number is the last one in its name where
        that is the number of one drawn hole; the others are taken in their order.

    Returns
    -------
    HolesOnRecord
    """
    where, beyond = holes_named(ledger, drawn.count)
    newest = {
        (one.item, one.check): one
        for one in ledger
        if one.item_kind == BOREHOLE and one.check in (*KINDS, *PLACES)
    }
    whole = {
        "active_length": drawn.lengths,
        "diameter": drawn.diameters,
        "grout_conductivity": drawn.grout,
    }
    ratios = {kind: np.full(drawn.count, np.nan) for kind in KINDS}
    unread = []
    for (item, check), one in newest.items():
        hole, value = where.get(item), si_value(one)
        if hole is None or check in PLACES:
            continue
        if value == 0 and check == "active_length":
            ratios[check][hole] = GIVEN_UP
        elif value is not None and _likely(value / whole[check][hole]):
            ratios[check][hole] = value / whole[check][hole]
        else:
            unread.append(one)
    x, y, frame = survey_of(drawn, ledger)
    both = int((np.isfinite(x) & np.isfinite(y)).sum())
    apart = spacing_found((drawn.x, drawn.y), (x, y), frame)
    x, y, placed = _placed(drawn, (x, y), frame)
    for (item, check), one in newest.items():
        hole = where.get(item)
        if check in PLACES and hole is not None and not placed[PLACES.index(check)][hole]:
            unread.append(one)
    x, y = _apart(drawn, x, y)
    return HolesOnRecord(
        drawn=drawn,
        ratios=ratios,
        x=x,
        y=y,
        apart=apart,
        placed=both,
        unread=tuple(unread),
        beyond=beyond,
    )


def holes_named(
    ledger: Sequence[LedgerCheck], count: int
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return which drawn hole each name on record means, and names that none is left for."""
    kinds = {*KINDS, *PLACES}
    names = [one.item for one in ledger if one.item_kind == BOREHOLE and one.check in kinds]
    where, beyond = numbered(tuple(dict.fromkeys(map(hole_of, names))), count)
    return {name: where[hole_of(name)] for name in names if hole_of(name) in where}, beyond


def survey_of(
    drawn: FieldHoles, ledger: Sequence[LedgerCheck]
) -> tuple[Floats, Floats, SurveyFrame | None]:
    """Return X and Y of holes as surveyed, NaN where not told [m], and how they lie."""
    where, _ = holes_named(ledger, drawn.count)
    told = {axis: np.full(drawn.count, np.nan) for axis in PLACES}
    for one in ledger:
        hole = where.get(one.item)
        if one.item_kind == BOREHOLE and one.check in PLACES and hole is not None:
            value = si_value(one)
            told[one.check][hole] = np.nan if value is None else value
    x, y = (told[axis] for axis in PLACES)
    return x, y, survey_frame((drawn.x, drawn.y), (x, y))


def _placed(
    drawn: FieldHoles, found: tuple[Floats, Floats], frame: SurveyFrame | None
) -> tuple[Floats, Floats, tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """
    East and north of holes as found, and which were taken.

    Others and those astray stand as drawn, or as far apart as the rest was found.
    """
    (x, y), rest = found, (drawn.x, drawn.y)
    if frame is not None:
        x, y = frame.laid(x, y) if frame.own else (x, y)
        rest = frame.supposed(*rest) if abs(frame.scale - 1.0) > ALIKE else rest
    near = np.abs(x - rest[0]) <= STRAYED, np.abs(y - rest[1]) <= STRAYED
    return np.where(near[0], x, rest[0]), np.where(near[1], y, rest[1]), near


def _apart(drawn: FieldHoles, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return places as found, of holes that stand within one another as drawn."""
    if drawn.count < 2:
        return x, y
    places = np.stack([x, y], axis=1)
    within = cKDTree(places).query(places, k=2)[0][:, 1] < CLOSEST
    return np.where(within, drawn.x, x), np.where(within, drawn.y, y)


def numbered(names: Sequence[str], count: int) -> tuple[dict[str, int], tuple[str, ...]]:
    """
    Return which drawn hole a name means.

    Parameters
    ----------
    names : sequence of str
        Each once.
    count : int
        Drawn holes.

    Returns
    -------
    dict of str to int
        From 0.
    tuple of str
        Names that no drawn hole is left for.
    """
    ends = {name: re.search(r"(\d+)\D*$", name) for name in names}
    numbers = {n: int(m.group(1)) - 1 if m else -1 for n, m in ends.items()}
    used = list(numbers.values())
    found = {n: k for n, k in numbers.items() if 0 <= k < count and used.count(k) == 1}
    free = iter(sorted(set(range(count)) - set(found.values())))
    beyond = []
    for name in names:
        if name in found:
            continue
        hole = next(free, None)
        if hole is None:
            beyond.append(name)
        else:
            found[name] = hole
    return found, tuple(beyond)


def si_value(one: LedgerCheck) -> float | None:
    """
    Return what a record found in SI, None where it gives no number or an unknown unit.

    Without a unit of its own, or with the usual one of the check, it is in SI already.
    """
    usual = hidden_checks().get((one.item_kind, one.check))
    own = one.unit.strip() not in {"", "" if usual is None else usual.unit}
    try:
        factor, offset, _ = linear_to_si(one.unit) if own else (1.0, 0.0, "")
        value = factor * float(one.found) + offset
    except (ValueError, UnitError):
        return None
    return value if np.isfinite(value) else None


def _likely(ratio: float) -> bool:
    return LIKELY[0] <= ratio <= LIKELY[1]


def expected(record: HolesOnRecord) -> FieldHoles:
    """Return the holes as recorded; what is not told is what the others and the prior expect."""
    return _holes(record, {kind: _filled(record, kind) for kind in KINDS})


def _filled(record: HolesOnRecord, kind: str) -> Floats:
    ratios = record.ratios[kind]
    return np.where(np.isfinite(ratios), ratios, _mean(ratios, PRIORS[kind]))


def _mean(ratios: Floats, prior: FoundPrior) -> float:
    known = ratios[np.isfinite(ratios)]
    return float((known.sum() + prior.holes) / (len(known) + prior.holes))


def _holes(record: HolesOnRecord, ratios: Mapping[str, Floats]) -> FieldHoles:
    drawn = record.drawn
    return FieldHoles(
        x=record.x,
        y=record.y,
        lengths=drawn.lengths * ratios["active_length"],
        diameters=drawn.diameters * ratios["diameter"],
        grout=drawn.grout * ratios["grout_conductivity"],
    )


def supposed(record: HolesOnRecord, rng: np.random.Generator, count: int) -> Mapping[str, Floats]:
    """
    Draw what the holes may be that nobody recorded.

    Parameters
    ----------
    record : HolesOnRecord
        What is recorded.
    rng : Generator
        Of chance.
    count : int
        How many fields are drawn.

    Returns
    -------
    mapping of str to array, shape (count, n)
        Found over drawn by quantity. [-]

    Notes
    -----
    A Bayesian bootstrap with a prior: a hole is like one of those on record, or of the prior, with
    weights of a Dirichlet distribution (one for each record, the prior's worth for the prior) that
    are drawn anew for every field. So two sorts of holes stay two sorts, and few records say
    little. It rests on this: holes are not recorded or left out because of how they turned out.
    """
    return {kind: _drawn(record.ratios[kind], PRIORS[kind], rng, count) for kind in KINDS}


def _drawn(ratios: Floats, prior: FoundPrior, rng: np.random.Generator, count: int) -> Floats:
    missing = np.flatnonzero(~np.isfinite(ratios))
    known = ratios[np.isfinite(ratios)]
    fields = np.tile(ratios, (count, 1))
    if len(missing) == 0:
        return fields
    worth = np.append(np.ones(len(known)), prior.holes)
    weights = np.cumsum(rng.dirichlet(worth, size=count), axis=1)
    chance = rng.random((count, len(missing)))
    picked = np.array([np.searchsorted(w[:-1], c) for w, c in zip(weights, chance, strict=True)])
    shift = prior.common * rng.standard_normal((count, 1))
    fresh = 1.0 + shift + prior.single * rng.standard_normal(picked.shape)
    others = np.append(known, np.nan)[picked]
    fields[:, missing] = np.where(np.isfinite(others), others, np.maximum(fresh, LIKELY[0]))
    return fields
