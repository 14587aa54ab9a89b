"""Pumping tests as measured, against published evaluations; laws against their integrals."""

import numpy as np
import pytest

from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.survey.pumping_test import (
    SORTS,
    Observations,
    Schedule,
    aquifer_test,
    derivative,
    equivalent_time,
    unconfined_correction,
)
from loopkeeper.lifecycle.survey.step_test import injectivity, step_test
from loopkeeper.physics.drawdown import (
    stored_well_drawdown,
    superposed,
    unconfined_drawdown,
    unit_drawdown,
)

pytestmark = pytest.mark.validation
DAY = 86400.0


def one(flow):
    return Schedule(np.array([0.0]), np.array([flow]))


def ttim(shared, names, unit, header=1):
    wells = []
    for name, distance in names:
        rows = np.loadtxt(shared / "pumping_ttim" / f"{name}.txt", skiprows=header)
        wells.append(Observations(rows[:, 0] * unit, -rows[:, 1], distance))
    return wells


def model(test, sort):
    return next(f for f in test.tried if f.sort == sort)


def test_oude_korendijk(shared, judged):
    wells = ttim(shared, [("piezometer_h30", 30.0), ("piezometer_h90", 90.0)], 60.0)
    fit = model(aquifer_test(wells, one(788 / DAY)), "confined")
    # 0.1 %: digits published
    error = [fit.transmissivity.value * DAY / 462.62 - 1, fit.storage.value / 1.7788e-4 - 1]
    judged("pumping test Oude Korendijk, Theis", by="published joint fit", error=error, bound=1e-3)


def test_dalem_is_leaky(shared, judged):
    wells = ttim(shared, [(f"dalem_p{r}", float(r)) for r in (30, 60, 90, 120)], DAY)
    test = aquifer_test(wells, one(761 / DAY))
    assert test.best.sort == "leaky"
    error = [
        test.best.leakage_resistance / DAY / 331.141 - 1,
        test.best.transmissivity.value * DAY / (45.332 * 37) - 1,
        test.best.rmse / 0.005917 - 1,
    ]
    judged("pumping test Dalem, Hantush", by="published fit", error=error, bound=1e-3)


def test_sioux_flats(shared, judged):
    places = [("sioux100", 30.48), ("sioux200", 60.96), ("sioux400", 121.92)]
    test = aquifer_test(ttim(shared, places, DAY, 0), one(6605.754 / DAY))
    assert test.best.sort == "confined"
    error = [
        test.best.transmissivity.value * DAY / (282.684 * 15.24) - 1,
        test.best.storage.value / (4.209e-3 * 15.24) - 1,
    ]
    judged("pumping test Sioux Flats, Theis", by="MLU", error=error, bound=2e-3)


def hytool(shared, name, delimiter=None):
    return np.loadtxt(shared / "pumping_hytool" / f"{name}.dat", delimiter=delimiter).T


def test_recovery_by_equivalent_time(shared, judged):
    time, level = hytool(shared, "agt_ds1")
    place = Observations(equivalent_time(time, 240 * 60.0), level, 60.0)
    fit = model(aquifer_test([place], one(0.028935)), "confined")
    # 2 %: two digits published
    error = [fit.transmissivity.value / 1.3e-2 - 1, fit.storage.value / 1.9e-4 - 1]
    judged("recovery test, Agarwal", by="Batu (1998)", error=error, bound=0.02)


@pytest.mark.parametrize(
    "case",
    [
        ("thc_ds1", 0.030, "recharge_boundary", 8.7e-3, 1100),
        ("thn_ds1", 0.0132, "barrier", 9.8e-4, 310),
    ],
)
def test_boundaries(shared, judged, case):
    name, flow, sort, transmissivity, image = case
    time, level = hytool(shared, name)
    test = aquifer_test([Observations(time, level, 20.0)], one(flow))
    assert test.best.sort == sort
    # 2 %: two digits published by hytool
    error = [
        test.best.transmissivity.value / transmissivity - 1,
        test.best.extras[0].value / image - 1,
    ]
    judged("pumping test near a boundary", by="hytool", error=error, bound=0.02)


def test_flow_in_steps_and_recovery(shared, judged):
    time, level = hytool(shared, "tmr_ds1")
    schedule = Schedule(np.array([0, 30, 80, 130]) * 60.0, np.array([500, 700, 600, 0]) / DAY)
    fit = aquifer_test([Observations(time, level, 5.0)], schedule).best
    assert fit.sort == "confined"
    error = [fit.transmissivity.value / 1.2e-3 - 1, fit.storage.value / 9.9e-4 - 1]
    by = "hytool, Kruseman and de Ridder"
    judged("pumping test of variable rate", by=by, error=error, bound=0.04)


def test_losses_of_a_well(shared, judged):
    time, level = hytool(shared, "eha_ds1", ",")
    flows = np.array([1306, 1693, 2423, 3261, 4094, 5019]) / DAY
    steps = step_test(Observations(time, level, 0.15), Schedule(np.arange(6) * 10800.0, flows))
    # 15 %: Kruseman and de Ridder read increments off a graph, 1.45e-7 d²/m⁵
    error = steps.well_loss.value / DAY**2 / 1.45e-7 - 1
    judged("step test, well loss", by="Kruseman and de Ridder", error=error, bound=0.15)
    assert steps.walton == "good"
    assert np.all(np.diff(steps.efficiency) < 0)


def test_step_test_of_known_losses(judged):
    time = np.arange(300.0, 5 * 7200, 300.0)
    flows = np.array([0.005, 0.01, 0.015, 0.02, 0.025])
    schedule = Schedule(np.arange(5) * 7200.0, flows)

    def unit(t):
        return unit_drawdown(t, transmissivity=2e-3, storage=1e-4, distance=0.2)

    now = flows[np.searchsorted(schedule.starts, time, side="right") - 1]
    level = superposed(time, schedule.starts, flows, unit) + 3000.0 * now**2
    steps = step_test(Observations(time, level, 0.2), schedule)
    error = [steps.well_loss.value / 3000 - 1, steps.transmissivity.value / 2e-3 - 1]
    judged("step test, known losses", by="superposed Theis wells", error=error, bound=2e-3)


def test_stored_well_water_first_gives_all_the_flow(judged):
    common = {"transmissivity": 1e-3, "storage": 1e-4, "distance": 0.3}
    early = np.array([1.0, 3.0])
    got = stored_well_drawdown(early, **common, screen_radius=0.3, casing_radius=0.3)
    error = got / (early / (np.pi * 0.3**2)) - 1
    judged("well storage, early", by="volume of the casing", error=error, bound=0.06)
    late = np.array([1e6])
    got = stored_well_drawdown(late, **common, screen_radius=0.3, casing_radius=0.3)
    error = got / unit_drawdown(late, **common) - 1
    judged("well storage, late", by="Theis", error=error, bound=1e-3)


def test_water_table_that_yields_late(shared, judged):
    rows = np.loadtxt(shared / "pumping_ttim" / "pumptest_neuman.txt")
    foot = 0.3048
    place = Observations(rows[:, 0] * 60, rows[:, 1] * foot, 63 * foot)
    test = aquifer_test([place], one(1170 * 3.785411784e-3 / 60), SORTS)
    assert test.best.sort == "unconfined"
    assert test.margin > 100
    # 2 %: two to four digits published by AQTESOLV (22 980 ft²/d, 0.15)
    error = [
        test.best.transmissivity.value * DAY / foot**2 / 22980 - 1,
        test.best.extras[0].value / 0.15 - 1,
    ]
    judged("pumping test under a water table, Neuman", by="AQTESOLV", error=error, bound=0.02)


def test_water_table_between_its_two_theis_curves(judged):
    common = {"transmissivity": 1e-3, "distance": 20.0}
    water = {"specific_yield": 0.1, "drainage": 1e-4}
    late = np.array([1e7, 1e8])
    got = unconfined_drawdown(late, **common, storage=1e-4, **water)
    error = got / unit_drawdown(late, **common, storage=0.1001) - 1
    judged("water table, late", by="Theis with all the yield", error=error, bound=2e-4)
    # nothing yields: a confined aquifer; 0.1 % for the sum that is cut
    got = unconfined_drawdown(late, **common, storage=1e-4, specific_yield=1e-9, drainage=1e-4)
    error = got / unit_drawdown(late, **common, storage=1e-4) - 1
    judged("water table without yield", by="Theis", error=error, bound=1e-3)


def test_derivative_is_flat_where_flow_is_radial():
    time = np.geomspace(60, 1e5, 60)
    drawdown = 0.01 * unit_drawdown(time, transmissivity=1e-3, storage=1e-4, distance=10.0)
    _, slope = derivative(time, drawdown)
    assert slope[len(slope) // 2 :] == pytest.approx(0.01 / (4 * np.pi * 1e-3), rel=0.02)


def test_injectivity_is_corrected_for_cold_water():
    place = Observations(np.arange(1, 49) * 3600.0, np.full(48, 4.0), 0.2)
    cold = injectivity(place, one(-0.01), temperature=7.0)
    warm = injectivity(place, one(-0.01), temperature=25.0)
    # 59 %: viscosity of 7 °C over 25 °C
    assert cold.at_reference / warm.at_reference == pytest.approx(1.59, rel=0.01)
    assert cold.stable == pytest.approx(48, abs=1.1)


def test_thin_aquifers_are_corrected():
    assert unconfined_correction(np.array([2.0]), 10.0) == pytest.approx(1.8)


def test_too_few_readings_refuse():
    with pytest.raises(InsufficientDataError, match="3 readings, 6 are needed"):
        aquifer_test([Observations(np.arange(1.0, 4.0), np.ones(3), 1.0)], one(0.01))
