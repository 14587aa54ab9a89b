"""Field tests of a dossier: what they gave, and a plant that stands on it."""

from dataclasses import replace

import numpy as np

from loopkeeper.errors import DataError
from loopkeeper.lifecycle.diagnose.evidence import Surveyed
from loopkeeper.lifecycle.survey.test_record import TestLog
from loopkeeper.lifecycle.survey.thermal_response_test import interpret, mean_of
from loopkeeper.measure.dossier import Dossier, Finding, SurveyTable
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.source import Basis, Source
from loopkeeper.plant.verdict import Verdict
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
        source = _measured_ground(source, surveyed, said)
        said += doubts
    elif source.aquifer is not None:
        pumped = [f for f in dossier.findings if f.kind == "pumping"]
        source = _measured_aquifer(source, pumped, said)
    plant = replace(dossier.plant, source=source)
    return replace(dossier, plant=plant, verdicts=tuple(said))


def _measured_ground(source: Source, surveyed: Surveyed, said: list[Verdict]) -> Source:
    ground = source.ground
    if surveyed.conductivity is None or ground is None:
        return source
    found = surveyed.conductivity
    said.append(
        _measured(
            surveyed.holes, found, ground.conductivity, ("conductivity", "导热系数", "W/(m·K)")
        )
    )
    measured = surveyed.undisturbed_temperature
    return replace(
        source,
        ground=replace(
            ground,
            conductivity=found.value,
            undisturbed_temperature=(
                ground.undisturbed_temperature if measured is None else measured
            ),
            basis=Basis.TEST,
        ),
    )


def _measured_aquifer(source: Source, pumped: list[Finding], said: list[Verdict]) -> Source:
    aquifer = source.aquifer
    if not pumped or aquifer is None:
        return source
    found = mean_of([f.values["transmissivity"].scaled(1 / aquifer.thickness) for f in pumped])
    said.append(
        _measured(
            len(pumped), found, aquifer.hydraulic_conductivity,
            ("hydraulic conductivity", "渗透系数", "m/s"),
        )
    )  # fmt: skip
    changed = replace(aquifer, hydraulic_conductivity=found.value, basis=Basis.TEST)
    return replace(source, aquifer=changed)


def _measured(count: int, found: Estimate, assumed: float, words: tuple[str, str, str]) -> Verdict:
    name, chinese, unit = words
    figures = {
        "count": count, "name": name, "name_zh": chinese, "unit": unit,
        "value": f"{found.value:.3g}", "low": f"{found.low:.3g}", "high": f"{found.high:.3g}",
        "assumed": f"{assumed:.3g}",
    }  # fmt: skip
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
    plant = dossier.plant
    verdicts: list[Verdict] = []
    results = []
    for test in plant.tests:
        table = dossier.survey.get(test.file)
        if test.kind != "thermal_response" or table is None or plant.source.ground is None:
            continue
        field = plant.source.field
        length = test.length or (field.length if field else 0.0)
        diameter = test.diameter or (field.diameter if field else 0.15)
        try:
            result = interpret(
                _test_log(table),
                length=length,
                radius=diameter / 2,
                heat_capacity=plant.source.ground.heat_capacity,
            )
        except (DataError, KeyError) as error:
            verdicts.append(
                Verdict("survey.trt.not_evaluated", {"file": test.file, "reason": str(error)})
            )
            continue
        results.append(result)
        verdicts += result.verdicts
    kept = _kept_responses(dossier)
    if not results and not kept:
        return Surveyed(), tuple(verdicts)
    holes = [r.conductivity for r in results] + [f.values["conductivity"] for f in kept]
    temperatures = [r.undisturbed_temperature for r in results]
    temperatures += [f.values["undisturbed_temperature"].value for f in kept]
    return Surveyed(mean_of(holes), float(np.mean(temperatures)), len(holes)), tuple(verdicts)


def _kept_responses(dossier: Dossier) -> list[Finding]:
    """Response tests evaluated before and kept, whose log the dossier does not declare itself."""
    declared = {t.file for t in dossier.plant.tests if t.kind == "thermal_response"}
    return [f for f in dossier.findings if f.kind == "thermal_response" and f.file not in declared]


def _test_log(table: SurveyTable) -> TestLog:
    """The log of a dossier's test in SI."""
    seconds = (table.time - table.time[0]) / np.timedelta64(1, "s")
    columns = table.columns
    flow = columns.get("flow_m3_h")
    return TestLog(
        seconds,
        inlet=columns["inlet_temperature_C"],
        outlet=columns["outlet_temperature_C"],
        power=1000 * columns["power_kW"],
        flow=None if flow is None else flow / HOUR,
    )
