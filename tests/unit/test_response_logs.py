"""Heads, dates and units of response-test logs as rigs of three countries write them: one log."""

import datetime as dt

import numpy as np
import pytest

from loopkeeper.adapters.files.field_tests.response_logs import read_response_test
from loopkeeper.errors import DossierError

COUNT = 40
SECONDS = 600.0 * np.arange(COUNT)
INLET, OUTLET = 22 + 0.01 * np.arange(COUNT), 18 + 0.01 * np.arange(COUNT)
FLOW, POWER = 1.5 / 3600, 6000.0
START = dt.datetime(2024, 5, 13, 22, 0)  # noqa: DTZ001 - a logger knows no zone


def stamps(spelled):
    return [f"{START + dt.timedelta(seconds=float(s)):{spelled}}" for s in SECONDS]


def written(folder, head, rows, *, encoding="utf-8", sign=","):
    path = folder / "log.csv"
    text = "\n".join([head, *(sign.join(row) for row in rows)])
    path.write_text(text + "\n", encoding=encoding)
    return path


def columns(scale=lambda t: t, flow=1.5, power=6.0, digits=2):
    return [
        (f"{scale(a):.{digits}f}", f"{scale(b):.{digits}f}", f"{flow:.4f}", f"{power:.3f}")
        for a, b in zip(INLET, OUTLET, strict=True)
    ]


def fahrenheit(t):
    return 1.8 * t + 32


ISO = "%Y-%m-%d %H:%M:%S"
CASES = {
    "collected": ("采集时间,供水温度（℃）,回水温度（℃）,流量（m3/h）,功率（kW）", ISO, {}),
    "buried": ("时间,地埋管进水温度(℃),地埋管出水温度(℃),循环流量(m3/h),电加热功率(kW)", ISO, {}),
    "side": ("记录时间,地埋侧进水温度/℃,地埋侧出水温度/℃,水流量/(m³/h),加热功率/kW", ISO, {}),
    "spelled": (
        "测试时间,进水温度(摄氏度),出水温度(摄氏度),流量(立方米/小时),总功率(千瓦)",
        ISO,
        {},
    ),
    "two_columns": (
        "日期,时间,进口温度(℃),出口温度(℃),流量(m3/h),加热功率(kW)",
        "%Y/%m/%d,%H:%M:%S",
        {},
    ),
    "han_dates": (
        "时间,进水温度(oC),出水温度(oC),流量(m3/h),热功率(kW)",
        "%Y年%m月%d日 %H时%M分%S秒",
        {},
    ),
    "numbered": (
        "序号,日期时间,进水温度(℃),出水温度(℃),流量(m3/h),加热功率(kW)",
        ISO,
        {"numbered": True},
    ),
    "american": (
        "Date,Time,EWT (degF),LWT (degF),flow (gpm),power (Btu/h)",
        "%m/%d/%Y,%I:%M %p",
        {"scale": fahrenheit, "flow": 1.5 / 0.2271247, "power": 6000 * 3.412142},
    ),
    "shouting": (
        "Timestamp,T_in_F,T_out_F,GPM,KW",
        ISO,
        {"scale": fahrenheit, "flow": 1.5 / 0.2271247},
    ),
    "both_sides": (
        "时间,地埋管侧进水口温度(℃),地埋管侧出水口温度(℃),供回水温差(℃),循环水流量(m3/h),"
        "电加热器功率(kW)",
        ISO,
        {"difference": True},
    ),
    "weighed": (
        "time,T_in [K],T_out [K],mass flow [kg/s],power [W]",
        ISO,
        {"scale": lambda t: t + 273.15, "flow": 1500 / 3600, "power": 6000},
    ),
    "german": (
        "Datum,Uhrzeit,T_ein [°C],T_aus [°C],Durchfluss [l/min],Leistung [kW]",
        "%d.%m.%Y,%H:%M:%S",
        {"flow": 25.0},
    ),
    "clock_only": ("时刻,进水温度(℃),出水温度(℃),流量(m3/h),加热功率(kW)", "%H:%M", {}),
}


@pytest.mark.parametrize("case", CASES)
def test_every_head_is_the_same_log(tmp_path, case):
    head, spelled, more = CASES[case]
    difference = more.pop("difference", False) if "difference" in more else False
    numbered = more.pop("numbered", False) if "numbered" in more else False
    rows = [(t, *c) for t, c in zip(stamps(spelled), columns(**more), strict=True)]
    if difference:
        rows = [(*row[:3], "4.00", *row[3:]) for row in rows]
    if numbered:
        rows = [(str(n + 1), *row) for n, row in enumerate(rows)]
    encoding = (
        "gbk" if any("\u4e00" <= c <= "\u9fff" for c in head) and "³" not in head else "utf-8"
    )
    log, _ = read_response_test(written(tmp_path, head, rows, encoding=encoding), {})
    assert log.time == pytest.approx(SECONDS)
    # two digits are written; °F of two digits is half as coarse
    assert log.inlet == pytest.approx(INLET, abs=0.006)
    assert log.outlet == pytest.approx(OUTLET, abs=0.006)
    assert log.flow == pytest.approx(FLOW, rel=1e-3)
    assert log.power == pytest.approx(POWER, rel=1e-3)
    assert log.weighed == (case == "weighed")


def test_decimal_commas_and_semicolons(tmp_path):
    rows = [
        tuple(cell.replace(".", ",") if n > 1 else cell for n, cell in enumerate(row))
        for row in (
            (*t.split(";"), *c)
            for t, c in zip(stamps("%d.%m.%Y;%H:%M:%S"), columns(flow=25.0), strict=True)
        )
    ]
    head = "Datum;Uhrzeit;T_ein [°C];T_aus [°C];Durchfluss [l/min];Leistung [kW]"
    path = written(tmp_path, head, rows, encoding="latin-1", sign=";")
    log, _ = read_response_test(path, {})
    assert log.time == pytest.approx(SECONDS)
    assert log.flow == pytest.approx(FLOW, rel=1e-3)


def test_units_in_a_row_of_their_own(tmp_path):
    rows = [("min", "℃", "℃", "m3/h", "kW")]
    rows += [(f"{s / 60:g}", *c) for s, c in zip(SECONDS, columns(), strict=True)]
    path = written(tmp_path, "时间,进水温度,出水温度,流量,加热功率", rows)
    log, _ = read_response_test(path, {})
    assert log.time == pytest.approx(SECONDS)
    assert log.power == pytest.approx(POWER)


def test_what_is_not_understood_is_named(tmp_path):
    rows = [(t, *c) for t, c in zip(stamps(ISO), columns(), strict=True)]
    path = written(tmp_path, "time,T_in [degC],T_out [degC],xyz [m3/h],abc [kW]", rows)
    with pytest.raises(DossierError, match=r"columns not understood: xyz \[m3/h\], abc \[kW\]"):
        read_response_test(path, {})
    log, _ = read_response_test(path, {"power": "abc [kW]"})
    assert log.power == pytest.approx(POWER)
