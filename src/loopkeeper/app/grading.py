"""The figures that standard packs read, from a plant that is evaluated."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from loopkeeper.app.groundwork import told_of
from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.evaluate.packs import Figure
from loopkeeper.lifecycle.evaluate.result import Traces
from loopkeeper.measure.case import Case
from loopkeeper.measure.kpi_basis import Answer, KpiRefusal, KpiValue
from loopkeeper.measure.meter_error import limits_of
from loopkeeper.measure.periods import as_datetime
from loopkeeper.measure.series import Floats, Period, PlantHours
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.measure.water_quality import CLASSES, SampleClass, indices, sample_class
from loopkeeper.measure.water_units import sampled_results
from loopkeeper.plant.machines import Loop, MachineRecord
from loopkeeper.plant.network import transport_limit
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.recharge import recharge_pumps
from loopkeeper.plant.records import WaterSample
from loopkeeper.plant.unit_grades import DEPRESSION, UNIT_TYPES, Nameplate, unit_grade
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOURS_A_DAY

FEWEST = 3
"""Fewer pairs tell no spread of a model. [-]"""

RARE = 0.005
"""Share of hours beyond which an extreme temperature is read: single spikes do not count. [-]"""
BELOW = 4.0
"""Stands for a unit below the limit of its standard."""
LEAST_INDICES = 20
"""Indices that a class needs: those GB/T 14848-1993 asks to be monitored at least (M). [-]"""
WORST = (-60.0, 120.0)
"""What water may have been while nobody looked. [°C]"""
_EXTREMES = (
    ("source_supply_max", 1), ("source_return_max", 1), ("source_supply_min", -1),
    ("source_return_min", -1), ("source_supply_over_type", -1),
)  # fmt: skip
UNITS_2024 = date(2025, 2, 1)
"""From when units fall under GB 19577-2024; hand-over stands for the date of making (A)."""

Figures = dict[str, Figure | Sequence[Verdict]]


def parts_of(plant: Plant) -> tuple[str, ...]:
    """Return what indices are for: source, modes, fluid, groundwater, network, age of units."""
    groundwater = plant.source.traits.groundwater
    parts = [str(plant.source.kind), str(plant.source.traits.section)]
    parts += ["groundwater"] * groundwater
    watery = plant.source.fluid == "water" and not groundwater
    parts += ["water"] * watery
    parts += ["borehole_water"] * (watery and plant.source.traits.stores)
    promise = plant.promise
    parts += ["heating"] * (promise.peak_heating is None or promise.peak_heating > 0)
    parts += ["cooling"] * bool(
        promise.peak_cooling or any(m.rated_cooling for m in plant.machines)
    )
    made = plant.site.handed_over_on
    parts += ["units-2014"] * (made is None or made < UNITS_2024)
    parts += ["units-2024"] * (made is None or made >= UNITS_2024)
    if plant.network is not None:
        parts += [f"network-{mode}" for mode in ("heating", "cooling") if mode in parts]
    return tuple(parts)


def plant_figures(
    case: Case, hours: PlantHours, answers: Sequence[Answer], traces: Traces | None
) -> Figures:
    """
    Return every figure that a pack may read.

    Parameters
    ----------
    case : Case
        The prepared plant.
    hours : PlantHours
        Its measured hours, of any length.
    answers : sequence of KpiValue or KpiRefusal
        Key figures of the period.
    traces : Traces or None
        Of the period, where there are any: the model against the meters.

    Returns
    -------
    dict
        Figure or the verdicts that say why there is none.
    """
    plant, inside = case.plant, hours.over(case.period)
    found: Figures = {}
    for answer in answers:
        name = f"{answer.name}|{answer.boundary}|{answer.mode}"
        found[name] = (
            answer.reasons
            if isinstance(answer, KpiRefusal)
            else Figure(answer.value, answer.coverage)
        )
    if "reinjection_ratio|wells|all" in found:
        found["reinjection_ratio"] = found["reinjection_ratio|wells|all"]
    found |= _extremes(inside, plant)
    found |= unit_figures(plant)
    found |= _pumping(plant, answers)
    found |= _stated(plant, case.period)
    found |= water_figures(plant.samples, case.period)
    found |= _highest(inside, "sand_content")
    if traces is not None:
        found |= model_fit(traces)
    whole = told_of(case.operation, inside, case.period).whole
    return found if whole else found | unsure_extremes(found)


def _extremes(hours: PlantHours, plant: Plant) -> Figures:
    """Highest and lowest temperatures of the source while it gives or takes heat."""
    heat = hours.channels.get(("heat_power", "source"))
    found: Figures = {}
    for side in ("supply", "return"):
        channel = hours.channels.get((f"{side}_temperature", "source"))
        if channel is None or heat is None:
            continue
        active = np.isfinite(channel.values) & (np.abs(np.nan_to_num(heat.values)) > 0)
        if active.sum() < HOURS_A_DAY:
            continue
        error = 0.0 if channel.point is None else limits_of(channel.point).absolute / 2
        coverage = float(channel.coverage.mean())
        for name, share in (("min", RARE), ("max", 1 - RARE)):
            value = float(np.quantile(channel.values[active], share))
            found[f"source_{side}_{name}"] = Figure(Estimate.normal(value, error), coverage)
    lowest = found.get("source_supply_min")
    if "source_return_min" in found:
        found["source_return_min|water"] = found["source_return_min"]
    limits = _type_limits(plant)
    if isinstance(lowest, Figure) and limits:
        above, cold = max(limits), lowest.value
        shifted = Estimate(cold.value - above, cold.low - above, cold.high - above)
        found["source_supply_over_type"] = Figure(shifted, lowest.coverage)
    return found


def unsure_extremes(figures: Figures) -> Figures:
    """
    Return the extremes of a period that is half told: the rest of it may have been worse.

    What passed a limit passed it; what kept it in the hours told is left open.
    """
    found: Figures = {}
    for name, one in figures.items():
        side = next((s for start, s in _EXTREMES if name.startswith(start)), 0)
        if side and isinstance(one, Figure):
            value = one.value
            low, high = (value.low, WORST[1]) if side > 0 else (WORST[0], value.high)
            found[name] = Figure(Estimate(value.value, low, high), one.coverage)
    return found


def _type_limits(plant: Plant) -> list[float]:
    """Coldest water of the types of unit the plant has. [°C]"""
    return [limit for name, limit in UNIT_TYPES if any(m.type == name for m in plant.machines)]


def unit_figures(plant: Plant) -> Figures:
    """Return the worst grade of units by nameplate, 4 is below the limit; type for the ground."""
    found: Figures = {}
    layer, limits = plant.source.constant_layer, _type_limits(plant)
    if layer is not None and limits:
        found["ground_over_type"] = Figure(Estimate.exact(layer - DEPRESSION - max(limits)))
    for standard in ("GB 19577-2024", "GB 30721-2014"):
        grades = [unit_grade(_nameplate(plant, m), standard) for m in plant.machines]
        known = [float(g.grade or BELOW) for g in grades if g is not None]
        if known:
            worst = max(known)
            highest = worst if None not in grades else BELOW
            found[f"unit_grade|{standard}"] = Figure(Estimate(worst, worst, highest))
    return found


def _nameplate(plant: Plant, machine: MachineRecord) -> Nameplate:
    sizes = (machine.rated_heating, machine.rated_cooling, machine.rated_cop, machine.rated_eer)
    return Nameplate(
        str(machine.medium), plant.source.traits.unit_source, *(s or 0.0 for s in sizes)
    )


def _pumping(plant: Plant, answers: Sequence[Answer]) -> Figures:
    """Pump power by nameplates over capacity, and pump work over what the network allows."""
    found: Figures = {}
    beside = recharge_pumps(plant)
    serving = [p for p in plant.pumps if not p.standby and p.id not in beside]
    duty = {loop: [p for p in serving if p.loop == loop] for loop in Loop}
    power = {loop: sum(p.power for p in pumps) for loop, pumps in duty.items()}
    capacity = sum(max(m.rated_heating or 0.0, m.rated_cooling or 0.0) for m in plant.machines)
    if capacity > 0 and duty[Loop.SOURCE]:
        share = power[Loop.SOURCE] / capacity
        found["source_pump_power_over_capacity"] = Figure(Estimate.exact(share))
    network, load = plant.network, duty[Loop.LOAD]
    if network is None or not load:
        return found
    site, difference = plant.site, plant.controls.load_design_dt
    largest = max(p.flow for p in load)
    for mode in ("heating", "cooling"):
        allowed = transport_limit(network, mode, largest, difference, site.climate_zone)
        peak = getattr(plant.promise, f"peak_{mode}")
        if peak:
            drawn = Estimate.exact(power[Loop.LOAD] / peak / allowed)
            found[f"pump_work_over_limit|design|{mode}"] = Figure(drawn)
    measured = next(
        (a for a in answers if (a.name, a.boundary) == ("pump_work", "load-pumps")), None
    )
    if isinstance(measured, KpiValue):
        widest = max(
            transport_limit(network, mode, largest, difference, site.climate_zone)
            for mode in ("heating", "cooling")
        )
        found["pump_work_over_limit|measured"] = Figure(
            measured.value.scaled(1 / widest), measured.coverage
        )
    return found


def _stated(plant: Plant, period: Period) -> Figures:
    """What people stated by the end of the period, the newest of each."""
    end = as_datetime(period.end).date()
    known = sorted((a for a in plant.assessments if a.on <= end), key=lambda a: a.on)
    return {f"stated:{a.figure}": Figure(Estimate.exact(a.value)) for a in known}


def water_figures(samples: Sequence[WaterSample], period: Period) -> Figures:
    """
    Return the class, 1 to 5, by the newest results at the worst place, and its change.

    What too few indices say is a lower bound: those that nobody measured may be worse.
    """
    end = as_datetime(period.end).date().isoformat()
    known = sorted((s for s in samples if s.sampled_at[:10] <= end), key=lambda s: s.sampled_at)
    newest: list[SampleClass] = []
    change = []
    for place in {s.place for s in known}:
        results = sampled_results(s for s in known if s.place == place)
        last = {r.index: r for r in results}
        first = {r.index: r for r in reversed(results)}
        try:
            newest.append(sample_class(list(last.values())))
            change.append(newest[-1].grade - sample_class(list(first.values())).grade)
        except InsufficientDataError:
            continue
    if not newest:
        return {}
    worst = max(s.grade for s in newest) + 1.0
    highest = max([c.high + 1.0 for s in newest for c in s.undecided], default=worst)
    measured = min(s.measured for s in newest)
    if measured < LEAST_INDICES:
        highest = float(len(CLASSES))
    water = Estimate(worst, worst, max(worst, highest))
    return {
        "water_class": Figure(water, measured / len(indices("2017"))),
        "water_class_change": Figure(Estimate.exact(float(max(change)))),
    }


def _highest(hours: PlantHours, quantity: str) -> Figures:
    values = [hours.channels[quantity, of].values for of in hours.places(quantity)]
    known = [float(np.nanquantile(v, 1 - RARE)) for v in values if np.isfinite(v).any()]
    return {quantity: Figure(Estimate.exact(max(known)))} if known else {}


def model_fit(traces: Traces) -> Figures:
    """
    Return how the model's electricity keeps to the measured one.

    Parameters
    ----------
    traces : Traces
        Hourly, measured and expected.

    Returns
    -------
    dict
        CV(RMSE) and the size of NMBE by hour and month [-], after ASHRAE Guideline 14-2014.
    """
    known = np.isfinite(traces.electricity_measured) & np.isfinite(traces.electricity_expected)
    month = traces.time.astype("datetime64[M]").astype(np.int64)
    found: Figures = {}
    for name, group in (("hour", np.arange(len(month))), ("month", month)):
        _, place = np.unique(group[known], return_inverse=True)
        measured, expected = (
            np.asarray(np.bincount(place, weights=v[known]), np.float64)
            for v in (traces.electricity_measured, traces.electricity_expected)
        )
        if len(measured) < FEWEST or measured.mean() <= 0:
            continue
        cv, bias = _fit(measured, expected)
        found[f"model_cv|{name}"] = Figure(Estimate.exact(cv), float(known.mean()))
        found[f"model_nmbe|{name}"] = Figure(Estimate.exact(abs(bias)), float(known.mean()))
    return found


def _fit(measured: Floats, expected: Floats) -> tuple[float, float]:
    """CV(RMSE) and NMBE with one degree of freedom less. [-]"""
    apart, n = measured - expected, len(measured) - 1
    mean = float(measured.mean())
    return float(np.sqrt((apart**2).sum() / n)) / mean, float(apart.sum() / n) / mean
