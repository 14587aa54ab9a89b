"""Charts: run lengths against published ones and against simulated series."""

import numpy as np
import pytest

from loopkeeper.errors import InputError, InsufficientDataError
from loopkeeper.measure.control_chart import average_run_length, control_chart, limit_for

pytestmark = pytest.mark.validation
# Lucas and Saccucci (Technometrics 32, 1990), as in Montgomery's table: weight, limit, shift, ARL
PUBLISHED = [
    (0.40, 3.054, 0.0, 500), (0.25, 2.998, 0.0, 500), (0.20, 2.962, 0.0, 500),
    (0.10, 2.814, 0.0, 500), (0.05, 2.615, 0.0, 500), (0.40, 3.054, 1.0, 14.3),
    (0.25, 2.998, 1.0, 11.1), (0.20, 2.962, 1.0, 10.5), (0.10, 2.814, 1.0, 10.3),
    (0.05, 2.615, 1.0, 11.4), (0.10, 2.814, 0.5, 31.3), (0.10, 2.814, 2.0, 4.36),
]  # fmt: skip


def test_published_run_lengths(judged):
    error = [
        average_run_length(weight, limit, shift=shift) / length - 1
        for weight, limit, shift, length in PUBLISHED
    ]
    # 1 %: limits are published to three digits, run lengths to two or three
    judged("control chart, run length", by="Lucas and Saccucci", error=error, bound=0.01)


def test_a_shewhart_chart_is_the_case_of_full_weight(judged):
    # two-sided tail of the normal distribution beyond 3: 0.0026998
    error = average_run_length(1.0, 3.0) / (1 / 0.0026998) - 1
    judged("control chart, full weight", by="normal distribution", error=error, bound=1e-3)


@pytest.mark.parametrize("memory", [0.0, 0.6])
def test_false_alarms_come_as_often_as_stated(judged, memory):
    rng = np.random.default_rng(5)
    days, plants, stated = 3000, 60, 365.0
    alarms = 0
    for _ in range(plants):
        noise = rng.normal(0, 1, days)
        values = np.zeros(days)
        for n in range(1, days):
            values[n] = memory * values[n - 1] + noise[n]
        chart = control_chart(100 + 3 * values, 1500, run_length=stated)
        alarms += sum(n >= 1500 for n in chart.signals)
    found = plants * 1500 / alarms
    # 20 %: 250 alarms are counted (6 %), and mean and deviation are estimated from 1500 days
    judged(
        "control chart, false alarms",
        by="simulated sound series",
        error=found / stated - 1,
        bound=0.20,
    )


def test_a_lasting_shift_is_found_soon():
    rng = np.random.default_rng(6)
    late = []
    for _ in range(40):
        values = rng.normal(0, 1, 600)
        values[400:] += 1.0
        chart = control_chart(values, 400, run_length=365.0)
        late.append(next(n for n in chart.signals if n >= 400) - 400)
    # one standard deviation: 9.9 values by the integral equation for a limit of 2.7
    assert np.mean(late) == pytest.approx(
        average_run_length(0.1, limit_for(365.0), shift=1.0), rel=0.3
    )


def test_days_without_data_change_nothing():
    rng = np.random.default_rng(7)
    values = rng.normal(0, 1, 300)
    gappy = values.copy()
    gappy[250:260] = np.nan
    chart = control_chart(gappy, 200, run_length=500.0)
    assert np.all(chart.average[250:260] == chart.average[249])


def test_what_cannot_be_charted_is_said():
    with pytest.raises(InsufficientDataError, match="12 values of the sound time"):
        control_chart(np.arange(12.0), 12, run_length=365.0)
    with pytest.raises(InsufficientDataError, match="do not vary"):
        control_chart(np.ones(100), 60, run_length=365.0)
    with pytest.raises(InputError, match="weight 0"):
        average_run_length(0.0, 3.0)
    with pytest.raises(InputError, match="run length 1"):
        limit_for(1.0)
