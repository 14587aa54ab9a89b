"""Reading analyses of water: one result or one sample a row, names as laboratories write."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from loopkeeper.adapters.files.tables import TextTable, numbers, read_table, texts
from loopkeeper.adapters.files.test_columns import split_unit
from loopkeeper.errors import DossierError
from loopkeeper.lifecycle.survey.hydrochemistry import Sample
from loopkeeper.measure.water_quality import Result, index_of
from loopkeeper.plant.verdict import Verdict

_LONG = {
    "place": r"place|site_nm|site|well|station|点位|井号|监测点",
    "time": r"sampled_at|sample_dt|sample_?time|sampling.*|date|time|采样.*",
    "name": r"parameter|parm_short_nm|index|analyte|determinand|指标|项目",
    "value": r"value|result_va|result|结果|检测值|数值",
    "unit": r"unit|unit_cd|units|单位",
    "remark": r"remark_cd|remark|below_detection|qualifier|flag|未检出",
    "medium": r"medium_cd|medium|sample_?type",
}
_IONS = {
    "calcium": r"calcium.*|ca(2\+)?|钙", "magnesium": r"magnesium.*|mg(2\+)?|镁",
    "sodium": r"sodium.*|na\+?|钠", "potassium": r"potassium.*|k\+?|钾",
    "bicarbonate": r"bicarbonate.*|hco3-?|碳酸氢.*|重碳酸.*",
    "carbonate": r"carbonate|co3(2-)?|碳酸根",
    "chloride": r"chloride.*|cl-?|氯化物", "sulfate": r"sul(f|ph)ate.*|so4(2-)?|硫酸盐",
    "nitrate_ion": r"nitrate.*|no3-?|硝酸盐.*", "ammonium": r"ammoni.*|nh4\+?|氨氮",
    "fluoride": r"fluoride.*|f-?|氟化物",
}  # fmt: skip
NITROGEN = {"nitrate": 62.005 / 14.007, "ammonia": 18.039 / 14.007, "nitrite": 46.006 / 14.007}
"""Mass of the ion over that of its nitrogen. [-]"""
_MASS = {"mg/l": 1.0, "ug/l": 1e-3, "µg/l": 1e-3, "μg/l": 1e-3, "g/l": 1e3, "ng/l": 1e-6}
"""Units of concentration in mg/L."""
_SKIPPED_MEDIA = {"WGQ", "OAQ"}
"""Quality-control samples, as USGS marks them."""


def read_samples(path: Path) -> tuple[tuple[Sample, ...], tuple[Verdict, ...]]:
    """
    Read a file of water analyses.

    Parameters
    ----------
    path : Path
        CSV: one result a row (place, time, parameter, value, unit), or one sample a row with a
        column per index.

    Returns
    -------
    samples : tuple of Sample
        In file order, results of one place and time together.
    verdicts : tuple of Verdict
        What was left out, and why.

    Raises
    ------
    DossierError
        When neither form can be recognised.
    """
    table = read_table(path)
    columns = [c for c in table.frame.columns if c != "row"]
    roles = {
        role: next((c for c in columns if re.fullmatch(pattern, c.strip().lower())), None)
        for role, pattern in _LONG.items()
    }
    if roles["name"] and roles["value"]:
        samples, said = _long(table, roles)
    else:
        samples, said = _wide(table, columns)
    if not samples:
        raise DossierError(
            f"{path.name}: no water analysis found",
            [f"expected columns parameter and value, or one column per index; it has "
             f"{', '.join(columns) or 'none'}"],
        )  # fmt: skip
    return samples, (*table.verdicts, *said)


def _long(
    table: TextTable, roles: dict[str, str | None]
) -> tuple[tuple[Sample, ...], list[Verdict]]:
    """One result a row."""
    cells = {r: texts(table, c) if c else [""] * table.frame.height for r, c in roles.items()}
    gathered: dict[tuple[str, str], tuple[list[Result], dict[str, float]]] = {}
    skipped: Counter[str] = Counter()
    for n, name in enumerate(cells["name"]):
        if cells["medium"][n] in _SKIPPED_MEDIA:
            skipped["quality control"] += 1
            continue
        text = cells["value"][n]
        censored = text.startswith("<") or cells["remark"][n].lower() in {"<", "true", "1", "yes"}
        value = _float(text.lstrip("<≤ "))
        if value is None:
            skipped["no value"] += 1
            continue
        key = (cells["place"][n] or table.name, cells["time"][n][:10])
        results, ions = gathered.setdefault(key, ([], {}))
        if not _take(name, value, cells["unit"][n], results, ions, censored=censored):
            skipped[name] += 1
    samples = tuple(
        Sample(place, when, tuple(results), ions)
        for (place, when), (results, ions) in gathered.items()
        if results
    )
    return samples, _skipped_verdict(skipped)


def _wide(table: TextTable, columns: Sequence[str]) -> tuple[tuple[Sample, ...], list[Verdict]]:
    """One sample a row."""
    known = [c for c in columns if _known(split_unit(c)[0])]
    label = next((c for c in columns if re.fullmatch(_LONG["place"] + "|no|id", c.lower())), None)
    samples = []
    verdicts: list[Verdict] = []
    values = {}
    for column in known:
        series, said = numbers(table, column)
        verdicts += said
        values[column] = series.to_list()
    for n in range(table.frame.height if known else 0):
        results: list[Result] = []
        ions: dict[str, float] = {}
        for column in known:
            value = values[column][n]
            if value is not None:
                name, unit = split_unit(column)
                _take(name, value, unit or "mg/L", results, ions, censored=False)
        place = str(table.frame[label][n]) if label else str(n + 1)
        if results:
            samples.append(Sample(place, "", tuple(results), ions))
    return tuple(samples), verdicts


def _known(name: str) -> bool:
    text = name.strip().lower()
    return index_of(text) is not None or text == "h" or _ion(text) is not None


def _ion(name: str) -> str | None:
    return next((i for i, p in _IONS.items() if re.fullmatch(p, name)), None)


def _take(
    name: str, value: float, unit: str, results: list[Result], ions: dict[str, float], *,
    censored: bool,
) -> bool:  # fmt: skip
    """Put one value among routine indices and ions; False when it is neither."""
    text = name.strip().lower()
    index = index_of("ph" if text == "h" else text)
    ion = _ion(text)
    plain = re.split(r"\s+as\b|[\s-]+n$", unit.strip().lower())[0].strip()
    milligrams = value * _MASS.get(plain, 1.0)
    as_nitrogen = bool(re.search(r"\bas n$|[\s-]n$", unit.strip().lower()))
    factor = NITROGEN.get(index.name, 1.0) if index else 1.0
    if ion is not None and not censored:
        ions[ion] = milligrams * (factor if as_nitrogen else 1.0)
    if index is None:
        return ion is not None
    if index.name == "ph":
        ions["hydrogen"] = 1008.0 * 10.0**-value
    if index.unit.lower().startswith("ug"):
        found = 1000.0 * milligrams
    elif index.unit.lower().startswith("mg"):
        found = milligrams / (1.0 if as_nitrogen else factor)
    else:
        found = value
    results.append(Result(index.name, found, censored))
    return True


def _float(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _skipped_verdict(skipped: Counter[str]) -> list[Verdict]:
    if not skipped:
        return []
    names = ", ".join(f"{name}: {count}" for name, count in skipped.most_common(8))
    return [Verdict("survey.water.not_used", {"count": sum(skipped.values()), "names": names})]
