"""
Resource, load and system held against each other: verdicts with clause.

Thermal balance is a hard check: an unbalanced design does not pass without a compensation measure.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from loopkeeper.lifecycle.design.horizon import Horizon
from loopkeeper.measure.series import LoadYear
from loopkeeper.measure.water_quality import (
    CLASSES,
    DIRECT_USE,
    indices,
    sample_class,
)
from loopkeeper.measure.water_units import sampled_results
from loopkeeper.physics.hole_resistance import (
    LAMINAR,
    TURBULENT,
    held_fluid,
    reynolds,
    turbulent_flow,
)
from loopkeeper.plant.assemble import hole_of
from loopkeeper.plant.kinds import Section
from loopkeeper.plant.machines import Loop
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.recharge import recharge_pumps
from loopkeeper.plant.source import Basis, WellRole, water_tax
from loopkeeper.plant.verdict import Severity, Verdict
from loopkeeper.plant.well_capacity import capacity_verdicts
from loopkeeper.plant.well_groups import ROUNDED
from loopkeeper.plant.words import Phrase
from loopkeeper.units import HOUR

BALANCED = (0.8, 1.25)
"""Heat put in over heat drawn that counts as balanced (GB 50366 4.3.3 commentary, M). [-]"""
SETTLED = 0.05
"""Late drift of a field that has found its balance with the ground around. [K year-1]"""
COMPENSATION = {
    "solar",
    "cooling_tower",
    "heat_network",
    "gas_boiler",
    "electric_boiler",
    "chiller",
}
"""Backups that can restore or relieve the ground's balance."""
OUTLET_MAX, INLET_MIN = 33.0, 4.0
"""A field's outlet in summer and inlet in winter without antifreeze (GB 50366 4.3.5A, V). [°C]"""
BRINE_MIN = -5.0
"""Coldest water of type III units (T/BAEE 019-2023, V). [°C]"""
SURVEY_AREA = 5000.0
"""A response test is due from this area on (GB 50366 3.2.2A, V). [m2]"""
FLOW_PER_HEATING = 0.134
"""Source flow for each kilowatt of heating (T/BAEE 019-2023, V). [m3 h-1 kW-1]"""
NOTHING = 0.05
"""Share of heat and cold delivered up to which a plant stands still. [-]"""
UNMET = 0.002
"""Share of heat and cold that may be missing at the design. [-]"""


@dataclass(frozen=True)
class Consistency:
    """The check of a design: its figures and verdicts; it passes when none is a problem."""

    horizon: Horizon
    verdicts: tuple[Verdict, ...]

    @property
    def passes(self) -> bool:
        """Whether no verdict is a problem or a disqualification."""
        grave = {Severity.PROBLEM, Severity.DISQUALIFICATION}
        return not any(v.severity in grave for v in self.verdicts)


def check_design(plant: Plant, design: LoadYear, run: Horizon) -> Consistency:
    """
    Hold resource, load and system of a design against each other.

    Parameters
    ----------
    plant : Plant
        As designed.
    design : LoadYear
        Its year.
    run : Horizon
        That year over decades.

    Returns
    -------
    Consistency
        Verdicts, the gravest first.
    """
    verdicts = [
        *_delivered(run),
        *_balance(plant, run),
        *_limits(plant, run),
        *_capacity(plant, design, run),
        *_flows(plant),
        *_turbulence(plant, run),
        *_survey(plant),
        *_wells(plant),
        *capacity_verdicts(plant),
        *_quality(plant),
        *_water_tax(plant, run),
    ]
    order = list(Severity)
    return Consistency(
        run, tuple(sorted(verdicts, key=lambda v: order.index(v.severity), reverse=True))
    )


def _delivered(run: Horizon) -> list[Verdict]:
    """A plant that stands still says so before anything else."""
    delivered = 1.0 - float(run.unmet.max())
    if delivered > NOTHING:
        return []
    return [Verdict("design.source.nothing", {"delivered": f"{100 * delivered:.1f}"})]


def _balance(plant: Plant, run: Horizon) -> list[Verdict]:
    """The annual balance, hard for sources that remember; a stream does not."""
    if plant.source.traits.renewed:
        return []
    ratio = run.balance_ratio
    figures = {
        "ratio": f"{ratio:.2f}",
        "low": BALANCED[0],
        "high": BALANCED[1],
        "drift": f"{run.drift:+z.1f}",
        "years": run.years,
        "late": f"{run.late_drift:+z.3f}",
        "clause": clause_of(plant, "4.3.2, 4.3.3", ""),
    }
    if BALANCED[0] <= ratio <= BALANCED[1]:
        return [Verdict("design.balance.kept", figures)]
    if _strays(plant, run) or abs(run.late_drift) > SETTLED:
        return [Verdict("design.balance.broken", figures)]
    designed = sorted({b.kind for b in plant.backups} & COMPENSATION)
    measures = [Phrase(f"system.{kind}") for kind in designed]
    if plant.source.ground is not None and plant.source.ground.groundwater_flux > 0:
        measures.append(Phrase("system.moving_groundwater"))
    if measures:
        named = {**figures, "measures": tuple(measures)}
        return [Verdict("design.balance.compensated", named)]
    return [Verdict("design.balance.uncompensated", figures)]


def clause_of(plant: Plant, holes: str, wells: str) -> Phrase:
    """Return where it is written: 3.2 and 4 of GB 50366 are for boreholes, 3.3 for wells."""
    clause = holes if plant.source.traits.buried else wells
    if not clause:
        return Phrase("clause.practice")
    return Phrase("clause.ground_source_code", {"clause": clause})


def _strays(plant: Plant, run: Horizon) -> bool:
    limits = water_limits(plant)
    entering = limits.field_low is not None and bool((run.entering < limits.field_low).any())
    return entering or bool(run.coldest.min() < limits.low or run.warmest.max() > limits.high)


class WaterLimits(NamedTuple):
    """
    Limits of the water of a source. [°C]

    ``low`` and ``high`` of the water to the machines; ``field_low`` of the water back to a field
    of boreholes while heat is drawn, None where nothing limits it.
    """

    low: float
    high: float
    field_low: float | None


def water_limits(plant: Plant) -> WaterLimits:
    """
    Return the limits of the water of a plant's source.

    Parameters
    ----------
    plant : Plant
        Its promise names them, else the standard does.

    Returns
    -------
    WaterLimits
        To the machines 4 °C without antifreeze and −5 °C with it, and 33 °C, the field's outlet
        in summer; to a field without antifreeze 4 °C in winter (GB 50366 4.3.5A, V).
    """
    promise, water = plant.promise, plant.source.fluid == "water"
    low, high, field_low = (
        promise.source_inlet_min,
        promise.source_inlet_max,
        promise.field_inlet_min,
    )
    if field_low is None and water and plant.source.traits.buried:
        field_low = INLET_MIN
    return WaterLimits(
        low if low is not None else INLET_MIN if water else BRINE_MIN,
        high if high is not None else OUTLET_MAX,
        field_low,
    )


def _limits(plant: Plant, run: Horizon) -> list[Verdict]:
    """Water to the machines and to the field over all years against its limits."""
    limits = water_limits(plant)
    sides = [
        (run.coldest, limits.low, "cold", run.coldest < limits.low),
        (run.warmest, limits.high, "warm", run.warmest > limits.high),
    ]
    if limits.field_low is not None and np.isfinite(run.entering).any():
        sides.append((run.entering, limits.field_low, "field", run.entering < limits.field_low))
    verdicts = []
    for values, limit, code, beyond in sides:
        extreme = float(np.nanmax(values) if code == "warm" else np.nanmin(values))
        figures = {"value": f"{extreme:.1f}", "limit": f"{limit:.1f}", "years": run.years}
        if not beyond.any():
            verdicts.append(Verdict(f"design.limit.{code}_kept", figures))
            continue
        named = {**figures, "year": int(np.argmax(beyond)) + 1}
        verdicts.append(Verdict(f"design.limit.{code}_broken", named))
    return verdicts


def _capacity(plant: Plant, design: LoadYear, run: Horizon) -> list[Verdict]:
    """Machines against the loads they have to carry."""
    verdicts = []
    worst = float(run.unmet.max())
    if worst > UNMET:
        figures = {"percent": f"{100 * worst:.1f}", "year": int(np.argmax(run.unmet)) + 1}
        verdicts.append(Verdict("design.machines.short", figures))
    for mode, load in (
        ("heating", design.heating + design.hot_water),
        ("cooling", design.cooling),
    ):
        rated = sum(getattr(m, f"rated_{mode}") or 0.0 for m in plant.machines)
        peak = float(load.max())
        if rated <= 0 or peak <= 0:
            continue
        figures = {
            "mode": mode,
            "percent": f"{100 * rated / peak:.0f}",
            "peak": f"{peak / 1e3:,.0f}",
            "rated": f"{rated / 1e3:,.0f}",
        }
        code = "oversized" if rated > 1.5 * peak else "matched"
        verdicts.append(Verdict(f"design.machines.{code}", figures))
    return verdicts


def _flows(plant: Plant) -> list[Verdict]:
    """Source flow for each kilowatt of heating."""
    heating = sum(m.rated_heating or 0.0 for m in plant.machines) / 1e3
    flow = _source_flow(plant) * HOUR
    if heating <= 0 or flow <= 0:
        return []
    figures = {"flow": f"{flow / heating:.3f}", "wanted": FLOW_PER_HEATING}
    short = flow / heating < 0.9 * FLOW_PER_HEATING
    return [Verdict("design.flow.short" if short else "design.flow.enough", figures)]


def _turbulence(plant: Plant, run: Horizon) -> list[Verdict]:
    """Whether the fluid in the holes stays turbulent when it is coldest, and from what flow."""
    source, pumped = plant.source, _source_flow(plant)
    if source.field is None or not np.isfinite(run.entering).any():
        return []
    flow = (source.design_flow or pumped) * source.field.in_series / source.field.count
    coldest = float(np.nanmin(run.entering))
    fluid = held_fluid(source.fluid, source.fluid_mass_fraction, coldest)
    hole = hole_of(source.field)
    number = reynolds(hole, flow, fluid)
    kind = "turbulent" if number >= TURBULENT else "transition" if number > LAMINAR else "laminar"
    figures = {
        "number": f"{number:,.0f}",
        "flow": f"{flow * HOUR:.2f}",
        "coldest": f"{coldest:.1f}",
        "least": f"{turbulent_flow(hole, fluid) * HOUR:.2f}",
    }
    return [Verdict(f"design.flow.{kind}", figures)] if flow > 0 else []


def _source_flow(plant: Plant) -> float:
    """All duty pumps of the source that serve the machines. [m3 s-1]"""
    beside = recharge_pumps(plant)
    duty = (p for p in plant.pumps if p.loop is Loop.SOURCE and not p.standby)
    return sum(p.flow for p in duty if p.id not in beside)


def _survey(plant: Plant) -> list[Verdict]:
    """Whether the ground was measured, where it had to be."""
    source, area = plant.source, plant.site.heated_area or plant.site.cooled_area or 0.0
    known = {"aquifer": source.aquifer, "ground": source.ground}.get(source.traits.rests_in)
    if known is None or known.basis is not Basis.REGIONAL_GUESS:
        return []
    figures = {"area": f"{area:,.0f}", "clause": clause_of(plant, "3.2.2A", "3.3.2, 3.3.3")}
    code = "design.survey.due" if area >= SURVEY_AREA else "design.survey.guess"
    return [Verdict(code, figures)]


def _wells(plant: Plant) -> list[Verdict]:
    """Yield and full reinjection of a well group; single wells return all by their build."""
    source = plant.source
    if source.traits.section is not Section.WELL:
        return []
    flows = {
        role: sum(w.design_flow for w in source.wells if w.role is role) * HOUR
        for role in WellRole
    }
    taken = flows[WellRole.ABSTRACTION]
    returned = flows[WellRole.INJECTION] + flows[WellRole.REVERSIBLE]
    figures = {"taken": f"{taken:.0f}", "returned": f"{returned:.0f}"}
    full = returned >= (1 - ROUNDED) * taken
    return [Verdict("design.reinjection.full" if full else "design.reinjection.short", figures)]


def _quality(plant: Plant) -> list[Verdict]:
    """Class of the source water, and whether it may go through the machines."""
    if plant.source.traits.buried:
        return []
    results = sampled_results(plant.samples)
    if not results:
        return [Verdict("design.quality.none", {})]
    found = sample_class(results)
    worst = indices("2017")[found.decided_by[0]]
    names = {"index": worst.name.replace("_", " "), "index_zh": worst.chinese}
    verdicts = [Verdict("design.quality.class", {"grade": CLASSES[found.grade], **names})]
    if plant.source.exchanger is not None:
        return verdicts
    for one in results:
        limit = DIRECT_USE.get(one.index)
        if limit is not None and not one.censored and one.value > limit[0]:
            chinese = indices("2017")[one.index].chinese
            figures = {
                "index": one.index.replace("_", " "),
                "index_zh": chinese,
                "value": f"{one.value:g}",
                "limit": f"{limit[0]:g}",
                "unit": limit[1],
                "clause": limit[2],
                "confidence": limit[3],
            }
            verdicts.append(Verdict("design.quality.direct", figures))
    return verdicts


def _water_tax(plant: Plant, run: Horizon) -> list[Verdict]:
    """What the pumped groundwater is taxed at, all of it reinjected, where a rate is known."""
    if not plant.source.traits.groundwater:
        return []
    volume = float(run.last["source_flow"].sum() * HOUR)
    rate, figures = water_tax(plant.site), {"volume": f"{volume:,.0f}"}
    if rate is None:
        return [Verdict("design.water_tax.no_rate", figures)]
    return [Verdict("design.water_tax", {**figures, "tax": f"{rate * volume:,.0f}"})]
