"""Field tests of a dossier: what they gave, and a plant that stands on it."""

from dataclasses import replace

import numpy as np

from loopkeeper.errors import InsufficientDataError, LoopkeeperError
from loopkeeper.lifecycle.survey.before_heating import Undisturbed
from loopkeeper.lifecycle.survey.test_fluid import Fluid
from loopkeeper.lifecycle.survey.test_record import TestLog, prepare
from loopkeeper.lifecycle.survey.thermal_response_test import ThermalResponse, interpret, mean_of
from loopkeeper.measure.case import Surveyed
from loopkeeper.measure.dossier import Dossier, Finding, SurveyTable
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.records import SurveyTest
from loopkeeper.plant.source import Basis, Source
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Phrase
from loopkeeper.units import HOUR


def on_measured_ground(dossier: Dossier) -> Dossier:
    """
    Return a dossier whose ground is what field tests found, where there were any.

    Parameters
    ----------
    dossier : Dossier
        Its tests are evaluated, its kept results taken as they are.

    Returns
    -------
    Dossier
        Ground or aquifer replaced, on the basis of a test; its verdicts say by what.
    """
    source, said = dossier.plant.source, list(dossier.verdicts)
    if source.ground is not None:
        surveyed, doubts = interpret_survey(dossier)
        source, measured = _measured_ground(source, surveyed)
        said += [*measured, *doubts]
    elif source.aquifer is not None:
        pumped = [f for f in dossier.findings if f.kind == "pumping"]
        source, measured = _measured_aquifer(source, pumped)
        said += measured
    plant = replace(dossier.plant, source=source)
    return replace(dossier, plant=plant, verdicts=tuple(said))


def _measured_ground(source: Source, surveyed: Surveyed) -> tuple[Source, list[Verdict]]:
    ground = source.ground
    if surveyed.conductivity is None or ground is None:
        return source, []
    found = surveyed.conductivity
    said = [
        _measured(surveyed.holes, found, ground.conductivity, ("property.conductivity", "W/(m·K)"))
    ]
    measured = surveyed.undisturbed_temperature
    if measured is not None:
        said.append(
            _measured(
                surveyed.holes,
                measured,
                ground.undisturbed_temperature,
                ("property.undisturbed_temperature", "°C"),
            )
        )
    changed = replace(
        ground,
        conductivity=found.value,
        undisturbed_temperature=(
            ground.undisturbed_temperature if measured is None else measured.value
        ),
        basis=Basis.TEST,
        temperature_basis=(
            ground.temperature_basis or ground.basis if measured is None else Basis.TEST
        ),
    )
    return replace(source, ground=changed), said


def _measured_aquifer(source: Source, pumped: list[Finding]) -> tuple[Source, list[Verdict]]:
    aquifer = source.aquifer
    if not pumped or aquifer is None:
        return source, []
    found = mean_of([f.values["transmissivity"].scaled(1 / aquifer.thickness) for f in pumped])
    said = _measured(
        len(pumped),
        found,
        aquifer.hydraulic_conductivity,
        ("property.hydraulic_conductivity", "m/s"),
    )
    changed = replace(aquifer, hydraulic_conductivity=found.value, basis=Basis.TEST)
    return replace(source, aquifer=changed), [said]


def _measured(count: int, found: Estimate, assumed: float, words: tuple[str, str]) -> Verdict:
    name, unit = words
    figures = {
        "count": count,
        "name": Phrase(name),
        "unit": unit,
        "value": f"{found.value:.3g}",
        "low": f"{found.low:.3g}",
        "high": f"{found.high:.3g}",
        "assumed": f"{assumed:.3g}",
    }
    return Verdict("design.survey.measured", figures)


def interpret_survey(dossier: Dossier) -> tuple[Surveyed, tuple[Verdict, ...]]:
    """
    Evaluate every thermal response test of a dossier.

    Parameters
    ----------
    dossier : Dossier
        Its plant declares the tests, its survey holds the records.

    Returns
    -------
    Surveyed
        Mean over the tests that could be evaluated.
    verdicts : tuple of Verdict
        What is wrong with the tests.
    """
    verdicts: list[Verdict] = []
    results = []
    for test in dossier.plant.tests:
        if test.kind not in KINDS:
            figures = {"file": test.file, "kind": test.kind or "–"}
            verdicts.append(Verdict("survey.trt.unknown_kind", figures))
        if test.kind != "thermal_response":
            continue
        try:
            result = _interpreted(dossier, test)
        except LoopkeeperError as error:
            figures = {"file": test.file, "reason": str(error)}
            verdicts.append(Verdict("survey.trt.not_evaluated", figures))
            continue
        results.append(result)
        verdicts += result.verdicts
    kept = _kept_responses(dossier)
    if not results and not kept:
        return Surveyed(), tuple(verdicts)
    holes = [r.conductivity for r in results] + [f.values["conductivity"] for f in kept]
    measured = [t for t in (_measured_temperature(r) for r in results) if t is not None]
    measured += [v for f in kept if (v := f.values.get("undisturbed_temperature")) is not None]
    temperature = mean_of(measured) if measured else None
    return Surveyed(mean_of(holes), temperature, len(holes)), tuple(verdicts)


def _measured_temperature(result: ThermalResponse) -> Estimate | None:
    """Undisturbed temperature; none where the dossier's own assumption was taken. [°C]"""
    found = result.undisturbed
    if found is None or found.origin == "dossier":
        return None
    return found.estimate


def _interpreted(dossier: Dossier, test: SurveyTest) -> ThermalResponse:
    """One test, on its own undisturbed temperature, the log's, or the dossier's assumption."""
    plant, table = dossier.plant, dossier.survey.get(test.file)
    ground, field = plant.source.ground, plant.source.field
    if table is None:
        raise InsufficientDataError("its log cannot be read")
    if ground is None:
        raise InsufficientDataError("the dossier has no [source.ground] that it could tell of")
    length = test.length or (field.length if field else 0.0)
    if not length:
        raise InsufficientDataError("the length of the hole is not stated", ["length_m"])
    diameter = test.diameter or (field.diameter if field else 0.15)
    log = _test_log(table, test)
    given: Undisturbed | None = None
    if test.undisturbed_temperature is not None:
        given = Undisturbed.of(test.undisturbed_temperature, "stated")
    elif prepare(log)[0].before is None:
        given = Undisturbed.of(ground.undisturbed_temperature, "dossier")
    return interpret(
        log,
        length=length,
        radius=diameter / 2,
        heat_capacity=ground.heat_capacity,
        undisturbed_temperature=given,
    )


def _kept_responses(dossier: Dossier) -> list[Finding]:
    """Response tests evaluated before and kept, whose log the dossier does not declare itself."""
    declared = {t.file for t in dossier.plant.tests if t.kind == "thermal_response"}
    return [f for f in dossier.findings if f.kind == "thermal_response" and f.file not in declared]


def _test_log(table: SurveyTable, test: SurveyTest) -> TestLog:
    """The log of a dossier's test in SI."""
    seconds = (table.time - np.datetime64(0, "s")) / np.timedelta64(1, "s")
    if seconds[0] > DATED:
        seconds -= seconds[0]
    columns = table.columns
    if not set(columns) & _COLUMNS.keys():
        raise InsufficientDataError(
            "no column is known",
            [f"found: {', '.join(columns)}", f"expected some of {', '.join(_COLUMNS)}"],
        )
    fields = {
        role: factor * columns[name]
        for name, (role, factor) in _COLUMNS.items()
        if name in columns
    }
    fluid = Fluid(test.fluid, test.fluid_mass_fraction) if test.fluid else None
    return TestLog(time=seconds, **fields, fluid=fluid, weighed=WEIGHED in columns)


KINDS = frozenset({"thermal_response", "pumping", "step", "reinjection", "water_quality", ""})
"""Kinds of tests a dossier may declare."""
DATED = 1e8
"""Times beyond this are instants, not counted from the start of a test. [s]"""
WEIGHED = "mass_flow_kg_s"
_COLUMNS = {
    "inlet_temperature_C": ("inlet", 1.0),
    "outlet_temperature_C": ("outlet", 1.0),
    "mean_temperature_C": ("mean", 1.0),
    "power_kW": ("power", 1000.0),
    "flow_m3_h": ("flow", 1 / HOUR),
    WEIGHED: ("flow", 1e-3),
    "bleed_m3_h": ("bleed", 1 / HOUR),
}
"""Columns of a test's log in a dossier: what they are, and the factor to SI."""
