"""A logger beside a test: its dates are found by content, whatever other columns are called."""

import numpy as np
import pytest

from loopkeeper.adapters.files.field_tests.test_log import read_dated_columns
from loopkeeper.errors import DossierError


@pytest.mark.parametrize(
    "head", ["datetime,time (s),T_in (degC),Q (W)", "采集时间,t [s],T_in (degC),Q (W)"]
)
def test_dates_win_over_seconds_that_are_called_time(tmp_path, head):
    rows = [f"2024-10-15 05:{n:02d}:35,{60 * n},{14 + 0.01 * n},{n}" for n in range(30)]
    path = tmp_path / "log.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    time, columns = read_dated_columns(path)
    assert np.diff(time) == pytest.approx(60.0)
    assert time[0] == pytest.approx(np.datetime64("2024-10-15T05:00:35").astype("int64"))
    assert len(columns) == 3


def test_a_log_without_dates_is_named(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("t [s],T_in (degC)\n" + "".join(f"{n},1.{n}\n" for n in range(9)), "utf-8")
    with pytest.raises(DossierError, match="no column holds dates"):
        read_dated_columns(path)
