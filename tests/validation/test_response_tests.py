"""Thermal response tests as measured, against published answers; traps and all."""

import numpy as np
import pytest

from loopkeeper.adapters.survey_logs import read_logger, read_response_test
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
        log, length=length, radius=diameter / 2, heat_capacity=capacity,
        undisturbed_temperature=undisturbed,
    )  # fmt: skip


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
    judged("response test, full fit, RMSE", by="best public fit of the same tests",
           error=test.fit.rmse, bound=peer, unit="K")  # fmt: skip
    assert test.fit.conductivity.low < line.conductivity.high
    assert test.fit.conductivity.high > line.conductivity.low
    if name != "Dinsl":  # see test_dinslaken_by_both_methods
        assert line.conductivity.low < test.fit.conductivity.value < line.conductivity.high
    assert ("survey.trt.rising" in codes(test)) == (name != "Ravensburg")


def test_sandbox_with_known_sand(shared, judged):
    rows = np.loadtxt(
        shared / "trt_beier_sandbox" / "Beier_Smith_Spitler_2011_SandBox.txt", skiprows=2
    )
    log = TestLog(rows[:, 0], rows[:, 1], rows[:, 2], power=1056 * rows[:, 3])
    test = interpret(
        log, length=18.3, radius=0.063, heat_capacity=3.2e6, undisturbed_temperature=22.09
    )
    # probes in the sand: 2.82 and 2.88 W/(m K); R_b 0.165: 5 % what the probes differ and the
    # finite box leaves
    by = "probes in the sand"
    for found in (test.line_source, test.fit):
        judged("response test in the sandbox, conductivity", by=by,
               error=found.conductivity.value / 2.85 - 1, bound=0.05)  # fmt: skip
        assert found.resistance.low < 0.165 < found.resistance.high


def test_power_failure_is_found_and_outlived(shared):
    path = shared / "trt_beier_sandbox" / "beier2011_interrupted_trt.csv"
    test = evaluated(path, 18.3, 0.126, 22.0, 3.2e6, {"power": "P_elec_W"})
    ((start, length),) = test.record.outages
    assert start == pytest.approx(545 * 60, abs=120)
    assert length == pytest.approx(114 * 60, abs=120)
    assert test.fit.conductivity.low < 2.82 < test.fit.conductivity.high


@pytest.mark.xfail(
    reason="2.53 (1.70 to 3.37) of 2.82 W/(m K): the failure leaves 31 of 50 hours, the interval "
    "says so (test above). Fits within 5 % hold known holes in 77 to 83 % only, or leave the line "
    "source at Linz and Ravensburg: docs/next.md, Field tests",
    strict=True,
)
def test_power_failure_leaves_the_conductivity_within_five_percent(shared):
    path = shared / "trt_beier_sandbox" / "beier2011_interrupted_trt.csv"
    test = evaluated(path, 18.3, 0.126, 22.0, 3.2e6, {"power": "P_elec_W"})
    assert test.fit.conductivity.value == pytest.approx(2.82, rel=0.05)


@pytest.mark.xfail(
    reason="2.46 (2.41 to 2.52) against the line source's 2.31 (2.18 to 2.43): the intervals "
    "meet, the value lies outside. Heat lost by hoses would bend the course so; the log holds no "
    "air temperature to tell: docs/next.md, Field tests",
    strict=True,
)
def test_dinslaken_by_both_methods(shared):
    name, *hole, _, _, _ = LINE[1]
    test = evaluated(shared / "trt_pytrt_europe" / f"{name}.csv", *hole)
    line = test.line_source.conductivity
    assert line.low < test.fit.conductivity.value < line.high


@pytest.mark.xfail(
    reason="2.88 (2.11 to 3.65) against the published 2.4 to 2.8, inside the interval: water "
    "moves in this rock, and a fit of conduction alone reads part of that as conductivity: "
    "docs/next.md, Field tests",
    strict=True,
)
def test_standing_column_near_what_was_published(shared):
    test = evaluated(shared / "trt_varennes_scw" / "data_TRT.csv", 208.0, 0.165, 11.5, 2.6e6)
    assert 2.4 < test.fit.conductivity.value < 2.8


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
    # water moves in the rock: misfit of 0.4 K, and the interval is as wide as that
    assert test.fit.conductivity.low < 2.651 < test.fit.conductivity.high
    assert test.line_source.conductivity.low < 2.651 < test.line_source.conductivity.high
    assert len(test.record.outages) == 1


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
    tests = [evaluated(shared / "trt_pytrt_europe" / f"{n}.csv", *rest) for n, *rest in
             [row[:5] for row in LINE]]  # fmt: skip
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
