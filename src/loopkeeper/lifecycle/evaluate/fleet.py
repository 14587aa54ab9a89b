"""
Fleet statistics: how key figures spread over plants, who stands out, what deviations they share.

Plants are compared within groups (climate zone, use, source) by rank, and outliers by the median
and its absolute deviation, so that one bad plant does not move the yardstick.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from loopkeeper.measure.uncertainty import Estimate

FAR: Final = 3.5
"""Modified z-score beyond which a plant stands out (Iglewicz and Hoaglin 1993). [-]"""
FEWEST: Final = 5
"""Fewer plants than this make no distribution. [-]"""
INDUSTRY: Final[Mapping[str, float]] = {
    "design": 0.27, "operation": 0.22, "thermal_balance": 0.18, "construction": 0.15,
    "resource": 0.10, "hydraulic": 0.05, "commissioning": 0.03,
}  # fmt: skip
"""Shares of 120 projects in the 2025 industry report (S; its method is not told). [-]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """
    A plant of a fleet over one period.

    ``figures`` by name, None where refused; ``reasons`` sentences of what was refused;
    ``causes`` energy of each kind of deviation in its last diagnosis [kWh], empty without one.
    ``within`` a figure at the widest boundary that is metered, by name, where that is not the one
    plants are compared at: shown, never compared.
    """

    id: str
    name: str
    group: Mapping[str, str]
    figures: Mapping[str, Estimate | None]
    coverage: float
    reasons: tuple[str, ...] = ()
    causes: Mapping[str, float] | None = None
    within: Mapping[str, tuple[str, Estimate]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A figure over a group of plants: number, quartiles, lowest and highest."""

    figure: str
    group: str
    count: int
    low: float
    quarter: float
    median: float
    three_quarters: float
    high: float


@dataclass(frozen=True, slots=True)
class Outlier:
    """A plant that stands out: figure, value, the median, how far in robust deviations."""

    plant: str
    figure: str
    value: float
    median: float
    score: float


def spreads(members: Sequence[Member], figure: str, by: str = "") -> tuple[Spread, ...]:
    """
    Return how a figure spreads over plants.

    Parameters
    ----------
    members : sequence of Member
        The fleet.
    figure : str
        Its name.
    by : str
        What groups them (``climate_zone``, ``use``, ``source``); all together when empty.

    Returns
    -------
    tuple of Spread
        One for each group with five plants or more.
    """
    groups: dict[str, list[float]] = {}
    for member in members:
        value = member.figures.get(figure)
        if value is not None:
            groups.setdefault(member.group.get(by, "") if by else "", []).append(value.value)
    found = []
    for name, values in sorted(groups.items()):
        if len(values) >= FEWEST:
            low, quarter, median, three_quarters, high = (
                float(q) for q in np.quantile(values, [0.0, 0.25, 0.5, 0.75, 1.0])
            )
            found.append(
                Spread(
                    figure=figure,
                    group=name,
                    count=len(values),
                    low=low,
                    quarter=quarter,
                    median=median,
                    three_quarters=three_quarters,
                    high=high,
                )
            )
    return tuple(found)


def outliers(members: Sequence[Member], figure: str) -> tuple[Outlier, ...]:
    """
    Return plants whose figure stands out, the farthest first.

    Parameters
    ----------
    members : sequence of Member
        The fleet, or a group of it.
    figure : str
        Its name.

    Returns
    -------
    tuple of Outlier
        By the modified z-score; empty below five plants or when they do not differ.
    """
    known = [(m.id, v.value) for m in members if (v := m.figures.get(figure)) is not None]
    if len(known) < FEWEST:
        return ()
    values = np.array([v for _, v in known])
    median = float(np.median(values))
    spread = float(np.median(np.abs(values - median)))
    if spread <= 0:
        return ()
    scores = 0.6745 * (values - median) / spread
    found = [
        Outlier(name, figure, value, median, float(score))
        for (name, value), score in zip(known, scores, strict=True)
        if abs(score) > FAR
    ]
    return tuple(sorted(found, key=lambda o: -abs(o.score)))


def ranks(members: Sequence[Member], figure: str) -> dict[str, float]:
    """Return each plant's rank among those with the figure, 0 lowest to 1 highest. [-]"""
    known = {m.id: v.value for m in members if (v := m.figures.get(figure)) is not None}
    order = sorted(known, key=lambda name: known[name])
    last = max(1, len(order) - 1)
    return {name: place / last for place, name in enumerate(order)}


def cause_shares(members: Sequence[Member]) -> tuple[dict[str, float], dict[str, float], int]:
    """
    Return the shares of the seven kinds of deviation over a fleet.

    Parameters
    ----------
    members : sequence of Member
        The fleet; plants without a diagnosis are left out.

    Returns
    -------
    by_plant : dict
        Share of plants whose costliest deviation is of the kind [-]; healthy ones count as none.
    by_energy : dict
        Share of the energy lost to the kind. [-]
    count : int
        Plants with a diagnosis.
    """
    diagnosed = [m.causes for m in members if m.causes is not None]
    worst = [max(c, key=lambda k: c[k]) for c in diagnosed if c and max(c.values()) > 0]
    energy = {kind: sum(max(0.0, c.get(kind, 0.0)) for c in diagnosed) for kind in INDUSTRY}
    whole = sum(energy.values())
    by_plant = {k: worst.count(k) / len(worst) if worst else 0.0 for k in INDUSTRY}
    by_energy = {k: e / whole if whole else 0.0 for k, e in energy.items()}
    return by_plant, by_energy, len(diagnosed)
