"""
Causes' energies brought onto what was metered at every boundary of the plant.

Source water, supply water, the machines themselves and both pumps: models of causes split what was
metered there, they do not make it.
"""

from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import SeenAt
from loopkeeper.lifecycle.diagnose.course import MonthlyRuns
from loopkeeper.lifecycle.diagnose.metered_effect import (
    MACHINES_METERED,
    PUMPS_METERED,
    WATER_METERED,
    Both,
    Effects,
    scaled,
)
from loopkeeper.lifecycle.diagnose.shapley import Attribution
from loopkeeper.lifecycle.diagnose.suspects import BY_CODE
from loopkeeper.lifecycle.diagnose.suspects.thermal_history import HISTORY, RECHARGE_KEPT
from loopkeeper.measure.series import Bools, Floats

PUMPS = frozenset({SeenAt.SOURCE_PUMPS, SeenAt.LOAD_PUMPS})


@dataclass(frozen=True)
class Shares:
    """
    Attribution at the best estimate and at every draw, shape (n, k). [J]

    By player, shape (k,): ``factor`` it was scaled by, ``doubt`` its draws do not hold [-].
    """

    best: Attribution
    fair: Floats
    first: Floats
    last: Floats
    factor: Floats
    doubt: Floats

    def times(self, factor: Floats, drawn: Floats) -> "Shares":
        """Return the energies multiplied, by player and by draw. [-]"""
        best = replace(
            self.best,
            fair=factor * self.best.fair,
            first=factor * self.best.first,
            last=factor * self.best.last,
        )
        fair, first, last = (drawn * of for of in (self.fair, self.first, self.last))
        return Shares(best, fair, first, last, factor * self.factor, self.doubt)


@dataclass(frozen=True)
class _Boundary:
    """Parts of the players' energies seen at one place [-]; what was metered there. [J]"""

    parts: Floats
    effect: float
    deviation: float


def onto_meters(
    story: MonthlyRuns, shares: Shares, effects: Effects, promised: float, rng: np.random.Generator
) -> Shares:
    """
    Scale the parts of the causes' energies onto what was metered where they are seen.

    Parameters
    ----------
    story : MonthlyRuns
        The plant with all causes, and measured.
    shares : Shares
        Energies by the causes' models.
    effects : Effects
        What water other than designed took.
    promised : float
        Electricity promised at the delivered heat. [J]
    rng : Generator
        For the doubts of meters and models.

    Returns
    -------
    Shares
        Energies on the meters.
    """
    count = len(story.players)
    water = _through_water(story, shares, effects)
    factor, drawn = np.ones(count), np.ones_like(shares.fair)
    for one in _boundaries(story, shares, effects, water, promised):
        both = Both(one.effect, one.deviation, float(shares.best.fair @ one.parts))
        scale = scaled(both, shares.fair @ one.parts, promised, rng)
        factor += one.parts * (scale.factor - 1.0)
        drawn += one.parts[None, :] * (scale.draws[:, None] - 1.0)
    certain = story.court.setting.recharge_apart > RECHARGE_KEPT
    history = np.array([p.cause == HISTORY for p in story.players], dtype=bool)
    doubt = shares.doubt * np.where(history & certain, 1.0 - water, 1.0)
    return replace(shares.times(factor, drawn), doubt=doubt)


def _through_water(story: MonthlyRuns, shares: Shares, effects: Effects) -> Floats:
    """
    Shares of the players' energies that the source's water brings. [-]

    All of those of the source, but of the balance of the years what the model's water says:
    another use costs by its hours and part load, too.
    """
    parts = np.array([BY_CODE[p.cause].of_source for p in story.players], dtype=float)
    for n, player in enumerate(story.players):
        whole = float(shares.best.fair[n])
        if player.cause == HISTORY and np.isfinite(effects.history) and whole != 0:
            parts[n] = float(np.clip(effects.history / whole, 0.0, 1.0))
    return parts


def _boundaries(
    story: MonthlyRuns, shares: Shares, effects: Effects, water: Floats, promised: float
) -> list[_Boundary]:
    """Source water, supply water, the machines themselves, and both pumps."""
    players, fair = story.players, shares.best.fair
    places = [BY_CODE[p.cause].seen_at for p in players]
    rows = np.array([story.parts(n) for n in range(len(players))]).reshape(-1, 3).T
    # what was seen to come in the record is metered by itself, whatever maps and promise are off
    came = np.array([p.onset is not None for p in players], dtype=bool)
    own, supply = _at(places, SeenAt.MACHINES), _at(places, SeenAt.SUPPLY)
    others = _at(places, SeenAt.LOAD, SeenAt.STAGING) | (own & came)
    pumps = _at(places, *PUMPS)
    rest = (story.stage.measured - story.stage.base.spent).sum(axis=1)
    machines = rest[0] - effects.supply - effects.source - rows[0][others] @ fair[others]
    found = [
        _Boundary(water, effects.source, WATER_METERED * promised),
        _Boundary(np.where(supply, rows[0], 0.0), effects.supply, WATER_METERED * promised),
        _Boundary(np.where(own & ~came, rows[0], 0.0), machines, MACHINES_METERED * promised),
    ]
    for row, left in zip(rows[1:], rest[1:], strict=True):
        parts = np.where(pumps, 0.0, (1.0 - water) * row)
        doubt = np.hypot(PUMPS_METERED * promised, (shares.fair[:, pumps] @ row[pumps]).std())
        found.append(_Boundary(parts, left - row[pumps] @ fair[pumps], float(doubt)))
    return found


def _at(places: list[SeenAt], *wanted: SeenAt) -> Bools:
    return np.array([place in wanted for place in places], dtype=bool)
