"""Telemetry in any dialect: exactly the true readings come back, or a problem says why not."""

import gzip
import io
import zipfile
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopkeeper.adapters.files.telemetry.telemetry import Manner, read_telemetry_file
from loopkeeper.measure.admit import admit
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.verdict import Severity

TEMPERATURE = Point(
    id="t", quantity="supply_temperature", of="load", statistic=Statistic.INSTANT, unit="°C"
)
COUNTER = Point(id="q", quantity="heat_energy", of="load", statistic=Statistic.COUNTER, unit="kWh")
RUNNING = Point(id="run", quantity="running", of="hp1", statistic=Statistic.INSTANT, unit="-")
DECLARED = {p.id: p for p in (TEMPERATURE, COUNTER, RUNNING)}
SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"


def read(tmp_path, text, name="log.csv", zone=SHANGHAI, points=None, **form):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    manner = Manner(zone, points=DECLARED if points is None else points, **form)
    return read_telemetry_file(path, name, manner)


def problems(said):
    return [v.code for v in said if v.severity is Severity.PROBLEM]


def codes(said):
    return {v.code for v in said}


SPELLINGS = {
    "iso": lambda t: t.strftime("%Y-%m-%dT%H:%M:%S"),
    "blank": lambda t: t.strftime("%Y-%m-%d %H:%M:%S"),
    "slash": lambda t: f"{t.year}/{t.month}/{t.day} {t.hour}:{t.minute:02d}:{t.second:02d}",
    "dotted": lambda t: t.strftime("%d.%m.%Y %H:%M:%S"),
    "dmy": lambda t: t.strftime("%d/%m/%Y %H:%M:%S"),
    "mdy": lambda t: t.strftime("%m/%d/%Y %H:%M:%S"),
    "mdy_half": lambda t: t.strftime("%m/%d/%Y %I:%M:%S %p"),
    "dmy_half": lambda t: t.strftime("%d-%m-%Y %I:%M:%S %p"),
    "short": lambda t: t.strftime("%d/%m/%y %H:%M:%S"),
    "named": lambda t: t.strftime("%d-%b-%y %I:%M:%S %p"),
    "han": lambda t: (
        f"{t.year}年{t.month}月{t.day}日 {t.hour:02d}时{t.minute:02d}分{t.second:02d}秒"
    ),
    "han_half": lambda t: (
        f"{t.year}年{t.month}月{t.day}日 {'上午' if t.hour < 12 else '下午'}"
        f"{(t.hour - 1) % 12 + 1}:{t.minute:02d}:{t.second:02d}"
    ),
    "wide": lambda t: t.strftime("%Y-%m-%d %H:%M:%S").translate(
        str.maketrans("0123456789-: ", "０１２３４５６７８９－：　")
    ),
    "compact": lambda t: t.strftime("%Y%m%d%H%M%S"),
    "serial": lambda t: f"{(t - datetime(1899, 12, 30)) / timedelta(days=1):.10f}",  # noqa: DTZ001
    "midnight": lambda t: (
        f"{t - timedelta(days=1):%Y-%m-%d} 24:00:00"
        if (t.hour, t.minute, t.second) == (0, 0, 0)
        else f"{t:%Y-%m-%d %H:%M:%S}"
    ),
}
CALENDAR = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)).map(  # noqa: DTZ001
    lambda t: t.replace(microsecond=0)
)


def local(moments, zone=SHANGHAI):
    return [t.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for t in moments]


@given(
    CALENDAR,
    st.sampled_from([10, 600, 3600, 86400]),
    st.integers(2, 400),
    st.sampled_from(sorted(SPELLINGS)),
)
def test_a_log_in_any_spelling_of_time_is_read_exactly_or_refused(
    tmp_path, start, step, count, spelling
):
    if spelling == "midnight":
        start = start.replace(minute=0, second=0)
    moments = [start + timedelta(seconds=step * n) for n in range(count)]
    rows = "".join(f'"{SPELLINGS[spelling](t)}",{n}.5\n' for n, t in enumerate(moments))
    frame, said = read(tmp_path, "time,t\n" + rows)
    if problems(said):
        assert set(problems(said)) <= {"dossier.time.order_unclear", "dossier.file.nothing_used"}
        assert spelling in {"dmy", "mdy", "mdy_half", "dmy_half", "short"}
        assert frame.height == 0
        return
    assert frame["time"].to_list() == local(moments)
    assert frame["value"].to_list() == [n + 0.5 for n in range(count)]


@pytest.mark.parametrize("spelling", ["dmy", "mdy", "mdy_half", "dmy_half", "short"])
def test_the_order_of_day_and_month_is_told_by_the_thirteenth_or_by_continuity(tmp_path, spelling):
    for day, hours in ((1, 24 * 20), (3, 24 * 5)):
        moments = [datetime(2025, 3, day) + timedelta(hours=n) for n in range(hours)]  # noqa: DTZ001
        rows = "".join(f"{SPELLINGS[spelling](t)},1.5\n" for t in moments)
        frame, said = read(tmp_path, "time,t\n" + rows)
        assert problems(said) == []
        assert frame["time"].to_list() == local(moments)


@pytest.mark.parametrize("unit", [1, 10**3, 10**6, 10**9])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_counts_since_1970_tell_their_unit_by_size(tmp_path, unit, form):
    moments = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=n) for n in range(50)]
    stamps = [int(t.timestamp()) * unit for t in moments]
    table = pl.DataFrame({"time": stamps, "t": [20.5] * 50})
    path = tmp_path / f"log.{form}"
    (table.write_csv if form == "csv" else table.write_parquet)(path)
    frame, said = read(tmp_path, path.read_bytes(), path.name)
    assert problems(said) == []
    assert frame["time"].to_list() == moments


def test_two_units_of_counting_in_one_column_are_a_problem(tmp_path):
    frame, said = read(tmp_path, "time,t\n1735686000,1.5\n1735686600000,1.5\n")
    assert "dossier.time.two_formats" in problems(said)
    assert frame.height == 0


def swapped_by_a_spreadsheet(t):
    """A spreadsheet set to day/month reads month/day texts."""
    return f"{t:%Y-%d-%m %H:%M:%S}" if t.day <= 12 else f"{t:%m/%d/%Y %I:%M:%S %p}"


def swapped_by_a_program(t):
    """A program told the day comes first, which falls back where it cannot."""
    return f"{t:%Y-%d-%m %H:%M:%S}" if t.day <= 12 else f"{t:%Y-%m-%d %H:%M:%S}"


@given(
    CALENDAR,
    st.sampled_from([600, 3600]),
    st.sampled_from([swapped_by_a_spreadsheet, swapped_by_a_program]),
)
def test_days_and_months_that_were_exchanged_are_found_and_none_is_used(
    tmp_path, start, step, spelled
):
    moments = [
        start.replace(day=2) + timedelta(seconds=step * n) for n in range(86400 * 20 // step)
    ]
    frame, said = read(tmp_path, "time,t\n" + "".join(f"{spelled(t)},1.5\n" for t in moments))
    assert {"dossier.time.two_formats", "dossier.time.swapped"} & set(problems(said))
    assert frame.height == 0


def test_twelve_days_that_were_all_exchanged_are_found(tmp_path):
    moments = [datetime(2025, 1, 1) + timedelta(hours=n) for n in range(24 * 12)]  # noqa: DTZ001
    frame, said = read(
        tmp_path, "time,t\n" + "".join(f"{t:%Y-%d-%m %H:%M},1.5\n" for t in moments)
    )
    assert "dossier.time.swapped" in problems(said)
    assert frame.height == 0


def test_monthly_readings_on_the_first_are_no_exchange(tmp_path):
    frame, said = read(
        tmp_path, "time,q\n" + "".join(f"2025-{m:02d}-01,{m}.5\n" for m in range(1, 13))
    )
    assert problems(said) == []
    assert frame.height == 12


def test_a_declared_format_decides_what_the_column_leaves_open(tmp_path):
    text = "time,t\n01/02/2025 00:00,1.5\n02/02/2025 00:00,2.5\n"
    _, said = read(tmp_path, text)
    assert "dossier.time.order_unclear" in problems(said)
    frame, said = read(tmp_path, text, time_format="%d/%m/%Y %H:%M")
    assert problems(said) == []
    assert frame["time"].to_list() == local([datetime(2025, 2, 1), datetime(2025, 2, 2)])  # noqa: DTZ001


@pytest.mark.parametrize(
    ("zone", "name", "hours"),
    [
        (SHANGHAI, "CST", 8),
        ("America/Chicago", "CST", -6),
        ("Asia/Singapore", "SGT", 8),
        ("Asia/Kolkata", "IST", 5.5),
        (BERLIN, "CET", 1),
        ("UTC", "JST", 9),
        ("UTC", "GMT", 0),
        ("UTC", "UTC+8", 8),
        ("UTC", "+0530", 5.5),
        ("UTC", "Asia/Tokyo", 9),
    ],
)
def test_a_zone_behind_the_time_is_understood(tmp_path, zone, name, hours):
    frame, said = read(tmp_path, f"time,t\n01-Jan-24 12:00 AM {name},1.5\n", zone=zone)
    assert problems(said) == []
    assert frame["time"][0] == datetime(2024, 1, 1, tzinfo=UTC) - timedelta(hours=hours)


@pytest.mark.parametrize(("zone", "name"), [(BERLIN, "CST"), (BERLIN, "IST"), (BERLIN, "XYZ")])
def test_a_zone_that_means_several_clocks_or_none_is_said(tmp_path, zone, name):
    frame, said = read(tmp_path, f"time,t\n01-Sep-24 12:00 AM {name},1.5\n", zone=zone)
    assert "dossier.time.zone_unknown" in problems(said)
    assert frame.height == 0


@pytest.mark.parametrize(
    ("header", "hours"),
    [
        ("Time (UTC)", 0),
        ("timestamp_utc", 0),
        ("Time [GMT+05:30]", 5.5),
        ("时间（UTC+8）", 8),
        ("Time (UTC-05:00)", -5),
        ("时间(北京时间)", 8),
    ],
)
def test_the_header_may_state_the_zone(tmp_path, header, hours):
    frame, _ = read(tmp_path, f"{header},t\n2025-01-01 00:00,1.5\n", zone=BERLIN)
    assert frame["time"][0] == datetime(2025, 1, 1, tzinfo=UTC) - timedelta(hours=hours)


def test_seconds_of_a_test_are_no_days_of_a_spreadsheet(tmp_path):
    rows = "".join(f"{30000 + 10 * n},20.5\n" for n in range(100))
    frame, said = read(tmp_path, "time [s],t\n" + rows)
    assert "dossier.time.missing" in problems(said)
    assert frame.height == 0


def test_the_time_of_day_may_stand_first(tmp_path):
    frame, said = read(tmp_path, "time,t\n14:05 13-02-2025,1.5\n")
    assert problems(said) == []
    assert frame["time"].to_list() == local([datetime(2025, 2, 13, 14, 5)])  # noqa: DTZ001


def test_doubled_stamps_are_the_hour_that_occurs_twice(tmp_path):
    stamps = [f"2024-10-27 02:{m:02d}" for m in (0, 0, 30, 30)]
    frame, _ = read(tmp_path, "time,t\n" + "".join(f"{s},1.5\n" for s in stamps), zone=BERLIN)
    base = datetime(2024, 10, 27, tzinfo=UTC)
    wanted = [base + timedelta(minutes=m) for m in (0, 60, 30, 90)]
    assert frame["time"].to_list() == wanted


NUMBERS = st.lists(st.integers(0, 99_999_999), min_size=4, max_size=40)


def grouped(text, sign):
    whole, _, rest = text.partition(".")
    return f"{int(whole):,}".replace(",", sign), rest


MARKS = {
    "english": lambda t: "{}.{}".format(*grouped(t, ",")),
    "german": lambda t: "{},{}".format(*grouped(t, ".")),
    "french": lambda t: "{},{}".format(*grouped(t, "\u202f")),
    "swiss": lambda t: "{}.{}".format(*grouped(t, "'")),
    "comma": lambda t: t.replace(".", ","),
    "point": lambda t: t,
    "wide": lambda t: t.translate(str.maketrans("0123456789.", "０１２３４５６７８９．")),
    "unit": lambda t: f"{t} kWh",
    "status": lambda t: f"{t} {{ok}}",
}


@given(NUMBERS, st.integers(0, 3), st.sampled_from(sorted(MARKS)), st.booleans())
def test_numbers_in_any_spelling_are_exact_or_refused(tmp_path, values, places, mark, beside):
    true = [v / 10**places for v in values]
    cells = [f"{v:.{places}f}" for v in true]
    if places == 0 and mark not in {"status", "unit", "wide", "point"}:
        cells = [MARKS[mark](c + ".0").removesuffix(".0").removesuffix(",0") for c in cells]
    else:
        cells = [MARKS[mark](c) for c in cells]
    sure = {"german": "8,05", "comma": "8,05", "french": "8,05"}.get(mark, "8.05")
    head = "time;q;t\n" if beside else "time;q\n"
    rows = [
        f"2025-01-{n // 24 + 1:02d} {n % 24:02d}:00;{cell}" + (f";{sure}" if beside else "")
        for n, cell in enumerate(cells)
    ]
    frame, said = read(tmp_path, head + "\n".join(rows) + "\n")
    got = frame.filter(pl.col("point") == "q")["value"].to_list()
    if "dossier.value.comma_unclear" in problems(said):
        assert mark in {"english", "german", "french", "comma"}
        assert got == []
        return
    if all(len(c) in {5, 6, 7} and c[-4] == "." and c[0] != "0" for c in cells):
        return  # 1.234 throughout and no other sign in the file: a decimal point
    kept = [v for v in true if v not in {9999.0, 32767.0}]
    assert got == pytest.approx(kept, rel=1e-12)


def test_the_sign_behind_is_the_decimal_one(tmp_path):
    frame, said = read(tmp_path, "time;q\n2025-01-01 00:00;998,025\n2025-01-01 01:00;1.000,444\n")
    assert problems(said) == []
    assert frame["value"].to_list() == [998.025, 1000.444]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0,100", 0.1),
        ("12 kWh", 12.0),
        ("1.5 MWh", 1500.0),
        ("3.6 MJ", 1.0),
        ("１２．５", 12.5),
        ("7.5 {ok}", 7.5),
        ("7.5 {alarm}", 7.5),
        ("7.5 {fault}", None),
        ("7.5 {down,stale}", None),
        ("#REF!", None),
        ("无", None),
        ("---", None),
        ("NaN", None),
        ("unavailable", None),
        ('"1,234,567"', 1234567.0),
        ("−3", -3.0),
        ("1e3", 1000.0),
    ],
)
def test_one_cell_among_plain_ones(tmp_path, cell, value):
    text = f"time,q\n2025-01-01 00:00,5.5\n2025-01-01 01:00,{cell}\n"
    text = text.replace("0,100", '"0,100"')
    frame, said = read(tmp_path, text)
    assert problems(said) == []
    assert frame["value"].to_list() == [5.5, *([] if value is None else [pytest.approx(value)])]


def test_a_cell_of_another_quantity_is_a_problem(tmp_path):
    frame, said = read(tmp_path, "time,q\n2025-01-01 00:00,5.5\n2025-01-01 01:00,34.7 °C\n")
    assert "dossier.value.other_quantity" in problems(said)
    assert frame["value"].to_list() == [5.5]


@pytest.mark.parametrize(
    ("on", "off"),
    [("on", "off"), ("True", "False"), ("运行", "停止"), ("开", "关"), ("启", "停"), ("1", "0")],
)
def test_words_are_values_of_what_runs_and_of_nothing_else(tmp_path, on, off):
    rows = f"2025-01-01 00:00,{on},20.5\n2025-01-01 01:00,{off},{off if off != '0' else 'x'}\n"
    frame, said = read(tmp_path, "time,run,t\n" + rows)
    assert frame.filter(pl.col("point") == "run")["value"].to_list() == [1.0, 0.0]
    assert frame.filter(pl.col("point") == "t")["value"].to_list() == [20.5]
    assert "dossier.value.unparsable" in codes(said)


WIDE = "time,t,q\n2025-01-01 00:00:00,20.5,100\n2025-01-01 01:00:00,20.75,101\n"


def same_as_wide(frame):
    rows = sorted(frame.select("time", "point", pl.col("value").round(9)).rows())
    times = local([datetime(2025, 1, 1), datetime(2025, 1, 1, 1)])  # noqa: DTZ001
    return rows == sorted(
        [
            (times[0], "t", 20.5),
            (times[1], "t", 20.75),
            (times[0], "q", 100.0),
            (times[1], "q", 101.0),
        ]
    )


FLUX = """#group,false,false,true,true,false,false,true,true
#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string
#default,_result,,,,,,,
,result,table,_start,_stop,_time,_value,_field,_measurement
,,0,2024-01-01T00:00:00Z,2025-02-05T00:00:00Z,2024-12-31T16:00:00Z,20.5,value,t
,,0,2024-01-01T00:00:00Z,2025-02-05T00:00:00Z,2024-12-31T17:00:00Z,20.75,value,t

#group,false,false,true,true,false,false,true,true
#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,long,string,string
#default,_result,,,,,,,
,result,table,_start,_stop,_time,_value,_field,_measurement
,,1,2024-01-01T00:00:00Z,2025-02-05T00:00:00Z,2024-12-31T16:00:00Z,100,value,q
,,1,2024-01-01T00:00:00Z,2025-02-05T00:00:00Z,2024-12-31T17:00:00Z,101,value,q
"""
EXPORTS = {
    "home assistant": "entity_id,state,last_changed\n"
    "t,20.5,2024-12-31T16:00:00.000Z\nq,100,2024-12-31T16:00:00.000Z\n"
    "t,unavailable,2024-12-31T16:30:00.000Z\n"
    "t,20.75,2024-12-31T17:00:00.000Z\nq,101,2024-12-31T17:00:00.000Z\n",
    "influx": FLUX,
    "tridium": "Timestamp,t,q\n01-Jan-25 12:00 AM CST,20.5 {ok},100.0 {ok}\n"
    "01-Jan-25 1:00 AM CST,20.75 {ok},101.0 {ok}\n",
    "two headers": "时间,1#机组,\n,t,q\n2025年1月1日 00:00:00,20.5,100\n"
    "2025年1月1日 01:00:00,20.75,101\n",
    "units below": "序号,时间,t,q\n,,℃,kWh\n1,2025/1/1 0:00:00,20.5,100\n"
    "2,2025/1/1 1:00:00,20.75,101\n",
    "other units below": "时间,t,q\n单位,°F,MWh\n2025/1/1 0:00,68.9,0.1\n"
    "2025/1/1 1:00,69.35,0.101\n",
    "title": "运行日报表,,\n时间,t,q\n2025-01-01 00:00,20.5,100\n2025-01-01 01:00,20.75,101\n",
    "date and time": "日期,时刻,t,q\n2025-01-01,00:00,20.5,100\n2025-01-01,01:00,20.75,101\n",
    "parts": "year,month,day,hour,t,q\n2025,1,1,0,20.5,100\n2025,1,1,1,20.75,101\n",
    "semicolons": WIDE.replace(",", ";").replace(".", ","),
    "tabs": WIDE.replace(",", "\t"),
    "sep": "sep=;\n" + WIDE.replace(",", ";"),
    "unit in name": WIDE.replace("time,t,q", "time,t (℃),q [kWh]"),
    "unit column": "time,point,value,unit\n2025-01-01 00:00,t,68.9,°F\n"
    "2025-01-01 01:00,t,69.35,°F\n2025-01-01 00:00,q,100,kWh\n2025-01-01 01:00,q,0.101,MWh\n",
    "emoncms": "timestamp,t,q\n1735660800,20.5,100\n1735662600,null,null\n1735664400,20.75,101\n",
}  # fmt: skip


@pytest.mark.parametrize("export", EXPORTS)
def test_every_export_gives_the_readings_it_holds(tmp_path, export):
    frame, said = read(tmp_path, EXPORTS[export])
    assert problems(said) == []
    assert same_as_wide(frame.drop_nulls("value")), frame


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-le", "utf-8-sig", "cp1252"])
def test_every_encoding_gives_the_names_of_columns(tmp_path, encoding):
    name = "Außentemperatur °C" if encoding == "cp1252" else "室外温度"
    point = Point(
        id=name, quantity="outdoor_temperature", of="site", statistic=Statistic.INSTANT, unit="°C"
    )
    text = f"time,{name}\n2025-01-01 00:00,1.5\n" * 1
    frame, said = read(tmp_path, text.encode(encoding), points={name: point})
    assert problems(said) == []
    assert frame["point"].to_list() == [name]


def sheet(rows):
    def cell(value):
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        style = ' s="1"' if isinstance(value, datetime) else ""
        serial = (value - datetime(1899, 12, 30)) / timedelta(days=1) if style else value  # noqa: DTZ001
        return f"<c{style}><v>{serial!r}</v></c>"

    body = "".join(f"<row>{''.join(cell(v) for v in row)}</row>" for row in rows)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{body}</sheetData></worksheet>'


def workbook(**sheets):
    """The smallest workbook that a spreadsheet opens, by the published format (ECMA-376)."""
    head = "http://schemas.openxmlformats.org"
    main, office = f"{head}/spreadsheetml/2006/main", f"{head}/officeDocument/2006/relationships"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        names = list(sheets)
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{head}/package/2006/relationships">'
            f'<Relationship Id="r" Type="{office}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            + "".join(
                f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(names, 1)
            )
            + "</sheets></workbook>",
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{head}/package/2006/relationships">'
            + "".join(
                f'<Relationship Id="r{i}" Type="{office}/worksheet" Target="worksheets/{i}.xml"/>'
                for i in range(1, len(names) + 1)
            )
            + f'<Relationship Id="s" Type="{office}/styles" Target="styles.xml"/></Relationships>',
        )
        book.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/>'
            '<xf numFmtId="22"/></cellXfs></styleSheet>',
        )
        for i, rows in enumerate(sheets.values(), 1):
            book.writestr(f"xl/worksheets/{i}.xml", sheet(rows))
    return packed.getvalue()


def test_all_sheets_of_a_workbook_are_read_and_the_useless_one_is_named(tmp_path):
    first = [["时间", "t"], [datetime(2025, 1, 1), 20.5], [datetime(2025, 1, 1, 1), 20.75]]  # noqa: DTZ001
    second = [["热量日报表"], ["时间", "q"], ["2025-01-01 00:00", 100], ["2025-01-01 01:00", 101]]
    notes = [["名称", "说明"], ["a", "b"]]
    frame, said = read(tmp_path, workbook(A=first, B=second, C=notes), "book.XLSX")
    assert problems(said) == []
    assert same_as_wide(frame)
    assert any("[C]" in v.sentence() for v in said)


def test_a_workbook_whose_days_were_exchanged_is_refused(tmp_path):
    rows = [["time", "t"]]
    for n in range(24 * 20):
        t = datetime(2025, 1, 1) + timedelta(hours=n)  # noqa: DTZ001
        there = t.replace(month=t.day, day=t.month) if t.day <= 12 else f"{t:%m/%d/%Y %I:%M:%S %p}"
        rows.append([there, 1.5])
    frame, said = read(tmp_path, workbook(A=rows), "book.xlsx")
    assert "dossier.time.two_formats" in problems(said)
    assert frame.height == 0


@pytest.mark.parametrize("form", ["html", "xml"])
def test_markup_under_the_name_of_a_workbook_is_read(tmp_path, form):
    rows = [line.split(",") for line in WIDE.splitlines()]
    if form == "html":
        body = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in r)}</tr>" for r in rows)
        text = f"<html><table><tr><td colspan=3>日报</td></tr>{body}</table></html>"
    else:
        cell = '<Cell ss:Index="{}"><Data ss:Type="String">{}</Data></Cell>'
        cells = ["".join(cell.format(n, c) for n, c in enumerate(r, 1)) for r in rows]
        body = "".join(f"<Row>{one}</Row>" for one in cells)
        text = f'<?xml version="1.0"?><Workbook><Table>{body}</Table></Workbook>'
    frame, said = read(tmp_path, text, "log.xls")
    assert problems(said) == []
    assert same_as_wide(frame)


def test_a_declared_format_is_no_hindrance_to_dates_that_are_none_of_it(tmp_path):
    frame, said = read(tmp_path, WIDE, time_format="%d/%m/%Y %H:%M")
    assert problems(said) == []
    assert same_as_wide(frame)


def test_a_wrong_format_is_said(tmp_path):
    frame, said = read(tmp_path, "time,t\n13/02/2025 00:00,1.5\n", time_format="%m/%d/%Y %H:%M")
    assert problems(said) == ["dossier.file.nothing_used"]
    assert "13/02/2025" in said[-1].sentence()
    assert frame.height == 0


def test_thousands_of_one_column_are_told_by_the_points_of_another(tmp_path):
    text = 'time,t,q\n2025-01-01 00:00,8.05,"1,234"\n2025-01-01 01:00,8.15,"1,240"\n'
    frame, said = read(tmp_path, text)
    assert problems(said) == []
    assert frame.filter(pl.col("point") == "q")["value"].to_list() == [1234.0, 1240.0]


def test_figures_that_may_be_read_in_two_ways_are_refused(tmp_path):
    for cells in (["1,234", "1,240"], ["950", "1.024"], ["12,5", "12.25", "1.234"]):
        rows = "".join(f"2025-01-01 0{n}:00;{c}\n" for n, c in enumerate(cells))
        frame, said = read(tmp_path, "time;q\n" + rows)
        assert "dossier.value.comma_unclear" in problems(said)
        assert frame.height == 0


def test_what_is_packed_is_opened(tmp_path):
    frame, _ = read(tmp_path, gzip.compress(WIDE.encode()), "log.csv.gz")
    assert same_as_wide(frame)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/LOG.CSV", WIDE)
        archive.writestr("a/photo.jpg", b"x")
        archive.writestr("__MACOSX/a/._LOG.CSV", b"x")
    frame, said = read(tmp_path, packed.getvalue(), "log.zip")
    assert same_as_wide(frame)
    assert [v.figures["file"] for v in said if v.code == "dossier.file.unread"] == [
        "log.zip/a/photo.jpg"
    ]


BROKEN = [b"", b"garbage", b"PK\x03\x04broken", b"\x1f\x8bbroken", b"PAR1broken",
          b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1broken"]  # fmt: skip
ENDINGS = ("csv", "xlsx", "xls", "ods", "et", "zip", "csv.gz", "parquet", "dat")


@pytest.mark.parametrize("name", [f"log.{ending}" for ending in ENDINGS])
@pytest.mark.parametrize("content", BROKEN)
def test_a_file_that_cannot_be_read_is_a_problem(tmp_path, name, content):
    frame, said = read(tmp_path, content, name)
    assert frame.height == 0
    assert problems(said)
    assert all(name in v.sentence() for v in said)


def test_a_file_without_times_names_the_columns_it_has(tmp_path):
    _, said = read(tmp_path, "when,t\nyesterday,1\n")
    found = [v.sentence() for v in said if v.code == "dossier.time.missing"]
    assert "when, t" in found[0]


def test_a_file_without_header_is_said_so(tmp_path):
    frame, said = read(tmp_path, "2025-01-01 00:00,20.5,100\n2025-01-01 01:00,20.75,101\n")
    assert "dossier.header.missing" in problems(said)
    assert frame.height == 0


def test_decimal_commas_between_commas_are_refused(tmp_path):
    rows = "".join(f"2025-01-01 {h:02d}:00,20{',5' if h % 3 else ''},{h}\n" for h in range(24))
    frame, said = read(tmp_path, "time,t,q\n" + rows)
    assert problems(said)
    assert frame.height == 0


def test_one_row_that_is_too_wide_is_left_out_and_said(tmp_path):
    rows = [f"2025-01-{d:02d} {h:02d}:00,20.5,1" for d in range(1, 10) for h in range(24)]
    rows[7] += ",9"
    frame, said = read(tmp_path, "time,t,q\n" + "\n".join(rows) + "\n")
    assert problems(said) == []
    assert frame.height == 2 * (len(rows) - 1)
    (found,) = (v for v in said if v.code == "dossier.rows.too_wide")
    assert (found.figures["count"], found.figures["row"]) == (1, 9)


def test_separators_at_the_end_of_rows_are_no_cells(tmp_path):
    frame, said = read(tmp_path, WIDE.replace("00,20", "00,20").replace("100\n", "100,,\n"))
    assert problems(said) == []
    assert same_as_wide(frame)


def test_twelve_hours_without_their_half_are_refused(tmp_path):
    moments = [datetime(2025, 1, 1) + timedelta(minutes=30 * n) for n in range(200)]  # noqa: DTZ001
    rows = "".join(f"{t:%Y-%m-%d %I:%M},20.5\n" for t in moments)
    frame, said = read(tmp_path, "time,t\n" + rows)
    assert "dossier.time.no_halves" in problems(said)
    assert frame.height == 0


def test_rows_whose_status_is_a_fault_are_missing(tmp_path):
    text = (
        "Timestamp,Trend Flags,Status,Value (°C)\n"
        "01-Jan-25 12:00 AM CST,{start},{ok},20.5 °C\n"
        "01-Jan-25 1:00 AM CST,{ },{fault},85.0 °C\n"
        "01-Jan-25 2:00 AM CST,{ },{ok},20.75 °C\n"
    )
    frame, said = read(tmp_path, text, "t.csv")
    assert problems(said) == []
    rows = [("t", 20.5, 0), ("t", 85.0, 2), ("t", 20.75, 0)]
    assert frame.select("point", "value", "quality").rows() == rows
    assert "dossier.rows.bad_quality" in codes(said)
    point = Point(
        id="t", quantity="supply_temperature", of="source", statistic=Statistic.INSTANT, unit="°C"
    )
    admitted = admit(frame, [point])
    assert admitted.frame["value"].to_list() == [20.5, 20.75]


@st.composite
def whole_files(draw):
    """A wide log of three points as one of many programs writes it, and the truth."""
    start = draw(CALENDAR).replace(hour=0, minute=0, second=0)
    step = draw(st.sampled_from([10, 15, 60]))
    moments = [start + timedelta(minutes=step * n) for n in range(draw(st.integers(3, 60)))]
    count = len(moments)
    places = draw(st.integers(1, 3))
    values = {
        p: [
            v / 10**places
            for v in draw(st.lists(st.integers(-(10**5), 10**6), min_size=count, max_size=count))
        ]
        for p in ("t", "q")
    }
    separator, decimal, thousands = draw(
        st.sampled_from(
            [
                (",", ".", ""),
                (";", ",", ""),
                (";", ",", "."),
                ("\t", ",", "."),
                ("\t", ".", ""),
                (";", ".", ","),
                (";", ",", " "),
                ("\t", ".", "'"),
            ]
        )
    )
    spelling = draw(st.sampled_from(sorted(set(SPELLINGS) - {"dmy", "mdy", "short", "serial"})))

    def shown(value):
        text = f"{value:,.{places}f}".replace(",", "\0").replace(".", decimal)
        return text.replace("\0", thousands)

    head = draw(st.sampled_from([["time", "t", "q"], ["时间", "t(℃)", "q[kWh]"]]))
    rows = [head]
    if draw(st.booleans()):
        rows.insert(0, ["运行日报表", "", ""])
    if draw(st.booleans()):
        rows.append(["", "℃", "kWh"])
    for n, moment in enumerate(moments):
        mark = draw(st.sampled_from(["", "---", "#N/A"])) if draw(st.integers(0, 9)) == 0 else None
        rows.append(
            [
                SPELLINGS[spelling](moment),
                shown(values["t"][n]),
                shown(values["q"][n]) if mark is None else mark,
            ]
        )
        if mark is not None:
            values["q"][n] = None
    end = draw(st.sampled_from(["", separator]))
    text = "".join(separator.join(row) + end + "\r\n" for row in rows)
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
    return text.encode(encoding), moments, values


@given(whole_files())
def test_a_file_of_any_program_is_exact_or_refused(tmp_path, file):
    raw, moments, values = file
    frame, said = read(tmp_path, raw)
    unclear = {"dossier.time.order_unclear", "dossier.value.comma_unclear"}
    grave = set(problems(said))
    assert not grave or grave & unclear, problems(said)
    for point in ("t", "q"):
        true = {
            t: v
            for t, v in zip(local(moments), values[point], strict=True)
            if v is not None and abs(v) not in {9999.0, 32767.0, 32768.0, 999.0}
        }
        part = frame.filter((pl.col("point") == point) & pl.col("value").is_not_null())
        got = dict(part.select("time", "value").rows())
        if grave:
            assert got in ({}, true) or got == pytest.approx(true)
        else:
            assert got.keys() - true.keys() == set()
            assert {t: true[t] for t in got} == pytest.approx(got, rel=1e-12)
            assert len(got) >= len(true) - sum(abs(v) in {9999.0, 999.0} for v in true.values())


def seeds():
    """A sound file of each kind."""
    packed, columns = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", WIDE)
    times = local([datetime(2025, 1, 1)])  # noqa: DTZ001
    pl.DataFrame({"time": times, "t": [1.5]}).write_parquet(columns)
    return {
        "a.xlsx": workbook(A=[["time", "t"], ["2025-01-01 00:00", 1.5]]),
        "a.zip": packed.getvalue(),
        "a.csv.gz": gzip.compress(WIDE.encode()),
        "a.parquet": columns.getvalue(),
        "a.csv": FLUX.encode(),
        "b.csv": EXPORTS["two headers"].encode("gb18030"),
    }


SEEDS = seeds()
DAMAGE = st.lists(
    st.tuples(st.floats(0, 1), st.binary(max_size=4), st.integers(0, 30)), min_size=1, max_size=8
)


@given(st.sampled_from(sorted(SEEDS)), DAMAGE)
def test_a_damaged_file_never_raises(tmp_path, name, damage):
    raw = bytearray(SEEDS[name])
    for place, put, gone in damage:
        at = int(place * len(raw))
        raw[at : at + gone] = put
    frame, said = read(tmp_path, bytes(raw), name)
    assert frame.height > 0 or problems(said)
    assert all(v.sentence("en") and v.sentence("zh") for v in said)
