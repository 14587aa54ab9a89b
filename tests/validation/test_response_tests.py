"""Thermal response tests as measured, against published answers; traps and all."""

import numpy as np
import pytest
from scipy.optimize import least_squares
from scipy.special import exp1

from loopkeeper.adapters.files.field_tests.response_logs import read_logger, read_response_test
from loopkeeper.errors import DossierError
from loopkeeper.lifecycle.survey.clocks import compare_clocks
from loopkeeper.lifecycle.survey.test_record import TestLog
from loopkeeper.lifecycle.survey.thermal_response_test import combined, interpret

pytestmark = pytest.mark.validation
LINE = [
    # file, length [m], diameter [m], T0 [°C], C [J/(m³ K)], published k and R_b
    ("Linz", 150.0, 0.133, 11.7, 2.3e6, 2.2145, 0.1104, 0.0216),
    ("Dinsl", 99.3, 0.22, 11.8, 2.35e6, 2.3059, 0.1049, 0.0270),
    ("Ravensburg", 193.5, 0.20, 14.7, 2.26e6, 2.2680, 0.0817, 0.0582),
]


def evaluated(path, length, diameter, undisturbed, capacity, named=None):
    log, _ = read_response_test(path, named or {})
    return interpret(
        log,
        length=length,
        radius=diameter / 2,
        heat_capacity=capacity,
        undisturbed_temperature=undisturbed,
    )


def codes(test):
    return {v.code for v in test.verdicts}


@pytest.mark.parametrize("case", LINE, ids=[row[0] for row in LINE])
def test_three_european_tests(shared, judged, case):
    name, *hole, k, rb, peer = case
    test = evaluated(shared / "trt_pytrt_europe" / f"{name}.csv", *hole)
    line = test.line_source
    by = "published evaluation of three tests"
    # 0.1 %: the published figures are rounded to four digits
    error = np.array([line.conductivity.value / k - 1, line.resistance.value / rb - 1])
    judged("response test, line source", by=by, error=error, bound=1e-3)
    judged(
        "response test, full fit, RMSE",
        by="best public fit of the same tests",
        error=test.fit.rmse,
        bound=peer,
        unit="K",
    )
    assert test.fit.conductivity.low < line.conductivity.high
    assert test.fit.conductivity.high > line.conductivity.low
    assert line.conductivity.low < test.conductivity.value < line.conductivity.high
    if name != "Dinsl":  # whose fit lies beyond: test_dinslaken_is_designed_between_both_methods
        assert line.conductivity.low < test.fit.conductivity.value < line.conductivity.high
    assert ("survey.trt.rising" in codes(test)) == (name != "Ravensburg")


def test_sandbox_with_known_sand(shared, judged):
    rows = np.loadtxt(
        shared / "trt_beier_sandbox" / "Beier_Smith_Spitler_2011_SandBox.txt", skiprows=2
    )
    log = TestLog(time=rows[:, 0], inlet=rows[:, 1], outlet=rows[:, 2], power=1056 * rows[:, 3])
    test = interpret(
        log, length=18.3, radius=0.063, heat_capacity=3.2e6, undisturbed_temperature=22.09
    )
    # probes in the sand: 2.82 and 2.88 W/(m K); R_b 0.165: 5 % what the probes differ and the
    # finite box leaves
    by = "probes in the sand"
    for found in (test.line_source, test.fit):
        judged(
            "response test in the sandbox, conductivity",
            by=by,
            error=found.conductivity.value / 2.85 - 1,
            bound=0.05,
        )
        assert found.resistance.low < 0.165 < found.resistance.high


def test_power_failure_is_found_and_outlived(shared):
    path = shared / "trt_beier_sandbox" / "beier2011_interrupted_trt.csv"
    test = evaluated(path, 18.3, 0.126, 22.0, 3.2e6, {"power": "P_elec_W"})
    ((start, length),) = test.record.outages
    assert start == pytest.approx(545 * 60, abs=120)
    assert length == pytest.approx(114 * 60, abs=120)
    assert test.fit.conductivity.low < 2.82 < test.fit.conductivity.high


def test_power_failure_against_an_evaluation_of_its_own(shared, judged):
    path = shared / "trt_beier_sandbox" / "beier2011_interrupted_trt.csv"
    found = evaluated(path, 18.3, 0.126, 22.0, 3.2e6, {"power": "P_elec_W"}).fit.conductivity
    # the interval says how far a log with a hole in it can be off; the probes lie within
    half = (found.high - found.low) / 2 / found.value
    judged(
        "response test with a power failure",
        by="probes in the sand",
        error=found.value / 2.82 - 1,
        bound=half,
    )
    table = np.genfromtxt(path, delimiter=",", names=True)
    second = 60 * table["time_min"]
    warm = (table["T_supply_C"] + table["T_return_C"]) / 2
    rate = np.nanmean(table["P_elec_W"][table["P_elec_W"] > 100]) / 18.3
    changes = ((0, 1), (545 * 60, -1), (658 * 60, 1))

    def misfit(x, on):
        late = [np.maximum(second[on] - start, 1e-9) for start, _ in changes]
        lines = [
            sign * exp1(0.063**2 * 3.2e6 / (4 * x[0] * since)) / (4 * np.pi * x[0])
            for since, (_, sign) in zip(late, changes, strict=True)
        ]
        return 22.0 + rate * (sum(lines) + x[1]) - warm[on]

    plain = [
        least_squares(misfit, [2.0, 0.1], args=(second > begin * 3600,)).x[0]
        for begin in (15, 20, 25)
    ]
    # 2 %: what the windows of the plain evaluation differ by among themselves
    judged(
        "response test with a power failure",
        by="superposed line source by scipy alone",
        error=found.value / np.array(plain) - 1,
        bound=0.02,
    )


def test_dinslaken_is_designed_between_both_methods(shared):
    name, *hole, published, _, _ = LINE[1]
    test = evaluated(shared / "trt_pytrt_europe" / f"{name}.csv", *hole)
    line = test.line_source.conductivity
    assert line.low < test.conductivity.value < line.high
    assert test.conductivity.low < published < test.conductivity.high
    assert "survey.trt.between" in codes(test)


@pytest.mark.slow
def test_standing_column_near_what_was_published(shared):
    test = evaluated(shared / "trt_varennes_scw" / "data_TRT.csv", 208.0, 0.165, 11.5, 2.6e6)
    assert 2.4 < test.fit.conductivity.value < 2.8
    # the thermometers drift by 9 % of the spread in the last third, the water does not follow
    assert "survey.trt.power_not_followed" in codes(test)


@pytest.mark.slow
def test_standing_column_with_every_trap(shared):
    path = shared / "trt_varennes_scw" / "data_TRT.csv"
    test = evaluated(path, 208.0, 0.165, 11.5, 2.6e6)
    assert {
        "survey.trt.swapped",
        "survey.trt.offset",
        "survey.trt.outage",
        "survey.trt.bleed",
    } <= (codes(test))
    _, said = read_response_test(path, {})
    assert "survey.log.clocks_differ" in {v.code for v in said}
    # the published mean ends 100 minutes before the bleed begins
    assert test.record.mean_power == pytest.approx(24038.7, rel=1e-3)
    assert test.fit.conductivity.low < 2.651 < test.fit.conductivity.high
    assert test.line_source.conductivity.low < 2.651 < test.line_source.conductivity.high
    assert len(test.record.outages) == 1


@pytest.mark.slow
def test_three_clocks_on_one_site(shared, judged):
    folder = shared / "trt_varennes_scw"
    names = ["PCP_241105093255_DT244.CSV", "PI_241105093429_DT275.CSV", "data_DTS_heating.csv"]
    log = read_logger(folder / "data_TRT.csv")
    found = [compare_clocks(log, read_logger(folder / name)) for name in names]
    # the loggers' own headers say UTC-5 and UTC-4, the fibre ran on local time, UTC-4
    error = [(c.offset / 3600 - hours) for c, hours in zip(found, (-5, -4, -4), strict=True)]
    judged("clocks of loggers", by="their own headers", error=error, bound=0.01, unit="h")
    # the fibre hangs 150 m down the well: the water takes its time
    assert [c.delay / 60 for c in found] == pytest.approx([3, 3, 19], abs=2)
    unclear = compare_clocks(log, read_logger(folder / "data_LTC_heating.csv"))
    assert not unclear.clear


def test_holes_together(shared):
    tests = [
        evaluated(shared / "trt_pytrt_europe" / f"{n}.csv", *rest)
        for n, *rest in [row[:5] for row in LINE]
    ]
    together = combined(tests)
    assert together.conductivity.low < min(t.conductivity.value for t in tests)
    assert [v.code for v in together.verdicts] == ["survey.trt.spread"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,2,3\n4,5,6\n", "no header"),
        ("a,b,c\n1,2,3\n", "no column is a time"),
        ("time [s],Tf [kW],P [W]\n" + "60,20,900\n" * 30, "is in kW; expected mean in degC"),
        ("time [s],Tf [degC],P [W]\n" + "60,1400,20\n" * 30, "are columns swapped"),
        ("time [fortnights of],Tf [degC],P [W]\n" + "60,20,900\n" * 30, "unknown unit"),
    ],
)
def test_unreadable_logs_say_why(tmp_path, text, expected):
    path = tmp_path / "log.csv"
    path.write_text(text)
    with pytest.raises(DossierError, match=expected):
        read_response_test(path, {})
