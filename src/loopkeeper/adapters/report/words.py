"""The fixed words of the report, in English and Chinese."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Performance and deviation report", "运行绩效与偏差报告"),
    "period": ("Period", "评价期"),
    "boundary": ("Boundary", "系统边界"),
    "boundary_text": (
        "GB/T 50801: useful heat and cold at the user side; machines and all water pumps",
        "GB/T 50801：用户侧有效冷热量；机组与全部水泵耗电",
    ),
    "promised": ("Promised", "承诺"),
    "expected": ("Expected as built", "按竣工预期"),
    "measured": ("Measured", "实测"),
    "shortfall": ("Shortfall", "缺口"),
    "cop_heating": ("System COP heating", "供热系统能效比"),
    "cop_cooling": ("System COP cooling", "供冷系统能效比"),
    "cost": ("Cost of the shortfall", "缺口电费"),
    "cost_note": ("mean of tariff bands by hours", "按时段时长加权平均电价"),
    "at_heat": ("electricity at the heat and cold delivered", "按实际供冷热量折算的电量"),
    "waterfall": ("From promise to measurement", "从承诺到实测"),
    "weather_use": ("weather and use", "天气与使用"),
    "weather_parts": ("Weather and use, by what they act through", "天气与使用的构成"),
    "mode_heating": ("heating", "供热"),
    "mode_cooling": ("cooling", "供冷"),
    "unexplained": ("unexplained", "未解释"),
    "deviations": ("Deviations", "偏差清单"),
    "cause": ("Cause and evidence", "成因与证据"),
    "fair": ("Fair share", "公平分摊"),
    "fix": ("Saving if fixed", "纠正可节"),
    "alone": ("If it alone", "若仅此一项"),
    "share": ("Share", "占比"),
    "onset": ("Since", "起始"),
    "from_start": ("from the start", "自始存在"),
    "confidence": ("Confidence", "置信度"),
    "actions": ("What to do", "建议措施"),
    "merged": ("cannot be told apart from", "目前无法与以下偏差区分："),
    "settles": ("What would settle it", "可区分的办法"),
    "as_promised": ("As promised, in this weather and use", "按承诺（本期天气与使用）"),
    "if_repaired": ("If this were repaired", "仅纠正此项后"),
    "electricity_at_heat": ("Electricity at the heat delivered", "同样供冷热量下的耗电"),
    "by_months": ("by months", "逐月"),
    "course_note": (
        "Charts, by months: as measured; the plant on its promise in the weather and use of the "
        "period; and as measured less what this cause alone costs beside the others.",
        "图中逐月对比：实测；本期天气与使用下按承诺运行的系统；以及实测扣除仅此一项成因所耗。",
    ),
    "readings": ("Points it rests on", "所依据的测点"),
    "electricity": ("Electricity: measured against expected", "耗电：实测与预期"),
    "source": ("Source water entering the machines", "机组地源侧进水温度"),
    "ground": ("Ground: as it went against as designed", "地温：实际与设计"),
    "split": ("Where the electricity went", "耗电构成"),
    "machines": ("machines", "机组"),
    "source_pumps": ("source pumps", "地源侧水泵"),
    "load_pumps": ("load pumps", "用户侧水泵"),
    "as_designed": ("as designed", "设计"),
    "found": ("as it went", "实际"),
    "forecast": ("if it goes on like this", "按现状延续"),
    "daily": ("MWh a day", "MWh/天"),
    "year": ("year of operation", "运行年"),
    "kpis": ("Key figures", "关键指标"),
    "kpi": ("Figure", "指标"),
    "mode": ("Mode", "工况"),
    "value": ("Value", "数值"),
    "interval": ("90 % interval", "90 % 区间"),
    "coverage": ("Coverage", "数据完整率"),
    "clause": ("Clause", "条款"),
    "quality": ("Data quality", "数据质量"),
    "point": ("Point", "测点"),
    "cautions": ("Cautions", "提示"),
    "how": ("How to read the three figures", "三个数字怎么读"),
    "how_fair": (
        "Fair share: what this cause costs when all causes share what they do together (Shapley). "
        "Shares and unexplained add up to the shortfall without weather and use.",
        "公平分摊：各成因共同作用时该成因应承担的电量（沙普利值）；各项与未解释部分之和等于扣除天气与使用后的缺口。",
    ),
    "how_fix": (
        "Saving if fixed: what correcting only this one would save today. It decides what to do "
        "first.",
        "纠正可节：今天只纠正这一项能省下的电量，用来决定先做什么。",
    ),
    "how_alone": (
        "If it alone: what it would have cost if nothing else had gone wrong. It settles who "
        "answers for it.",
        "若仅此一项：其他都正常时它单独造成的损失，用来厘清责任。",
    ),
    "made": ("Made on", "生成于"),
    "version": ("version", "版本"),
    "healthy": (
        "No deviation found: the plant keeps its promise within what its meters can tell.",
        "未发现偏差：在计量可分辨的范围内，系统兑现了承诺。",
    ),
    "sick": (
        "{total} MWh ({percent} %) against the promise at the same heat: {measured} used, "
        "{promised} promised. Weather and use {exogenous}; {count} cause(s) found {causes} "
        "({explained} % of the rest); unexplained {unexplained} ({rest} %).",
        "同样供冷热量下较承诺 {total} MWh（{percent} %）：实际 {measured}，承诺 {promised}。"
        "天气与使用 {exogenous}；找出的 {count} 项成因 {causes}（占其余的 {explained} %）；"
        "未解释 {unexplained}（{rest} %）。",
    ),
    "sick_even": (
        "{total} MWh ({percent} %) against the promise at the same heat: {measured} used, "
        "{promised} promised. Yet {count} deviation(s) cost {cost} MWh; weather, use, what saves "
        "and what stays unexplained come to {other}.",
        "同样供冷热量下较承诺 {total} MWh（{percent} %）：实际 {measured}，承诺 {promised}。但有 "
        "{count} 项偏差共多耗 {cost} MWh；天气、使用、节省项与未解释部分合计 {other}。",
    ),
    "sick_unexplained": (
        "{total} MWh ({percent} %) against the promise at the same heat: {measured} used, "
        "{promised} promised. Weather and use {exogenous}; no cause was found, {left} stay "
        "unexplained.",
        "同样供冷热量下较承诺 {total} MWh（{percent} %）：实际 {measured}，承诺 {promised}。"
        "天气与使用 {exogenous}；未找到成因，{left} 尚未解释。",
    ),
    "none": ("none", "无"),
    "response_title": ("Thermal response test", "岩土热响应试验"),
    "water_course": ("Mean temperature of the water in the hole", "孔内循环水平均温度"),
    "stepwise": (
        "Conductivity by the end of evaluation: level is sound, rising means groundwater or "
        "heat loss",
        "导热系数随评价截止时间的变化：平稳为宜，持续上升提示地下水流动或热损失",
    ),
    "evaluated_to": ("evaluated to, h", "评价截止时间 h"),
    "line_source": ("line source", "线热源法"),
    "full_fit": ("full fit", "全参数拟合"),
    "to_design_with": ("to design with", "设计取值"),
    "conductivity": ("Conductivity", "导热系数"),
    "resistance": ("Resistance", "钻孔热阻"),
    "undisturbed": ("Undisturbed ground", "岩土初始温度"),
    "pumping_title": ("Pumping test", "抽水试验"),
    "diagnostic": ("Drawdown and its derivative", "降深及其导数（诊断图）"),
    "diagnostic_note": (
        "Derivative flat: radial flow. Falling: leakage or a recharge boundary. Rising to the "
        "double: a barrier. A dip in the middle: a water table that yields late. Slope one at the "
        "start: stored well water.",
        "导数平稳：径向流；下降：越流或补给边界；升至两倍：隔水边界；中段下凹：潜水滞后给水；"
        "初段斜率为 1：井筒储水。",
    ),
    "aquifer_sort": ("Aquifer", "含水层类型"),
    "aquifer_sorts": ("Sorts of aquifer tried, best first", "各类含水层模型比较（由优到劣）"),
    "aquifer_extra": (
        "leakage factor, image or casing, m; yield, Kz/(Kr b²)",
        "越流因数、镜像井距或套管半径 m；给水度、Kz/(Kr b²)",
    ),
    "transmissivity": ("Transmissivity", "导水系数"),
    "storage": ("Storage", "储水系数"),
    "drawdown": ("drawdown", "降深"),
    "modelled": ("modelled", "模型"),
    "derivative": ("derivative", "导数"),
    "sort_confined": ("confined", "承压"),
    "sort_leaky": ("leaky", "越流"),
    "sort_recharge_boundary": ("recharge boundary", "补给边界"),
    "sort_barrier": ("barrier", "隔水边界"),
    "sort_well_storage": ("stored well water", "井筒储水"),
    "sort_unconfined": ("water table, late yield", "潜水（滞后给水）"),
    "design_title": ("Design report", "设计报告"),
    "design_basis": (
        "Hourly design year repeated; ground, machines, pumps and controls in one simulation",
        "逐时设计年循环运行；岩土、机组、水泵与控制一体模拟",
    ),
    "no_length": ("more than any length", "超过任何孔深"),
    "design_passes_surely": (
        "The design passes: resource, load and system agree, and {drawn} m of hole keep the "
        "limits with {low} % (half of what may be needs {half}, 95 % need {sure}).",
        "设计通过：资源、负荷与系统一致，孔深 {drawn} m 满足限值的概率不低于 {low} %"
        "（一半情形需 {half}，95 % 情形需 {sure}）。",
    ),
    "design_passes_perhaps": (
        "The design passes at the values assumed, but {drawn} m of hole keep the limits with "
        "a probability of {low} to {high} % only: half of what may be needs {half}, "
        "95 % need {sure}.",
        "在假定参数下设计通过，但孔深 {drawn} m 满足限值的概率仅为 {low}–{high} %："
        "一半情形需 {half}，95 % 情形需 {sure}。",
    ),
    "design_passes_assumed": (
        "The design passes at the values assumed: resource, load and system agree. How surely is "
        "not judged for this source.",
        "在假定参数下设计通过：资源、负荷与系统一致。此类源侧未评价其可靠概率。",
    ),
    "design_fails": (
        "The design does not pass; see what stands first in the list of checks.",
        "设计不予通过，原因见检查结果首项。",
    ),
    "design_checks": ("Checks, the gravest first", "检查结果（严重者在前）"),
    "balance_ratio": ("Heat put in / drawn", "排热/取热比"),
    "balance_note": ("0.8 to 1.25 is balanced", "0.8–1.25 视为平衡"),
    "coldest": ("Coldest water to the machines", "机组进水最低温度"),
    "to_field": ("Coldest water to the field", "地埋管进水最低温度"),
    "warmest": ("Warmest water to the machines", "机组进水最高温度"),
    "mean": ("mean", "平均"),
    "needed": ("Field needed", "所需埋管总长"),
    "a_year": ("electricity a year", "年耗电量"),
    "source_years": (
        "Water from the source to the machines, year by year",
        "地源侧供水温度逐年变化",
    ),
    "duration": ("Load duration", "负荷延时曲线"),
    "heating_load": ("heating and hot water", "供热与热水"),
    "cooling_load": ("cooling", "供冷"),
    "source_heat": ("Heat drawn and put in, last year by month", "末年逐月取热与排热"),
    "drawn": ("drawn", "取热"),
    "put_in": ("put in", "排热"),
    "month": ("month", "月"),
    "lengths": (
        "Length of each hole by probability of keeping the limits",
        "不同保证率下的单孔深度",
    ),
    "units": ("Units from the catalogue", "机组选型"),
    "module": ("Family · circulation · module", "产品族 · 循环 · 模块"),
    "type": ("Type", "类型"),
    "count": ("Number", "台数"),
    "margin": ("Margin", "余量"),
    "grade": ("Grade", "能效等级"),
    "below": ("below limit", "低于限定值"),
    "flow": ("Flow, m³/h", "流量 m³/h"),
    "price_cost": ("Cost", "成本价"),
    "price_contract": ("Contract", "合同价"),
    "price_list": ("List", "目录价"),
    "costs": ("Life-cycle cost", "全寿命费用"),
    "investment": ("investment", "投资"),
    "running": ("running, present value", "运行费现值"),
    "yearly": ("a year", "年费用"),
    "life_cycle": ("life cycle", "全寿命"),
    "primary": ("primary MWh/a", "一次能 MWh/a"),
    "million": ("million CNY", "百万元"),
    "costs_note": (
        "Prices are assumptions unless a file of prices is given. Grid factor:",
        "未提供价格文件时价格为假定值。电网排放因子：",
    ),
}
KINDS: Final[dict[str, tuple[str, str]]] = {
    "design": ("Design", "设计偏差"),
    "operation": ("Operation", "运维偏差"),
    "thermal_balance": ("Thermal balance", "热平衡偏差"),
    "construction": ("Construction", "施工偏差"),
    "resource": ("Resource", "资源偏差"),
    "hydraulic": ("Hydraulic", "水力偏差"),
    "commissioning": ("Commissioning", "调试偏差"),
}


def word(key: str, language: str) -> str:
    """Return a fixed word in ``en`` or ``zh``."""
    return {**WORDS, **KINDS}[key][1 if language == "zh" else 0]
