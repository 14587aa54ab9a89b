"""Twenty layouts of hidden works as engineers write them, and what each label means."""

from datetime import date

import openpyxl

D, F = "drawn", "found"


def _book(sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows, merged in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for span in merged:
            sheet.merge_cells(span)
    return book


def _xlsx(*sheets):
    return lambda path: _book(sheets).save(path)


def _csv(text, encoding="utf-8"):
    return lambda path: path.write_bytes(text.encode(encoding))


def _holes(count, *values, name="{}"):
    return [[name.format(n), *values] for n in range(1, count + 1)]


def per_hole(count, name, rows, merged=()):
    """A sheet a hole; a call in ``rows`` is told the hole's number."""
    return [
        (name.format(n), [[c(n) if callable(c) else c for c in row] for row in rows], merged)
        for n in range(1, count + 1)
    ]


LAYOUTS = {
    "drilling log": (
        "xlsx",
        _xlsx(
            (
                "钻孔记录",
                [
                    ["XX项目地埋管钻孔施工记录表"],
                    [
                        "序号",
                        "孔号",
                        "设计孔深(m)",
                        "实际孔深(m)",
                        "孔径(mm)",
                        "钻机编号",
                        "开孔日期",
                        "终孔日期",
                        "记录员",
                        "备注",
                    ],
                    *[
                        [n, f"A-{n}", 120, 121, 150, "3#", "2026.3.1", "2026.3.2", "张工", None]
                        for n in range(1, 9)
                    ],
                    ["合计", None, 960, 968],
                ],
                ["A1:J1"],
            )
        ),
        {
            "孔号": ("item", ""),
            "设计孔深(m)": (D, "drilled_depth"),
            "实际孔深(m)": (F, "drilled_depth"),
            "孔径(mm)": (F, "diameter"),
            "终孔日期": ("date", ""),
            "记录员": ("by", ""),
            "备注": ("evidence", ""),
        },
    ),
    "two rows of heads": (
        "xlsx",
        _xlsx(
            (
                "Sheet1",
                [
                    ["竖直地埋管水压试验记录"],
                    [
                        "钻孔编号",
                        "第一次水压试验",
                        None,
                        None,
                        "第二次水压试验",
                        None,
                        "试验日期",
                        "监理",
                    ],
                    [
                        None,
                        "试验压力(MPa)",
                        "稳压时间(min)",
                        "压降(%)",
                        "稳压时间(min)",
                        "压降(%)",
                    ],
                    *[[f"B{n}", 1.6, 15, 1.2, 30, 0.8, "2026年4月5日", "李"] for n in range(1, 8)],
                ],
                ["A1:H1", "A2:A3", "B2:D2", "E2:F2", "G2:G3", "H2:H3"],
            )
        ),
        {
            "钻孔编号": ("item", ""),
            "第一次水压试验 / 试验压力(MPa)": (F, "pressure_test_1_pressure"),
            "第一次水压试验 / 稳压时间(min)": (F, "pressure_test_1_minutes"),
            "第一次水压试验 / 压降(%)": (F, "pressure_test_1_drop"),
            "第二次水压试验 / 稳压时间(min)": (F, "pressure_test_2_minutes"),
            "第二次水压试验 / 压降(%)": (F, "pressure_test_2_drop"),
            "试验日期": ("date", ""),
            "监理": ("by", ""),
        },
    ),
    "one sheet a hole": (
        "xlsx",
        _xlsx(
            *per_hole(
                4,
                "K{}",
                [
                    ["地埋管换热孔施工记录", None, None, None],
                    ["孔号", lambda n: f"K{n}", "施工日期", date(2026, 5, 6)],
                    ["钻孔深度(m)", 100.5, "钻孔直径(mm)", 152],
                    ["下管长度(m)", 201, "管材规格", "PE100 DN32 双U"],
                    ["回填材料", "膨润土+水泥+石英砂", "充盈系数", 1.15],
                    ["施工员", "王某", "备注", "无"],
                ],
                ["A1:D1"],
            )
        ),
        {
            "孔号": ("item", ""),
            "施工日期": ("date", ""),
            "钻孔深度(m)": (F, "drilled_depth"),
            "钻孔直径(mm)": (F, "diameter"),
            "下管长度(m)": (F, "pipe_length"),
            "管材规格": (F, "pipe"),
            "回填材料": (F, "grout_mix"),
            "充盈系数": (F, "grout_volume_ratio"),
            "施工员": ("by", ""),
        },
    ),
    "sheet with drawn and found": (
        "xlsx",
        _xlsx(
            *per_hole(
                3,
                "{}号孔",
                [
                    ["隐蔽工程检查表"],
                    ["换热孔编号", lambda n: f"E{n}", None, "检查日期", "2026-03-09"],
                    ["检查项目", "单位", "设计值", "实测值", "结论"],
                    ["孔深", "m", 150, 150.5, "合格"],
                    ["孔径", "mm", 150, 150, "合格"],
                    ["有效换热深度", "m", 148, 148, "合格"],
                    ["回填料导热系数", "W/(m·K)", 2, 2.1, "合格"],
                    ["质检员", "赵"],
                ],
            )
        ),
        {
            "换热孔编号": ("item", ""),
            "检查日期": ("date", ""),
            "设计值": (D, ""),
            "实测值": (F, ""),
            "单位": ("unit", ""),
            "孔深": (F, "drilled_depth"),
            "孔径": (F, "diameter"),
            "有效换热深度": (F, "active_length"),
            "回填料导热系数": (F, "grout_conductivity"),
            "质检员": ("by", ""),
        },
    ),
    "english log": (
        "xlsx",
        _xlsx(
            (
                "Drilling log",
                [
                    ["Project: Riverside"],
                    [],
                    [
                        "Hole No.",
                        "Design depth (m)",
                        "Drilled depth (m)",
                        "Bore diameter (mm)",
                        "Pipe type",
                        "Date drilled",
                        "Driller",
                        "Remarks",
                    ],
                    *[
                        [f"BH-{n:02}", 100, 101, 140, "PE-Xa 32", date(2026, 6, n), "JS", None]
                        for n in range(1, 9)
                    ],
                ],
                [],
            )
        ),
        {
            "Hole No.": ("item", ""),
            "Design depth (m)": (D, "drilled_depth"),
            "Drilled depth (m)": (F, "drilled_depth"),
            "Bore diameter (mm)": (F, "diameter"),
            "Pipe type": (F, "pipe"),
            "Date drilled": ("date", ""),
            "Driller": ("by", ""),
            "Remarks": ("evidence", ""),
        },
    ),
    "gbk table": (
        "csv",
        _csv(
            "编号,钻孔深度m,孔径mm,下管日期,埋管长度m,备注\n"
            + "".join(f"地埋孔{n},110,150,2026/3/{n},220,\n" for n in range(1, 9)),
            "gbk",
        ),
        {
            "编号": ("item", ""),
            "钻孔深度m": (F, "drilled_depth"),
            "孔径mm": (F, "diameter"),
            "下管日期": ("date", ""),
            "埋管长度m": (F, "pipe_length"),
            "备注": ("evidence", ""),
        },
    ),
    "full width": (
        "xlsx",
        _xlsx(
            (
                "记录",
                [
                    ["孔号", "孔深（ｍ）", "有效深度（ｍ）", "管材", "回填料配比", "日期", "签字"],
                    *[
                        [f"Ａ－{n}", "１２０．５", "118.5 m", "PE100", "1:4", 46083 + n, "周"]
                        for n in range(1, 6)
                    ],
                ],
                [],
            )
        ),
        {
            "孔号": ("item", ""),
            "孔深（m）": (F, "drilled_depth"),
            "有效深度（m）": (F, "active_length"),
            "管材": (F, "pipe"),
            "回填料配比": (F, "grout_mix"),
            "日期": ("date", ""),
            "签字": ("by", ""),
        },
    ),
    "merged holes": (
        "xlsx",
        _xlsx(
            (
                "打压",
                [
                    ["孔号", "U管", "孔深(m)", "一次试压压力", "一次试压压降%", "日期"],
                    ["A1", "左", 100, 1.6, 1, "2026.3.2"],
                    [None, "右", None, None, None, None],
                    ["A2", "左", 101, 1.6, 2, "2026.3.2"],
                    [None, "右", None, None, None, None],
                ],
                ["A2:A3", "A4:A5", "C2:C3", "C4:C5", "D2:D3", "D4:D5", "E2:E3", "E4:E5", "F2:F5"],
            )
        ),
        {
            "孔号": ("item", ""),
            "孔深(m)": (F, "drilled_depth"),
            "一次试压压力": (F, "pressure_test_1_pressure"),
            "一次试压压降%": (F, "pressure_test_1_drop"),
            "日期": ("date", ""),
        },
    ),
    "coordinates": (
        "xlsx",
        _xlsx(
            (
                "孔位复核",
                [
                    ["地埋管孔位坐标复核表"],
                    ["孔号", "设计坐标", None, "实测坐标", None, "复核人", "复核日期"],
                    [None, "X(m)", "Y(m)", "X(m)", "Y(m)"],
                    *[
                        [f"D{n}", 5 * n, 10, 5 * n + 0.1, 10.2, "孙", "2026.3.8"]
                        for n in range(1, 8)
                    ],
                ],
                ["A1:G1", "A2:A3", "B2:C2", "D2:E2", "F2:F3", "G2:G3"],
            )
        ),
        {
            "孔号": ("item", ""),
            "设计坐标 / X(m)": (D, "x"),
            "设计坐标 / Y(m)": (D, "y"),
            "实测坐标 / X(m)": (F, "x"),
            "实测坐标 / Y(m)": (F, "y"),
            "复核人": ("by", ""),
            "复核日期": ("date", ""),
        },
    ),
    "grouting": (
        "xlsx",
        _xlsx(
            (
                "回填记录",
                [
                    [
                        "序号",
                        "孔号",
                        "理论回填量(m³)",
                        "实际回填量(m³)",
                        "充盈系数",
                        "回填材料配比",
                        "导热系数",
                        "回填日期",
                        "操作人",
                    ],
                    *[
                        [n, f"C{n}", 2.1, 2.4, 1.14, "1:3", 1.9, "2026-4-1", "钱"]
                        for n in range(1, 8)
                    ],
                ],
                [],
            )
        ),
        {
            "孔号": ("item", ""),
            "充盈系数": (F, "grout_volume_ratio"),
            "回填材料配比": (F, "grout_mix"),
            "导热系数": (F, "grout_conductivity"),
            "回填日期": ("date", ""),
            "操作人": ("by", ""),
        },
    ),
    "pumping of wells": (
        "xlsx",
        _xlsx(
            (
                "抽水试验",
                [
                    ["热源井抽水试验成果表"],
                    [
                        "井号",
                        "井深(m)",
                        "滤水管长度(m)",
                        "抽水量(m3/h)",
                        "降深(m)",
                        "抽水历时(h)",
                        "回灌量(m3/h)",
                        "回灌历时(h)",
                        "含砂量",
                        "试验日期",
                    ],
                    *[
                        [f"{n}#", 80, 25, 60, 3.2, 24, 50, 48, "1/300000", "2026.2.1"]
                        for n in range(1, 5)
                    ],
                ],
                ["A1:J1"],
            )
        ),
        {
            "井号": ("item", ""),
            "井深(m)": (F, "depth"),
            "滤水管长度(m)": (F, "screen_length"),
            "抽水量(m3/h)": (F, "pumping_rate"),
            "降深(m)": (F, "drawdown"),
            "抽水历时(h)": (F, "pumping_hours"),
            "回灌量(m3/h)": (F, "reinjection_rate"),
            "回灌历时(h)": (F, "reinjection_hours"),
            "含砂量": (F, "sand_content"),
            "试验日期": ("date", ""),
        },
    ),
    "welds": (
        "xlsx",
        _xlsx(
            (
                "焊口",
                [
                    ["焊口编号", "焊接方式", "焊工", "外观质量", "焊接日期", "照片编号"],
                    *[
                        [f"W{n}", "电熔", "吴", "合格", "2026.5.1", f"IMG_{n}"]
                        for n in range(1, 8)
                    ],
                ],
                [],
            )
        ),
        {
            "焊口编号": ("item", ""),
            "焊接方式": (F, "joint"),
            "焊工": ("by", ""),
            "外观质量": (F, "sound"),
            "焊接日期": ("date", ""),
            "照片编号": ("evidence", ""),
        },
    ),
    "circuits": (
        "xlsx",
        _xlsx(
            (
                "水平管试压",
                [
                    [
                        "环路编号",
                        "第三次水压试验时间(h)",
                        "第三次水压试验压降(%)",
                        "冲洗时间(h)",
                        "排气",
                        "环路流量(m³/h)",
                        "试压日期",
                        "检查人",
                    ],
                    *[[f"H{n}", 2, 1, 3, "是", 5.5, "2026.6.1", "郑"] for n in range(1, 6)],
                ],
                [],
            )
        ),
        {
            "环路编号": ("item", ""),
            "第三次水压试验时间(h)": (F, "pressure_test_3_minutes"),
            "第三次水压试验压降(%)": (F, "pressure_test_3_drop"),
            "冲洗时间(h)": (F, "flushing_minutes"),
            "排气": (F, "vented"),
            "环路流量(m³/h)": (F, "flow"),
            "试压日期": ("date", ""),
            "检查人": ("by", ""),
        },
    ),
    "sensors": (
        "xlsx",
        _xlsx(
            (
                "测温传感器",
                [
                    [
                        "传感器编号",
                        "埋设深度(m)",
                        "设计深度(m)",
                        "精度(℃)",
                        "是否校准",
                        "安装日期",
                        "安装人",
                    ],
                    *[[f"T{n}", 10 * n, 10 * n, 0.1, "是", "2026.3.3", "冯"] for n in range(1, 6)],
                ],
                [],
            )
        ),
        {
            "传感器编号": ("item", ""),
            "埋设深度(m)": (F, "sensor_depth"),
            "设计深度(m)": (D, "sensor_depth"),
            "精度(℃)": (F, "sensor_accuracy"),
            "是否校准": (F, "sensor_calibrated"),
            "安装日期": ("date", ""),
            "安装人": ("by", ""),
        },
    ),
    "a ledger": (
        "csv",
        _csv(
            "孔号,检查项目,设计值,实测值,单位,检查日期,检查人,备注\n"
            + "".join(f"A{n},孔深,120,121,m,2026-03-0{n},陈,\n" for n in range(1, 9))
        ),
        {
            "孔号": ("item", ""),
            "检查项目": ("check", ""),
            "设计值": (D, ""),
            "实测值": (F, ""),
            "单位": ("unit", ""),
            "检查日期": ("date", ""),
            "检查人": ("by", ""),
            "备注": ("evidence", ""),
        },
    ),
    "english tests": (
        "xlsx",
        _xlsx(
            (
                "Pressure tests",
                [
                    [
                        "Borehole ID",
                        "Test 1",
                        None,
                        None,
                        "Test 2",
                        None,
                        "Tested on",
                        "Inspector",
                    ],
                    [
                        None,
                        "Pressure (bar)",
                        "Duration (min)",
                        "Drop (%)",
                        "Duration (min)",
                        "Drop (%)",
                    ],
                    *[[n, 16, 15, 1, 30, 0.5, date(2026, 6, 9), "AB"] for n in range(1, 8)],
                ],
                ["A1:A2", "B1:D1", "E1:F1", "G1:G2", "H1:H2"],
            )
        ),
        {
            "Borehole ID": ("item", ""),
            "Test 1 / Pressure (bar)": (F, "pressure_test_1_pressure"),
            "Test 1 / Duration (min)": (F, "pressure_test_1_minutes"),
            "Test 1 / Drop (%)": (F, "pressure_test_1_drop"),
            "Test 2 / Duration (min)": (F, "pressure_test_2_minutes"),
            "Test 2 / Drop (%)": (F, "pressure_test_2_drop"),
            "Tested on": ("date", ""),
            "Inspector": ("by", ""),
        },
    ),
    "vague": (
        "xlsx",
        _xlsx(
            (
                "Sheet1",
                [
                    ["编号", "深度", "直径", "压力", "时间", "压降", "结果"],
                    *[[f"Z{n}", 120, 150, 1.6, 15, 0.02, "合格"] for n in range(1, 7)],
                ],
                [],
            )
        ),
        {"编号": ("item", ""), "深度": (F, "drilled_depth"), "直径": (F, "diameter")},
    ),
    "units in a row": (
        "xlsx",
        _xlsx(
            (
                "钻孔",
                [
                    ["施工日期：2026.3.20", None, None, "班组：一队"],
                    ["孔号", "终孔深度", "孔径", "下管长度", "灌浆量比"],
                    [None, "m", "mm", "m", "-"],
                    *[[f"N{n}", 99, 150, 198, 1.1] for n in range(1, 7)],
                ],
                [],
            )
        ),
        {
            "孔号": ("item", ""),
            "终孔深度 / m": (F, "drilled_depth"),
            "孔径 / mm": (F, "diameter"),
            "下管长度 / m": (F, "pipe_length"),
            "灌浆量比": (F, "grout_volume_ratio"),
            "施工日期": ("date", ""),
            "班组": ("by", ""),
        },
    ),
    "english sheets": (
        "xlsx",
        _xlsx(
            *per_hole(
                3,
                "BH{:02}",
                [
                    ["Borehole completion record"],
                    ["Borehole number:", lambda n: f"BH{n:02}"],
                    ["Total depth (m):", 150.2],
                    ["Active length (m):", 148],
                    ["Hole diameter (in):", 6],
                    ["Grout type:", "thermal 2.0"],
                    ["Grout conductivity (W/mK):", 2.0],
                    ["Pressure test date:", "12 Jun 2026"],
                    ["First test drop (%):", 1.0],
                    ["Checked by:", "KL"],
                ],
            )
        ),
        {
            "Borehole number": ("item", ""),
            "Total depth (m)": (F, "drilled_depth"),
            "Active length (m)": (F, "active_length"),
            "Hole diameter (in)": (F, "diameter"),
            "Grout type": (F, "grout_mix"),
            "Grout conductivity (W/mK)": (F, "grout_conductivity"),
            "Pressure test date": ("date", ""),
            "First test drop (%)": (F, "pressure_test_1_drop"),
            "Checked by": ("by", ""),
        },
    ),
    "grouped labels": (
        "xlsx",
        _xlsx(
            *per_hole(
                3,
                "孔{}",
                [
                    ["地埋管水压试验记录表"],
                    ["孔号", None, lambda n: f"M{n}"],
                    ["第一次试压", "压力(MPa)", 1.6],
                    [None, "时间(min)", 15],
                    [None, "压力降(%)", 1],
                    ["第二次试压", "时间(min)", 30],
                    [None, "压力降(%)", 0.5],
                    ["回填后保压时间(h)", None, 2],
                    ["试压日期", None, "2026.3.30"],
                    ["施工员", None, "卫"],
                ],
                ["A1:C1", "A2:B2", "A3:A5", "A6:A7", "A8:B8", "A9:B9", "A10:B10"],
            )
        ),
        {
            "孔号": ("item", ""),
            "第一次试压 / 压力(MPa)": (F, "pressure_test_1_pressure"),
            "第一次试压 / 时间(min)": (F, "pressure_test_1_minutes"),
            "第一次试压 / 压力降(%)": (F, "pressure_test_1_drop"),
            "第二次试压 / 时间(min)": (F, "pressure_test_2_minutes"),
            "第二次试压 / 压力降(%)": (F, "pressure_test_2_drop"),
            "回填后保压时间(h)": (F, "hold_after_grouting"),
            "试压日期": ("date", ""),
            "施工员": ("by", ""),
        },
    ),
}
"""By name: the ending of the file, what writes it, role and check by label."""

UNSEEN = {
    "site's own words": (
        "xlsx",
        _xlsx(
            (
                "一区",
                [
                    ["工程名称：某医院地源热泵", "", "", " "],
                    [
                        "桩孔编号",
                        "钻进日期",
                        "成孔深度（米）",
                        "孔斜(°)",
                        "下管后孔内余深(m)",
                        "PE管进场长度(m)",
                        "现场负责人",
                    ],
                    *[[f"1-{n}", "2026/3/5", 122, 0.5, 1, 260, "甲"] for n in range(1, 6)],
                ],
                [],
            )
        ),
        {
            "桩孔编号": ("item", ""),
            "钻进日期": ("date", ""),
            "成孔深度（米）": (F, "drilled_depth"),
            "现场负责人": ("by", ""),
        },
    ),
    "feet and inches": (
        "xlsx",
        _xlsx(
            (
                "Bores",
                [
                    [
                        "ID",
                        "Drill Depth [ft]",
                        "Loop length [ft]",
                        "Dia. [in]",
                        "Grout TC (Btu/hr-ft-F)",
                        "Crew",
                        "Finish date",
                    ],
                    *[[n, 400, 800, 6, 1.2, "A", date(2026, 5, n)] for n in range(1, 6)],
                ],
                [],
            )
        ),
        {
            "ID": ("item", ""),
            "Drill Depth [ft]": (F, "drilled_depth"),
            "Loop length [ft]": (F, "pipe_length"),
            "Dia. [in]": (F, "diameter"),
            "Grout TC (Btu/hr-ft-F)": (F, "grout_conductivity"),
            "Crew": ("by", ""),
            "Finish date": ("date", ""),
        },
    ),
    "acceptance": (
        "xlsx",
        _xlsx(
            (
                "Sheet1",
                [
                    ["垂直埋管隐蔽验收记录"],
                    [
                        "孔位编号",
                        "孔深/m",
                        "",
                        "垂直度",
                        "管材规格型号",
                        "单孔U型管压力试验",
                        "",
                        "回填情况",
                        "验收意见",
                    ],
                    ["", "设计", "实际", "", "", "试验压力/MPa", "稳压15min压降/%", "", ""],
                    *[
                        [f"P{n}", 100, 101, "<1%", "De32", 1.6, 0, "密实", "同意"]
                        for n in range(1, 5)
                    ],
                ],
                ["A1:I1", "A2:A3", "B2:C2", "D2:D3", "E2:E3", "F2:G2", "H2:H3", "I2:I3"],
            )
        ),
        {
            "孔位编号": ("item", ""),
            "孔深/m / 设计": (D, "drilled_depth"),
            "孔深/m / 实际": (F, "drilled_depth"),
            "管材规格型号": (F, "pipe"),
            "单孔U型管压力试验 / 试验压力/MPa": (F, "pressure_test_1_pressure"),
            "单孔U型管压力试验 / 稳压15min压降/%": (F, "pressure_test_1_drop"),
        },
    ),
    "wells with semicolons": (
        "csv",
        _csv(
            "well;depth (m);screen length (m);yield (m3/h);"
            "pumping hours;seal test;date;inspector\n"
            + "".join(f"W{n};80;20;55;24;ok;2026-03-1{n};XY\n" for n in range(1, 5))
        ),
        {
            "well": ("item", ""),
            "depth (m)": (F, "depth"),
            "screen length (m)": (F, "screen_length"),
            "yield (m3/h)": (F, "pumping_rate"),
            "pumping hours": (F, "pumping_hours"),
            "seal test": (F, "seal_test"),
            "date": ("date", ""),
            "inspector": ("by", ""),
        },
    ),
    "file of a hole": (
        "xlsx",
        _xlsx(
            *per_hole(
                3,
                "ZK{}",
                [
                    ["单孔施工档案"],
                    ["孔 号：", lambda n: f"ZK{n}", "区 域：", "A"],
                    ["设计深度：", 120, "实际钻深：", 120.6],
                    ["钻头直径：", 130, "扩孔直径：", 152],
                    ["U管形式：", "双U", "U管长度：", 480],
                    ["灌浆方式：", "反浆", "灌浆材料：", "膨润土"],
                    ["实灌量：", "2.2m³", "理论量：", "2.0m³"],
                    ["首次试压压降：", "1%", "二次试压压降：", "0.5%"],
                    ["记录：", "张", "日期：", "2026.3.2"],
                ],
            )
        ),
        {
            "孔 号": ("item", ""),
            "设计深度": (D, "drilled_depth"),
            "实际钻深": (F, "drilled_depth"),
            "U管形式": (F, "pipe"),
            "U管长度": (F, "pipe_length"),
            "灌浆材料": (F, "grout_mix"),
            "首次试压压降": (F, "pressure_test_1_drop"),
            "二次试压压降": (F, "pressure_test_2_drop"),
            "记录": ("by", ""),
            "日期": ("date", ""),
        },
    ),
    "joints": (
        "xlsx",
        _xlsx(
            (
                "weld log",
                [
                    ["Joint no.", "Fusion method", "Welder", "Visual check", "Date", "Photo no."],
                    *[[n, "butt", "AB", "ok", date(2026, 4, 2), n] for n in range(1, 6)],
                ],
                [],
            )
        ),
        {
            "Joint no.": ("item", ""),
            "Fusion method": (F, "joint"),
            "Welder": ("by", ""),
            "Visual check": (F, "sound"),
            "Date": ("date", ""),
            "Photo no.": ("evidence", ""),
        },
    ),
    "wells in full": (
        "xlsx",
        _xlsx(
            (
                "回灌",
                [
                    [
                        "井编号",
                        "成井日期",
                        "井径(mm)",
                        "成井深度(m)",
                        "静水位(m)",
                        "动水位(m)",
                        "水位降深(m)",
                        "单井出水量(m³/h)",
                        "含砂量(体积比)",
                        "单井回灌量(m³/h)",
                        "回灌延续时间(h)",
                        "止水检查",
                    ],
                    *[
                        [f"R{n}", "2026.1.5", 600, 90, 12, 15, 3, 80, 0.000004, 40, 36, "合格"]
                        for n in range(1, 4)
                    ],
                ],
                [],
            )
        ),
        {
            "井编号": ("item", ""),
            "成井日期": ("date", ""),
            "成井深度(m)": (F, "depth"),
            "水位降深(m)": (F, "drawdown"),
            "单井出水量(m³/h)": (F, "pumping_rate"),
            "含砂量(体积比)": (F, "sand_content"),
            "单井回灌量(m³/h)": (F, "reinjection_rate"),
            "回灌延续时间(h)": (F, "reinjection_hours"),
            "止水检查": (F, "seal_test"),
        },
    ),
    "groups with a date each": (
        "xlsx",
        _xlsx(
            (
                "汇总",
                [
                    ["分区", "孔号", "钻孔", "", "下管", "", "灌浆", "", "打压", "", "备注"],
                    [
                        "",
                        "",
                        "日期",
                        "深度(m)",
                        "日期",
                        "长度(m)",
                        "日期",
                        "导热系数",
                        "日期",
                        "压降(%)",
                        "",
                    ],
                    *[
                        [
                            "A",
                            f"A{n}",
                            "2026.3.1",
                            120,
                            "2026.3.2",
                            240,
                            "2026.3.3",
                            1.9,
                            "2026.3.4",
                            1,
                            "",
                        ]
                        for n in range(1, 5)
                    ],
                ],
                ["C1:D1", "E1:F1", "G1:H1", "I1:J1", "A1:A2", "B1:B2", "K1:K2"],
            )
        ),
        {
            "孔号": ("item", ""),
            "钻孔 / 日期": ("date", ""),
            "钻孔 / 深度(m)": (F, "drilled_depth"),
            "下管 / 日期": ("date", ""),
            "下管 / 长度(m)": (F, "pipe_length"),
            "灌浆 / 日期": ("date", ""),
            "灌浆 / 导热系数": (F, "grout_conductivity"),
            "打压 / 日期": ("date", ""),
            "打压 / 压降(%)": (F, "pressure_test_1_drop"),
            "备注": ("evidence", ""),
        },
    ),
}
"""The same, written after the words were chosen, which were not changed for them."""
