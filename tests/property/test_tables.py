"""Tables as loggers and spreadsheets write them: whatever the dialect, the same readings."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopkeeper.adapters.files.tables.tables import SENTINELS, numbers, read_table
from loopkeeper.adapters.files.tables.times import instants
from loopkeeper.adapters.files.telemetry.telemetry import read_telemetry
from loopkeeper.virtual.templates import template

PLANT = template("office").plant
VALUES = st.lists(
    st.integers(-99_000, 99_000).map(lambda n: n / 100), min_size=3, max_size=30
).filter(lambda values: any(v != int(v) for v in values))


def codes(verdicts):
    return {v.code for v in verdicts}


@st.composite
def dialects(draw):
    """Separator, decimal mark, encoding and line end of one logger."""
    separator, mark = draw(
        st.sampled_from([(",", "."), (";", "."), (";", ","), ("\t", "."), ("\t", ",")])
    )
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]))
    return separator, mark, encoding, draw(st.sampled_from(["\n", "\r\n"]))


@given(VALUES, dialects(), st.data())
def test_every_dialect_gives_the_same_numbers(tmp_path, values, dialect, data):
    separator, mark, encoding, end = dialect
    lines = [separator.join(["time", "温度", "note"])]
    for n, value in enumerate(values):
        if data.draw(st.integers(0, 9)) == 0:
            lines.append(lines[0])
        text = f"{value:.2f}".replace(".", mark)
        lines.append(separator.join([f"2024-01-01 00:{n:02d}", text, "备注"]))
    path = tmp_path / "t.csv"
    path.write_bytes((end.join(lines) + end).encode(encoding))
    table = read_table(path)
    read, said = numbers(table, "温度")
    assert read.to_list() == pytest.approx(values)
    repeated = sum(line == lines[0] for line in lines) - 1
    counted = [v.figures["count"] for v in table.verdicts if v.code.endswith("repeated_header")]
    assert counted == ([repeated] if repeated else [])
    assert ("dossier.value.decimal_comma" in codes(said)) == (mark == ",")


@given(VALUES, st.data())
def test_marks_for_no_value_are_missing_and_counted(tmp_path, values, data):
    cells, marks = [], 0
    for value in values:
        if data.draw(st.booleans()):
            cells.append(data.draw(st.sampled_from([s for s in SENTINELS if s])))
            marks += 1
        else:
            cells.append(f"{value}")
    path = tmp_path / "t.csv"
    path.write_text("time,x\n" + "".join(f"2024-01-01,{c}\n" for c in cells), encoding="utf-8")
    read, said = numbers(read_table(path), "x")
    assert read.null_count() == marks
    assert sum(v.figures["count"] for v in said if v.code == "dossier.value.sentinel") == marks


@given(st.lists(st.text(max_size=12), min_size=1, max_size=12))
def test_cells_that_are_no_numbers_are_counted_with_file_row_and_column(tmp_path, cells):
    path = tmp_path / "t.csv"
    quoted = ['"' + c.replace('"', '""') + '"' for c in cells]
    path.write_text("time,x\n" + "".join(f"1,{c}\n" for c in quoted), encoding="utf-8", newline="")
    table = read_table(path)
    if "x" not in table.frame.columns:
        return
    read, said = numbers(table, "x")
    lost = sum(v.figures["count"] for v in said if "count" in v.figures)
    raw = table.frame["x"].cast(pl.String)
    empty = raw.is_null() | (raw.str.strip_chars().str.replace_all("\u00a0", "") == "")
    assert read.null_count() <= int(empty.sum()) + lost
    for verdict in said:
        assert "t.csv" in verdict.sentence("en")
        assert "x" in verdict.sentence("zh")


MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2026, 12, 31)).map(  # noqa: DTZ001
    lambda t: t.replace(second=0, microsecond=0, tzinfo=UTC)
)


@given(st.lists(MOMENTS, min_size=1, max_size=20), st.sampled_from([0, 1, 2, 3, 4]))
def test_every_spelling_of_a_time_is_the_same_instant(moments, spelling):
    china = ZoneInfo("Asia/Shanghai")
    write = [
        lambda t: t.isoformat(),
        lambda t: t.strftime("%Y-%m-%dT%H:%MZ"),
        lambda t: t.astimezone(china).strftime("%Y/%m/%d %H:%M:%S"),
        lambda t: t.astimezone(china).strftime("%Y年%m月%d日 %H:%M"),
        lambda t: str(int(t.timestamp() * 1000)),
    ][spelling]
    read = instants(pl.Series([write(t) for t in moments]), "Asia/Shanghai", file="t.csv")
    assert read.time.to_list() == moments
    assert read.verdicts == ()


@given(st.sampled_from(["Europe/Berlin", "America/New_York"]), st.sampled_from([10, 15, 30]))
def test_a_logger_on_local_time_loses_nothing_when_clocks_go_back(zone, minutes):
    place = ZoneInfo(zone)
    day = {"Europe/Berlin": (10, 26), "America/New_York": (11, 2)}[zone]
    start = datetime(2024, *day, tzinfo=UTC)
    moments = [start + timedelta(minutes=minutes * n) for n in range(2 * 24 * 60 // minutes)]
    naive = pl.Series([t.astimezone(place).strftime("%Y-%m-%d %H:%M") for t in moments])
    read = instants(naive, zone, file="t.csv")
    assert read.time.to_list() == moments
    (said,) = read.verdicts
    assert said.code == "dossier.time.repeated"
    assert said.figures["count"] == 120 // minutes


def test_each_point_of_a_long_file_keeps_its_own_order_of_rows():
    local = ["2024-10-27 02:00", "2024-10-27 02:30", "2024-10-27 02:00", "2024-10-27 02:30"]
    by = pl.Series(["a"] * 4 + ["b"] * 4)
    read = instants(pl.Series(local * 2), "Europe/Berlin", file="t.csv", by=by)
    hours = [t.hour + t.minute / 60 for t in read.time.to_list()]
    assert hours == [0.0, 0.5, 1.0, 1.5] * 2


def test_times_that_the_clock_change_skipped_are_counted_not_guessed():
    read = instants(pl.Series(["2024-03-31 02:30", "2024-03-31 04:00"]), "Europe/Berlin", file="f")
    assert read.time.null_count() == 1
    assert [v.code for v in read.verdicts] == ["dossier.time.skipped"]


@given(st.sampled_from(["Europe/Berlin", "America/New_York"]), st.sampled_from([10, 30, 60]))
def test_a_clock_that_is_never_put_forward_is_read_as_winter_time(zone, minutes):
    winter = datetime(2024, 1, 15, tzinfo=ZoneInfo(zone)).utcoffset()
    start = datetime(2024, 3, 5, tzinfo=UTC)
    moments = [start + timedelta(minutes=minutes * n) for n in range(260 * 24 * 60 // minutes)]
    naive = pl.Series([(t + winter).strftime("%Y-%m-%d %H:%M") for t in moments])
    read = instants(naive, zone, file="t.csv")
    assert read.time.to_list() == moments
    assert [v.code for v in read.verdicts] == ["dossier.time.winter"]


@given(st.binary(max_size=400))
def test_garbage_never_raises(tmp_path, garbage):
    place = tmp_path / "telemetry"
    place.mkdir(exist_ok=True)
    for suffix in (".csv", ".parquet", ".txt"):
        (place / f"x{suffix}").write_bytes(garbage)
    frame, said = read_telemetry(tmp_path, PLANT)
    assert frame.columns[:3] == ["time", "point", "value"]
    assert all(v.sentence("en") and v.sentence("zh") for v in said)


@given(st.text(alphabet='0123456789,.;\t\n"-: ateimpoinvlux', max_size=300))
def test_almost_tables_never_raise(tmp_path, text):
    place = tmp_path / "telemetry"
    place.mkdir(exist_ok=True)
    (place / "x.csv").write_text("time,point,value\n" + text, encoding="utf-8")
    (place / "y.csv").write_text("time;t_out;load_flow\n" + text, encoding="utf-8")
    read_telemetry(tmp_path, PLANT)


def test_long_and_wide_files_give_the_same_readings(tmp_path):
    place = tmp_path / "telemetry"
    place.mkdir()
    (place / "wide.csv").write_text(
        "time;t_out;load_flow\n2024-01-01 08:00;1,5;20,25\n2024-01-01 08:10;--;21,5\n",
        encoding="gb18030",
    )
    wide, _ = read_telemetry(tmp_path, PLANT)
    (place / "wide.csv").unlink()
    (place / "long.csv").write_text(
        "time,point,value,known_at\n"
        "2024-01-01T00:00:00Z,t_out,1.5,2024-01-02T00:00:00Z\n"
        "2024-01-01T00:10:00Z,load_flow,21.5,\n"
        "2024-01-01T00:00:00Z,load_flow,20.25,\n",
        encoding="utf-8",
    )
    long, _ = read_telemetry(tmp_path, PLANT)
    assert (
        wide.drop("known_at")
        .sort("point", "time")
        .equals(long.drop("known_at").sort("point", "time"))
    )
    assert long.filter(pl.col("point") == "t_out")["known_at"][0].day == 2


DIVER = """Data file for DataLogger.
COMPANY    : somebody
[Channel 1]
  Identification          =LEVEL

Date/time,Water head[cm],Temperature[\u00b0C]
2024/10/15 08:00:00,273.975,10.047
2024/10/15 08:01:00,273.883,10.047
2024/10/15 08:02:00,273.775,10.070
END OF DATA FILE
"""


def test_a_logger_may_write_a_page_before_its_table(tmp_path):
    path = tmp_path / "diver.csv"
    path.write_bytes(DIVER.encode("latin-1"))
    table = read_table(path)
    assert table.frame.columns == ["row", "Date/time", "Water head[cm]", "Temperature[\u00b0C]"]
    assert table.frame["row"].to_list()[:2] == [7, 8]
    assert {"dossier.file.preamble", "dossier.encoding.west"} == codes(table.verdicts)
    assert numbers(table, "Water head[cm]")[0][0] == pytest.approx(273.975)


@pytest.mark.parametrize("header", ["time  T_in (degC)  P (W)", "time T_in P"])
def test_columns_may_be_set_apart_by_blanks(tmp_path, header):
    path = tmp_path / "trt.txt"
    path.write_text(f"{header}\n2024-01-01 10:00  12.5   6000\n2024-01-01 10:01  12.6 6010\n")
    table = read_table(path)
    assert table.frame["time"].to_list() == ["2024-01-01 10:00", "2024-01-01 10:01"]
    assert numbers(table, table.frame.columns[2])[0].to_list() == [12.5, 12.6]
