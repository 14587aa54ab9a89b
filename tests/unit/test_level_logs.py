"""Level logs are read by name, unit and content; what cannot be told apart is refused by name."""

import numpy as np
import pytest

from loopkeeper.adapters.files.field_tests.level_log import Stated, read_levels
from loopkeeper.errors import DossierError, InsufficientDataError
from loopkeeper.lifecycle.survey.pumping_test import Observations, Schedule, aquifer_test

MINUTES = np.array([1, 2, 3, 5, 8, 12, 20, 30, 45, 60, 90, 120.0])
DRAWDOWN = np.round(0.8 + 0.35 * np.log(MINUTES), 3)
OTHER = np.round(0.2 + 0.2 * np.log(MINUTES), 3)


def file_of(folder, head, *columns, name="levels.csv", encoding="utf-8"):
    path = folder / name
    rows = [",".join(str(c) for c in row) for row in zip(*columns, strict=True)]
    path.write_text("\n".join([*([head] if head else []), *rows]) + "\n", encoding=encoding)
    return path


def stamps(spelled):
    base = np.datetime64("2024-03-05T22:00:00")
    return [(base + np.timedelta64(int(60 * m), "s")).item().strftime(spelled) for m in MINUTES]


NUMBER = range(1, len(MINUTES) + 1)
CASES = {
    "usual": ("time (min),drawdown (m)", (MINUTES, DRAWDOWN)),
    "level_first": ("drawdown (m),time (min)", (DRAWDOWN, MINUTES)),
    "numbered": ("序号,降深(m),抽水时间(min)", (NUMBER, DRAWDOWN, MINUTES)),
    "flow_between": (
        "序号,累计时间(分钟),流量(m3/h),主井降深(m)", (NUMBER, MINUTES, [30] * 12, DRAWDOWN)),
    "centimetres": ("历时/min,水位降深/cm", (MINUTES, 100 * DRAWDOWN)),
    "by_unit": ("A (m),B (min)", (DRAWDOWN, MINUTES)),
    "dated": ("观测时间,降深(m)", (stamps("%Y-%m-%d %H:%M"), DRAWDOWN)),
    "date_and_time": ("日期,时间,降深(m)", (stamps("%Y/%m/%d"), stamps("%H:%M:%S"), DRAWDOWN)),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_columns_are_found_wherever_they_stand(tmp_path, case):
    head, columns = CASES[case]
    encoding = "gbk" if "序号" in head else "utf-8"
    read = read_levels(file_of(tmp_path, head, *columns, encoding=encoding), Stated())
    since = 60 * (MINUTES - 1) if "dat" in case else 60 * MINUTES
    assert read.time == pytest.approx(since)
    assert read.drawdown == pytest.approx(DRAWDOWN)
    assert read.unit == 60.0


def test_depths_need_their_rest(tmp_path):
    path = file_of(tmp_path, "time (min),水位埋深(m)", MINUTES, 12.5 + DRAWDOWN)
    with pytest.raises(DossierError, match="depths to water, not drawdown"):
        read_levels(path, Stated())
    assert read_levels(path, Stated(static=12.5)).drawdown == pytest.approx(DRAWDOWN)
    heads = file_of(tmp_path, "time (min),水位(m)", MINUTES, 40 - DRAWDOWN)
    assert read_levels(heads, Stated(static=40.0)).drawdown == pytest.approx(DRAWDOWN)


def test_several_wells_in_one_file_are_never_guessed(tmp_path):
    path = file_of(tmp_path, "时间(min),主井降深(m),观1降深(m)", MINUTES, DRAWDOWN, OTHER)
    with pytest.raises(DossierError, match=r"more than one column is a level[\s\S]*观1降深\(m\)"):
        read_levels(path, Stated())
    read = read_levels(path, Stated(columns={"level": "观1降深(m)"}))
    assert read.drawdown == pytest.approx(OTHER)


def test_columns_without_names(tmp_path):
    stated = Stated(time_unit="min", level_unit="m")
    falling = file_of(tmp_path, "", np.abs(DRAWDOWN[::-1]), MINUTES, name="a.txt")
    assert read_levels(falling, stated).time == pytest.approx(60 * MINUTES)
    three = file_of(tmp_path, "", NUMBER, MINUTES, DRAWDOWN, name="b.txt")
    with pytest.raises(DossierError, match="3 columns without names"):
        read_levels(three, stated)


@pytest.mark.parametrize(
    "drawdown", [np.zeros(40), np.random.default_rng(1).normal(0, 1e-3, 40), np.full(40, 3.0)]
)
def test_impossible_results_are_refused(drawdown):
    place = Observations(60.0 * np.arange(1, 41), drawdown, 10.0)
    schedule = Schedule(np.array([0.0]), np.array([0.01]))
    with pytest.raises(InsufficientDataError, match=r"no aquifer answers|no drawdown"):
        aquifer_test([place], schedule)
