"""Dirt in the readings: what it does to energies and means, kind by kind, in hundreds of draws."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from loopkeeper.measure.admit import admit
from loopkeeper.measure.admitted import Flag
from loopkeeper.measure.counter import count_increments
from loopkeeper.measure.quality import check_readings
from loopkeeper.plant.machines import Loop, MachineRecord, PumpRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import Source

STEP = 600.0
DAYS = 35
N = DAYS * 144
DRAWS = 200
START = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1e6)
HOURS = np.arange(N) * STEP / 3600
LOADS = ("smooth", "setback", "cycling", "long cycles")
POINTS = (
    Point(
        id="st", quantity="supply_temperature", of="source", statistic=Statistic.INSTANT, unit="°C"
    ),
    Point(
        id="sr", quantity="return_temperature", of="source", statistic=Statistic.INSTANT, unit="°C"
    ),
    Point(id="sf", quantity="flow", of="source", statistic=Statistic.INSTANT, unit="m3/h"),
    Point(
        id="lt", quantity="supply_temperature", of="load", statistic=Statistic.INSTANT, unit="°C"
    ),
    Point(
        id="lr", quantity="return_temperature", of="load", statistic=Statistic.INSTANT, unit="°C"
    ),
    Point(id="lf", quantity="flow", of="load", statistic=Statistic.INSTANT, unit="m3/h"),
    Point(id="h", quantity="heat_energy", of="load", statistic=Statistic.COUNTER, unit="kWh"),
    Point(id="e", quantity="electricity_power", of="hp1", statistic=Statistic.MEAN, unit="kW"),
    Point(id="sp", quantity="electricity_power", of="sp1", statistic=Statistic.MEAN, unit="kW"),
    Point(id="lp", quantity="electricity_power", of="lp1", statistic=Statistic.MEAN, unit="kW"),
)
PLANT = Plant(
    site=Site(id="p", name="P", timezone="UTC"),
    source=Source(kind=SourceKind.BOREHOLE_FIELD, design_flow=2.2 / 3600),
    machines=(
        MachineRecord(
            id="hp1", rated_heating=12e3, rated_cop=4.6, rated_cooling=12e3, rated_eer=5.0
        ),
    ),
    pumps=(
        PumpRecord(id="sp1", loop=Loop.SOURCE, flow=2.2 / 3600, head=6.0, power=100.0),
        PumpRecord(id="lp1", loop=Loop.LOAD, flow=1.5 / 3600, head=4.0, power=50.0),
    ),
    points=POINTS,
)
RESOLUTION = {"st": 0.1, "sr": 0.1, "lt": 0.1, "lr": 0.1, "sf": 1e-3, "lf": 1e-3, "e": 1e-3}
SI = {"m3/h": 1 / 3600, "kW": 1e3, "°C": 1.0}


def load(kind):
    """Heat of a house in January. [kW]"""
    outdoor = 2 - 4 * np.cos(2 * np.pi * (HOURS - 3) / 24) + 3 * np.sin(HOURS / 42)
    heat = np.maximum(1.0, 0.33 * (20 - outdoor))
    night = (HOURS % 24 < 6) | (HOURS % 24 >= 22)
    if kind == "setback":
        return np.where(night, 0.35, 1.0) * heat
    if kind == "cycling":
        return np.where(HOURS % 1 < 1 / 3 - 1e-6, 12.0, 0.0)
    if kind == "long cycles":
        return np.where(HOURS % 3 < 4 / 3 - 1e-6, 12.0, 0.0)
    return heat


def house(rng, kind):
    """Return what the meters of a plant with this load read, unspoilt."""
    heat = load(kind)
    on = heat > 0

    def noise(scale):
        return rng.normal(0, scale, N)

    supply = 31 + 1.5 * np.cos(2 * np.pi * (HOURS - 4) / 24) - 6.0 * ~on + noise(0.05)
    source = 8 + 0.3 * np.sin(2 * np.pi * HOURS / 24) + 1.5 * ~on + noise(0.03)
    values = {
        "st": source,
        "sr": source - on * heat * 0.75 / 2.56,
        "sf": 2.2 * on * (1 + noise(0.004)),
        "lt": supply,
        "lr": supply - on * heat * 3.6 / 4.15 / 1.2,
        "lf": 1.2 * on * (1 + noise(0.004)),
        "h": 400 + np.concatenate([[0.0], np.cumsum(heat[:-1] * STEP / 3600)]),
        "e": on * (heat / 4 + noise(0.01)),
        "sp": 0.10 * on * (1 + noise(0.003)),
        "lp": 0.05 * on * (1 + noise(0.003)),
    }
    digits = {"sf": 3, "lf": 3, "e": 3, "sp": 4, "lp": 4}
    return {name: np.round(value, digits.get(name, 2)) for name, value in values.items()}


def places(rng, share, how):
    """Where the readings are wrong: singly, every k-th, or in bursts of minutes to days."""
    mask = np.zeros(N, dtype=bool)
    if how == "single":
        return rng.random(N) < share
    if how == "periodic":
        every = round(1 / share)
        mask[rng.integers(every) :: every] = True
        return mask
    while mask.mean() < 0.8 * share:
        length = int(np.exp(rng.uniform(0, np.log(0.7 * share * N))))
        first = rng.integers(0, N)
        if mask.mean() + length / N < 1.05 * share:
            mask[first : first + length] = True
    return mask


def digit_error(rng, value, resolution):
    count = np.round(np.abs(value) / resolution).astype(np.int64)
    scale = 10 ** rng.integers(1, 5, len(value))
    wrong = rng.integers(0, 10, len(value))
    return np.sign(value) * (count + (wrong - count // scale % 10) * scale) * resolution


def bit_error(rng, value, resolution):
    count = np.round(value / resolution).astype(np.int64)
    return (count ^ (1 << rng.integers(6, 16, len(value)))) * resolution


DIRT = {
    "zero": lambda _rng, v, _: 0.0 * v,
    "flip of 16 bits": lambda rng, v, r: v + r * rng.choice([-65536, -32768, 32768, 65536]),
    "flip of 32 bits": lambda rng, v, r: v + r * rng.choice([2.0**31, 2.0**32]),
    "bit": bit_error,
    "digit": digit_error,
    "sign": lambda _rng, v, _: -v,
    "sentinel": lambda rng, v, _: np.full(len(v), rng.choice([85.0, 999.9, 6553.5, 3276.7])),
    "wild": lambda rng, v, _: rng.uniform(0, 10 ** rng.uniform(2, 6), len(v)),
}


def frame(values):
    time = pl.Series(START + (np.arange(N) * STEP * 1e6).astype(np.int64)).cast(
        pl.Datetime("us", "UTC")
    )
    return pl.concat(
        pl.DataFrame({"time": time, "value": value}).with_columns(point=pl.lit(name))
        for name, value in values.items()
    )


def admitted(values):
    return check_readings(admit(frame(values), POINTS), PLANT)


def draws(dirt):
    """Yield ways of being wrong: load, share and how it is spread."""
    rng = np.random.default_rng([*dirt.encode()])
    for _ in range(DRAWS):
        how = str(rng.choice(["single", "periodic", "burst"]))
        yield rng, str(rng.choice(LOADS)), float(rng.choice([0.003, 0.02, 0.1, 0.2])), how


WITHIN = frozenset({"bit", "digit"})
"""Dirt that stays between off and full."""


@pytest.mark.slow
@pytest.mark.parametrize("dirt", DIRT)
def test_a_mean_is_right_or_its_point_is_refused(dirt):
    """
    Of what is believed; a hundredth, of temperatures 0.1 K, is what their sensors resolve.

    A power that is a mean over its step lies anywhere between off and full when something starts
    in it: dirt that stays there cannot be told by that point and is left to the heat balance.
    """
    wrong = []
    names = [n for n in RESOLUTION if n != "e" or dirt not in WITHIN]
    for rng, kind, share, how in draws(dirt):
        name = str(rng.choice(names))
        unit = next(p.unit for p in POINTS if p.id == name)
        values = house(rng, kind)
        truth = values[name].copy()
        mask = places(rng, share, how)
        values[name] = truth.copy()
        values[name][mask] = DIRT[dirt](rng, truth[mask], RESOLUTION[name])
        checked = admitted(values)
        stretch = checked.segments()[name]
        good = stretch.flag == Flag.GOOD
        if good.mean() < 0.7 or any(v.code == "measure.bound.nameplate" for v in checked.verdicts):
            continue
        error = float((stretch.value[good] / SI[unit] - truth[good]).mean())
        limit = 0.1 if unit == "°C" else 0.01 * truth.mean()
        if abs(error) > limit:
            wrong.append((name, kind, share, how, round(error, 3)))
    assert len(wrong) <= 0.005 * DRAWS, wrong


COUNTER_DIRT = sorted(set(DIRT) - {"sign"})
RESOLUTIONS = (0.001, 0.1, 1.0)


@pytest.mark.parametrize("dirt", COUNTER_DIRT)
def test_the_energy_of_a_counter_is_right_or_refused(dirt):
    wrong, refused = [], 0
    for rng, kind, share, how in draws(dirt):
        resolution = float(rng.choice(RESOLUTIONS))
        truth = 10 ** rng.uniform(2, 5) + np.concatenate([[0], np.cumsum(load(kind)[:-1] / 6)])
        shown = np.floor(truth / resolution) * resolution
        mask = places(rng, share, how)
        shown[mask] = np.abs(DIRT[dirt](rng, shown[mask], resolution))
        counted = count_increments(np.arange(N) * STEP, shown)
        refused += not counted.believable
        known = counted.flag <= Flag.SPREAD
        energy = counted.increment[known].sum()
        true = np.diff(truth[counted.kept])[known].sum()
        if counted.believable and abs(energy - true) > 0.01 * (truth[-1] - truth[0]):
            wrong.append((kind, share, how, resolution, energy, true))
    assert len(wrong) <= 0.005 * DRAWS, wrong
    assert refused < 0.2 * DRAWS


@pytest.mark.parametrize("kind", LOADS)
@pytest.mark.parametrize("seed", range(5))
def test_clean_readings_lose_nothing(kind, seed):
    checked = admitted(house(np.random.default_rng(seed), kind))
    assert checked.verdicts == ()
    assert (checked.frame["flag"] == Flag.GOOD).all()


@pytest.mark.parametrize("seed", range(10))
def test_hot_water_peaks_are_kept(seed):
    rng = np.random.default_rng(seed)
    values = house(rng, "smooth")
    for day in range(DAYS):
        for quarter in rng.choice([36, 48, 110, 125], 2, replace=False):
            peak = slice(144 * day + quarter, 144 * day + quarter + int(rng.integers(1, 4)))
            values["lt"][peak] += 25
            values["lr"][peak] += 25
            values["e"][peak] *= 1.6
    checked = admitted(values)
    assert checked.verdicts == ()
    assert (checked.frame["flag"] == Flag.GOOD).all()


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("often", [0.05, 0.1, 0.3])
def test_stages_of_machines_are_kept(seed, often):
    """A controller that hunts between two stages: 1.3 K at the supply, a tenth of the draw."""
    rng = np.random.default_rng(seed)
    values = house(rng, "smooth")
    hunts = np.convolve(rng.random(N) < 0.01, np.ones(20), "same") > 0
    up = (hunts & (rng.random(N) < 0.5)) | (rng.random(N) < often / 5)
    values["lt"] = np.round(values["lt"] + 1.3 * up, 1)
    values["e"] *= 1 + 0.1 * up
    checked = admitted(values)
    assert (checked.segments()["lt"].flag == Flag.GOOD).all()


@pytest.mark.parametrize("minutes", [1, 10])
@pytest.mark.parametrize("resolution", [0.001, 0.1, 1.0, 100.0])
@pytest.mark.parametrize("kind", ["cycling", "hot water", "standby", "idle"])
def test_a_healthy_counter_loses_nothing(kind, resolution, minutes):
    rng = np.random.default_rng(7)
    n = 60 * 1440 // minutes
    hour = np.arange(n) * minutes / 60
    power = {
        "cycling": np.where(hour % 1 < 1 / 3, 12.0, 0.0),
        "hot water": np.where(hour % 24 < 0.5, 10.0, 0.5),
        "standby": np.where(rng.random(n) < 0.01, 10.0, 0.01),
        "idle": np.where(hour % 24 < 1, 10.0, 0.0),
    }[kind]
    truth = 777 + np.concatenate([[0], np.cumsum(power[:-1]) * minutes / 60])
    shown = np.floor(truth / resolution + 1e-6) * resolution
    counted = count_increments(hour * 3600, shown)
    assert counted.believable
    assert counted.glitches == counted.resets == counted.jumps == ()
    assert counted.increment.sum() == pytest.approx(shown[-1] - shown[0])
    assert (counted.flag == Flag.GOOD).all()


@pytest.mark.parametrize("kind", LOADS)
def test_a_daily_counter_loses_what_it_counted_in_one_step_a_day(kind):
    truth = np.concatenate([[0], np.cumsum(load(kind)[:-1] / 6)])
    shown = np.round(truth - truth[np.arange(N) // 144 * 144], 2)
    counted = count_increments(np.arange(N) * STEP, shown)
    assert len(counted.resets) == DAYS - 1
    lost = load(kind)[143:-1:144].sum() / 6
    assert counted.increment.sum() == pytest.approx(truth[-1] - truth[0] - lost, abs=1.0)
