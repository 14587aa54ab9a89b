"""
The split between ground and others that costs least over its life and keeps the ground in balance.

Candidates differ in the share of the peaks that the ground serves; what is left goes to boiler,
network, boiler or chiller, whichever costs less; what is still unbalanced is recharged by the sun
or a heat network, or rejected by a tower. Heat of condensers asked for in the same hour may
be used at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import InputError, LoopkeeperError
from loopkeeper.lifecycle.design.consistency import BALANCED
from loopkeeper.lifecycle.design.economy import Account, Prices, Variant, account
from loopkeeper.lifecycle.design.sizing import FieldSize, FieldTask, size_field
from loopkeeper.measure.series import Floats
from loopkeeper.plant.reference_ways import reference_way
from loopkeeper.units import HOUR, KWH

SHARES = (1.0, 0.85, 0.7, 0.55, 0.4)
"""Shares of the heating and cooling peak that the ground may serve. [-]"""
WORTH_RECOVERING = 0.02
"""Share of the heat that condensers could give in the same hour, from which it is tried. [-]"""
SUMMER = 2000 * HOUR
"""Time over which a heat network recharges the ground in a year (A). [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """
    What is asked for, shape (n,) hourly [W], and how well the machines do over a season [-].

    ``pumps`` electricity of the water pumps per heat and cold delivered [-]; ``summer`` hours in
    which the sun may recharge the ground, shape (n,); ``network`` whether a heat network is there.
    """

    heating: Floats
    cooling: Floats
    cop: float
    eer: float
    pumps: float
    summer: NDArray[np.bool_]
    network: bool = False


@dataclass(frozen=True, kw_only=True)
class Split:
    """
    One candidate.

    Shares of the peaks served by the ground [-]; ``field`` its size; ``balance`` heat put in over
    heat drawn, measures included [-]; ``recharge`` and ``rejected`` heat a year moved past the
    ground [J]; ``covered`` share of the yearly heat and cold from the ground [-].
    """

    heating_share: float
    cooling_share: float
    field: FieldSize
    balance: float
    recharge: float
    rejected: float
    covered: float
    account: Account
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Hybrid:
    """All candidates that keep the balance, the cheapest first, and what others would cost."""

    splits: tuple[Split, ...]
    others: tuple[Account, ...]
    refused: Mapping[str, int]

    @property
    def best(self) -> Split:
        """The least life-cycle cost."""
        return self.splits[0]


def hybrid(
    task: FieldTask,
    demand: Demand,
    prices: Prices,
    *,
    grid: float,
    shares: Sequence[float] = SHARES,
) -> Hybrid:
    """
    Search the split of least life-cycle cost whose ground stays in balance.

    Parameters
    ----------
    task : FieldTask
        Field, ground and limits; its heat is replaced.
    demand : Demand
        Loads and seasonal efficiencies.
    prices : Prices
        Of things and energy.
    grid : float
        Carbon of the grid. [kg kWh-1]
    shares : sequence of float
        Shares of the peaks tried. [-]

    Returns
    -------
    Hybrid
        Every candidate's field is sized for its years with limits held hour by hour.

    Raises
    ------
    InputError
        When no candidate can be sized.
    """
    splits: list[Split] = []
    refused: dict[str, int] = {}
    for heating in shares:
        for cooling in shares:
            try:
                splits.append(_split(task, demand, prices, grid, (heating, cooling)))
            except LoopkeeperError as error:
                reason = type(error).__name__
                refused[reason] = refused.get(reason, 0) + 1
    if not splits:
        raise InputError(f"no split can be built: {refused}")
    splits.sort(key=lambda s: s.account.life_cycle)
    others = tuple(account(v, prices, grid=grid) for v in _others(demand, prices))
    return Hybrid(tuple(splits), others, refused)


def _split(
    task: FieldTask, demand: Demand, prices: Prices, grid: float, shares: tuple[float, float]
) -> Split:
    """The cheapest equipment of one pair of shares: heat recovered or not, each field sized."""
    caps = shares[0] * demand.heating.max(), shares[1] * demand.cooling.max()
    warm, cold = np.minimum(demand.heating, caps[0]), np.minimum(demand.cooling, caps[1])
    both = np.minimum(warm, cold * (1 + 1 / demand.eer))
    ways = [np.zeros(len(warm))]
    if both.sum() > WORTH_RECOVERING * warm.sum():
        ways.append(both)
    splits = [
        _equipped(task, demand, prices, grid, _Served(shares, warm, cold, recovered))
        for recovered in ways
    ]
    return min(splits, key=lambda s: s.account.life_cycle)


@dataclass(frozen=True)
class _Served:
    """What the ground serves, shape (n,) [W]; ``recovered`` heat of condensers used at once."""

    shares: tuple[float, float]
    warm: Floats
    cold: Floats
    recovered: Floats


def _equipped(
    task: FieldTask, demand: Demand, prices: Prices, grid: float, served: _Served
) -> Split:
    """Balance restored, field sized, and what is left bought where it costs least."""
    warm, cold, recovered = served.warm, served.cold, served.recovered
    pumped = warm - recovered
    ground = pumped * (1 - 1 / demand.cop) - cold * (1 + 1 / demand.eer) + recovered
    ground, recharge, rejected = balanced(ground, demand.summer)
    field = size_field(replace(task, heat=ground), quick=True)
    left = (demand.heating - warm).sum() * HOUR, (demand.cooling - cold).sum() * HOUR
    delivered = float((warm.sum() + cold.sum()) * HOUR)
    electricity = (
        (pumped.sum() / demand.cop + cold.sum() / demand.eer) * HOUR
        + demand.pumps * delivered
        + left[1] / _unit("chiller", "cooling")
        + 0.03 * (recharge + rejected)
    )
    peaks = float(demand.heating.max() - warm.max()), float(demand.cooling.max() - cold.max())
    invested = {
        "field": prices.drilling * field.total_length + prices.field_fixed * task.geometry.count,
        "heat_pump": prices.heat_pump * max(warm.max(), cold.max()),
        "chiller": prices.chiller * peaks[1],
        "tower": prices.tower * rejected / (1500 * HOUR),
        "heat_recovery": prices.heat_recovery * float(recovered.max()),
    }
    name = f"ground {served.shares[0]:.0%} / {served.shares[1]:.0%}"
    base = Variant(name, invested, float(electricity))
    accounts = {
        measures: account(variant, prices, grid=grid)
        for measures, variant in _bought(base, prices, float(left[0]), peaks[0], recharge)
        if demand.network or "heat_network" not in measures
    }
    measures = min(accounts, key=lambda m: accounts[m].life_cycle)
    drawn, put = _sums(ground)
    total = float((demand.heating.sum() + demand.cooling.sum()) * HOUR)
    others = {
        "chiller": peaks[1] > 0,
        "cooling_tower": rejected > 0,
        "heat_recovery": recovered.any(),
    }
    return Split(
        heating_share=served.shares[0],
        cooling_share=served.shares[1],
        field=field,
        balance=put / drawn if drawn > 0 else np.inf,
        recharge=recharge,
        rejected=rejected,
        covered=delivered / total,
        account=accounts[measures],
        measures=(*measures, *(name for name, there in others.items() if there)),
    )


def _bought(
    base: Variant, prices: Prices, heat: float, peak: float, recharge: float
) -> Iterator[tuple[tuple[str, ...], Variant]]:
    """Peak heat from gas or network, recharge from the sun or the network: every combination."""
    peaks = [
        ("gas_boiler", prices.boiler * peak, heat / _unit("gas", "heating"), 0.0),
        ("heat_network", prices.heat_network * peak, 0.0, heat),
    ]
    fills = [
        ("solar", prices.solar * recharge / KWH, 0.0),
        ("heat_network", prices.heat_network * recharge / SUMMER, recharge),
    ]
    nothing = ("", 0.0, 0.0)
    for first, built, gas, bought in peaks if peak > 0 else [(*nothing, 0.0)]:
        for second, also_built, also_bought in fills if recharge > 0 else [nothing]:
            invested = {**base.invested, "peak_heat": built, "recharge": also_built}
            measures = tuple(dict.fromkeys(n for n in (first, second) if n))
            yield measures, replace(base, invested=invested, gas=gas, heat=bought + also_bought)


def _sums(ground: Floats) -> tuple[float, float]:
    """Heat drawn and put in over the year. [J]"""
    return float(np.maximum(ground, 0).sum() * HOUR), float(np.maximum(-ground, 0).sum() * HOUR)


def balanced(ground: Floats, summer: NDArray[np.bool_]) -> tuple[Floats, float, float]:
    """
    Return a year's ground load with just so much recharge or rejection that it balances.

    Parameters
    ----------
    ground : array, shape (n,)
        Heat drawn from the ground, hourly. [W]
    summer : array of bool, shape (n,)
        Hours over which recharge is spread.

    Returns
    -------
    ground : array, shape (n,)
        With recharge put in, or rejection taken past the ground. [W]
    recharge, rejected : float
        Heat a year. [J]
    """
    drawn, put = _sums(ground)
    if drawn > 0 and put / drawn < BALANCED[0]:
        recharge = _recharge(ground, summer)
        return ground - summer * recharge, float((summer * recharge).sum() * HOUR), 0.0
    if drawn < put / BALANCED[1]:
        rejected = put - BALANCED[1] * drawn
        kept = 1 - rejected / put
        return np.where(ground < 0, kept * ground, ground), 0.0, rejected
    return ground, 0.0, 0.0


def _recharge(ground: Floats, summer: NDArray[np.bool_]) -> float:
    """Even power over summer that lifts the ratio to its lower limit, by bisection. [W]"""
    low, high = 0.0, float(np.maximum(ground, 0).sum() / max(int(summer.sum()), 1))
    for _ in range(50):
        middle = 0.5 * (low + high)
        drawn, put = _sums(ground - summer * middle)
        low, high = (middle, high) if put < BALANCED[0] * drawn else (low, middle)
    return high


def _others(demand: Demand, prices: Prices) -> tuple[Variant, ...]:
    """What heat and cold would cost without the ground."""
    heat, cold = float(demand.heating.sum() * HOUR), float(demand.cooling.sum() * HOUR)
    peak = float(demand.heating.max()), float(demand.cooling.max())
    chiller = {"chiller": prices.chiller * peak[1]}
    pumps = reference_way("pumps", "both", "share").value * (heat + cold)
    boiler = {"boiler": prices.boiler * peak[0]}
    air = {"air_source": prices.air_source * max(peak)}
    cooled = cold / _unit("chiller", "cooling") + pumps
    burnt = heat / _unit("gas", "heating")
    blown = heat / _unit("air_source", "heating") + cold / _unit("air_source", "cooling") + pumps
    return (
        Variant("gas boiler + chiller", {**boiler, **chiller}, cooled, gas=burnt),
        Variant("air source", air, blown),
        Variant("district heat + chiller", chiller, cooled, heat=heat),
    )


def _unit(way: str, mode: str) -> float:
    """Seasonal efficiency of new equipment. [-]"""
    return reference_way(way, mode, "unit").value
