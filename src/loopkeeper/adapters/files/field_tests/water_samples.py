"""Reading analyses of water: one result or one sample a row, names as laboratories write."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from math import isfinite
from pathlib import Path

from loopkeeper.adapters.files.field_tests.test_columns import name_and_unit
from loopkeeper.adapters.files.tables.tables import TextTable, read_table, texts
from loopkeeper.errors import DossierError
from loopkeeper.lifecycle.survey.hydrochemistry import Sample
from loopkeeper.measure.water_quality import Result, index_of
from loopkeeper.measure.water_units import NITROGEN, form_of, milligrams, routine_result
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
_SKIPPED_MEDIA = {"WGQ", "OAQ"}
"""Quality-control samples, as USGS marks them."""
_SENSED = {"无": 0.0, "none": 0.0, "absent": 0.0, "有": 1.0, "present": 1.0}
"""What is smelled, tasted or seen: none or some."""
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}\b)(?<!^0,)")
"""A comma before three digits groups thousands, unless only a zero stands before it."""
_ABSENT = frozenset({"未检出", "nd", "n.d.", "not detected"})


def read_samples(
    path: Path, edition: str = "2017"
) -> tuple[tuple[Sample, ...], tuple[Verdict, ...]]:
    """
    Read a file of water analyses.

    Parameters
    ----------
    path : Path
        CSV: one result a row (place, time, parameter, value, unit), or one sample a row with a
        column per index.
    edition : str
        Of GB/T 14848: results are in its units.

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
    roles = {role: _column(columns, pattern) for role, pattern in _LONG.items()}
    if roles["name"] and roles["value"]:
        samples, said = _long(table, roles, edition)
    else:
        samples, said = _wide(table, columns, edition)
    if not samples:
        raise DossierError(
            f"{path.name}: no water analysis found",
            [
                f"expected columns parameter and value, or one column per index; it has "
                f"{', '.join(columns) or 'none'}"
            ],
        )
    return samples, (*table.verdicts, *said)


def _long(
    table: TextTable, roles: dict[str, str | None], edition: str
) -> tuple[tuple[Sample, ...], list[Verdict]]:
    """One result a row."""
    cells = {r: texts(table, c) if c else [""] * table.frame.height for r, c in roles.items()}
    gathered: dict[tuple[str, str], tuple[list[Result], dict[str, float]]] = {}
    skipped: Counter[str] = Counter()
    for n, name in enumerate(cells["name"]):
        if cells["medium"][n] in _SKIPPED_MEDIA:
            skipped["quality control"] += 1
            continue
        value, below = analysed(cells["value"][n], name)
        censored = below or cells["remark"][n].lower() in {"<", "true", "1", "yes"}
        if value is None:
            skipped["no value"] += 1
            continue
        key = (cells["place"][n] or table.name, sampled_on(cells["time"][n])[:10])
        results, ions = gathered.setdefault(key, ([], {}))
        taken = _take((name, value, cells["unit"][n], censored), results, ions, edition)
        skipped.update([] if taken else [name])
    samples = tuple(
        Sample(place, when, tuple(results), ions)
        for (place, when), (results, ions) in gathered.items()
        if results
    )
    return samples, _skipped_verdict(skipped)


def _wide(
    table: TextTable, columns: Sequence[str], edition: str
) -> tuple[tuple[Sample, ...], list[Verdict]]:
    """One sample a row."""
    known = [c for c in columns if _known(name_and_unit(c)[0], edition)]
    label, day = (_column(columns, p) for p in (_LONG["place"] + "|no|id", _LONG["time"]))
    samples = []
    skipped: Counter[str] = Counter()
    cells = {c: texts(table, c) for c in (*known, *filter(None, (label, day)))}
    for n in range(table.frame.height if known else 0):
        results: list[Result] = []
        ions: dict[str, float] = {}
        for column in known:
            name, unit = name_and_unit(column)
            value, below = analysed(cells[column][n], name)
            if value is not None:
                _take((name, value, unit or "mg/L", below), results, ions, edition)
            skipped.update([column] if value is None and cells[column][n] else [])
        place, when = (cells[c][n] if c else "" for c in (label, day))
        if results:
            samples.append(
                Sample(place or str(n + 1), sampled_on(when)[:10], tuple(results), ions)
            )
    return tuple(samples), _skipped_verdict(skipped)


def _column(columns: Sequence[str], pattern: str) -> str | None:
    return next((c for c in columns if re.fullmatch(pattern, c.strip().lower())), None)


def _known(name: str, edition: str) -> bool:
    text = name.strip().lower()
    return index_of(text, edition) is not None or text == "h" or _ion(text) is not None


def _ion(name: str) -> str | None:
    return next((i for i, p in _IONS.items() if re.fullmatch(p, name)), None)


def _take(
    row: tuple[str, float, str, bool], results: list[Result], ions: dict[str, float], edition: str
) -> bool:
    """Put name, value, unit and censoring among indices and ions; False when it is neither."""
    name, value, unit, censored = row
    text = "ph" if name.strip().lower() == "h" else name.strip().lower()
    result = routine_result(text, value, unit, censored=censored, edition=edition, plain="ion")
    ion = _ion(text)
    if ion is not None and not censored:
        index = index_of(text)
        of_nitrogen = index is not None and form_of(text, unit) == "nitrogen"
        factor = NITROGEN.get(index.name, 1.0) if index is not None and of_nitrogen else 1.0
        ions[ion] = milligrams(value, unit) * factor
    if result is None:
        return ion is not None
    if result.index == "ph":
        ions["hydrogen"] = 1008.0 * 10.0**-value
    results.append(result)
    return True


def sampled_on(text: str) -> str:
    """Return a time of sampling by its ISO date (of ``2024/5/1``, ``2024年5月1日``), or as is."""
    found = re.match(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?![\d])", text.strip())
    if found is None:
        return text
    year, month, day = (int(part) for part in found.groups())
    try:
        return date(year, month, day).isoformat() + text.strip()[found.end() :]
    except ValueError:
        return text


def analysed(text: str, name: str = "") -> tuple[float | None, bool]:
    """
    Return the number of a laboratory's cell, and whether it is a reporting limit (``<``).

    "Not detected" without a limit says something of indices that class I wants undetected only.
    """
    if text.strip().lower() in _ABSENT:
        index = index_of(name)
        return (0.0, True) if index is not None and index.limits[0] == 0 else (None, False)
    below = text.startswith(("<", "＜"))
    plain = text.lstrip("<＜≤ ").strip().lower()
    if plain in _SENSED:
        return _SENSED[plain], False
    try:
        value = float(_GROUPED.sub("", plain).replace(",", "."))
    except ValueError:
        return None, False
    return (value, below) if isfinite(value) else (None, False)


def _skipped_verdict(skipped: Counter[str]) -> list[Verdict]:
    if not skipped:
        return []
    names = ", ".join(f"{name}: {count}" for name, count in skipped.most_common(8))
    return [Verdict("survey.water.not_used", {"count": sum(skipped.values()), "names": names})]
