"""Groundwater quality: classes of GB/T 14848, charge balance, scaling, censored statistics."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.series import Floats
from loopkeeper.plant.tables import data_table
from loopkeeper.units import ZERO_CELSIUS

CLASSES = ("I", "II", "III", "IV", "V")
EDITIONS = ("2017", "1993")
CHARGES = {
    # molar mass [g mol-1] and charge of an ion
    "calcium": (40.078, 2), "magnesium": (24.305, 2), "sodium": (22.990, 1),
    "potassium": (39.098, 1), "ammonium": (18.039, 1), "hydrogen": (1.008, 1),
    "iron_ii": (55.845, 2), "manganese_ii": (54.938, 2),
    "chloride": (35.453, -1), "sulfate": (96.06, -2), "bicarbonate": (61.017, -1),
    "carbonate": (60.009, -2), "nitrate_ion": (62.005, -1), "fluoride": (18.998, -1),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WaterIndex:
    """
    One routine index of an edition: upper limits of classes I to IV in its ``unit``.

    ``limits`` holds four numbers; of pH four ranges (low, high). Of what is only sensed 0 is none
    and 1 is some; a limit of 0 of class I elsewhere means that nothing may be detected.
    """

    name: str
    chinese: str
    unit: str
    limits: Sequence[float | tuple[float, float]]
    confidence: str
    aliases: str


@dataclass(frozen=True, slots=True)
class Result:
    """One analysis: value in the index's unit, the reporting limit when ``censored``."""

    index: str
    value: float
    censored: bool = False


@dataclass(frozen=True, slots=True)
class IndexClass:
    """Class of one index, from ``low`` to ``high`` when the reporting limit is too coarse."""

    index: str
    low: int
    high: int


@cache
def indices(edition: str) -> Mapping[str, WaterIndex]:
    """Return the routine indices of an edition of GB/T 14848, ``2017`` or ``1993``."""
    return {
        r["index"]: WaterIndex(
            r["index"],
            r["zh"],
            r["unit"],
            _limits([r[c] for c in CLASSES[:4]]),
            r["confidence"],
            r["aliases"],
        )
        for r in data_table("groundwater_quality.csv")
        if r["edition"] == edition
    }


def _limits(cells: list[str]) -> Sequence[float | tuple[float, float]]:
    if "-" in cells[0]:
        return tuple((float(a), float(b)) for a, b in (c.split("-") for c in cells))
    return tuple(float(c) for c in cells)


def index_of(name: str, edition: str = "2017") -> WaterIndex | None:
    """
    Return the routine index a laboratory means.

    Parameters
    ----------
    name : str
        As written, English, Chinese or a symbol.
    edition : str
        Of GB/T 14848.

    Returns
    -------
    WaterIndex or None
        None when it is no routine index.
    """
    text = name.strip().lower().replace("（", "(").replace("）", ")")
    bare = re.sub(r"\([^)]*\)", "", text).strip()
    for written in dict.fromkeys((text, bare, bare.removesuffix("氮"))):
        found = _written(written, edition)
        if found is not None:
            return found
    return None


def _written(text: str, edition: str) -> WaterIndex | None:
    for index in indices(edition).values():
        if text in {index.name, index.chinese.lower()}:
            return index
    for index in indices(edition).values():
        if any(re.fullmatch(alias, text) for alias in index.aliases.split(",") if alias):
            return index
    return None


def index_class(result: Result, edition: str = "2017") -> IndexClass | None:
    """
    Return the class of one result; where classes share a limit the better one is taken (6.2).

    Parameters
    ----------
    result : Result
        In the index's unit.
    edition : str
        Of GB/T 14848.

    Returns
    -------
    IndexClass or None
        0 for class I … 4 for class V; None when the edition has no such index. A value below its
        reporting limit may belong to any class up to that limit's; where class I asks that
        nothing be detected it is of class I, unless its limit is coarser than class II.
    """
    index = indices(edition).get(result.index)
    if index is None:
        return None
    limits = index.limits
    reached = next((n for n, limit in enumerate(limits) if _within(result.value, limit)), 4)
    if not result.censored:
        return IndexClass(index.name, reached, reached)
    fine = limits[0] == 0 and _within(result.value, limits[1])
    return IndexClass(index.name, 0, 0 if fine else reached)


def class_name(found: IndexClass) -> str:
    """Return a class as it is printed, ``I`` to ``V``; both ends where they differ."""
    names = [CLASSES[n] for n in sorted({found.low, found.high})]
    return "–".join(names)


def _within(value: float, limit: float | tuple[float, float]) -> bool:
    if isinstance(limit, tuple):
        return limit[0] <= value <= limit[1]
    return value <= limit


@dataclass(frozen=True, slots=True)
class SampleClass:
    """Overall class of a sample: the worst index decides; ``undecided`` are too coarse to tell."""

    grade: int
    decided_by: tuple[str, ...]
    undecided: tuple[IndexClass, ...]
    measured: int


def sample_class(results: Sequence[Result], edition: str = "2017") -> SampleClass:
    """
    Return the class of a sample by its worst index.

    Parameters
    ----------
    results : sequence of Result
        At least one routine index.
    edition : str
        Of GB/T 14848.

    Returns
    -------
    SampleClass
        Non-detects count with the best class they may have; those that could be worse than the
        grade are listed as undecided.

    Raises
    ------
    InsufficientDataError
        When no routine index was measured.
    """
    found = [c for c in (index_class(r, edition) for r in results) if c is not None]
    if not found:
        raise InsufficientDataError(
            "no class can be given", ["no routine index of GB/T 14848 was measured"]
        )
    grade = max(c.low for c in found)
    return SampleClass(
        grade,
        tuple(c.index for c in found if c.low == grade),
        tuple(c for c in found if c.high > max(c.low, grade)),
        len({c.index for c in found}),
    )


def charge_balance(ions: Mapping[str, float]) -> float:
    r"""
    Return the charge balance error.

    .. math:: 100 \frac{\sum c - \sum a}{\sum c + \sum a}

    Parameters
    ----------
    ions : mapping
        Concentrations by the names of :data:`CHARGES`. [mg L-1]

    Returns
    -------
    float
        In per cent of all charge; positive when cations outweigh.

    Raises
    ------
    InsufficientDataError
        When cations or anions are missing altogether.
    """
    charge = {n: c / CHARGES[n][0] * CHARGES[n][1] for n, c in ions.items() if n in CHARGES}
    cations = sum(c for c in charge.values() if c > 0)
    anions = -sum(c for c in charge.values() if c < 0)
    if cations == 0 or anions == 0:
        raise InsufficientDataError(
            "charges cannot be balanced", ["cations or anions are not analysed"]
        )
    return 100.0 * (cations - anions) / (cations + anions)


def saturation_indices(
    *, ph: float, calcium: float, bicarbonate: float, dissolved_solids: float, temperature: float
) -> tuple[float, float]:
    r"""
    Return the indices of Langelier and Ryznar.

    .. math::
        pH_s = 9.3 + A + B - C - D, \quad LSI = pH - pH_s, \quad RSI = 2 pH_s - pH

    Parameters
    ----------
    ph : float
        [-]
    calcium, bicarbonate, dissolved_solids : float
        [mg L-1]
    temperature : float
        At which the water is used. [°C]

    Returns
    -------
    lsi, rsi : float
        Scaling above +0.5 and below 6, corrosive below −0.5 and above 7 (confidence M+). [-]

    Notes
    -----
    A = (lg TDS − 1)/10, B = −13.12 lg(T + 273) + 34.55, C = lg(Ca as CaCO₃) − 0.4,
    D = lg(alkalinity as CaCO₃). Valid below about 90 °C and for dilute water.
    """
    a = (np.log10(dissolved_solids) - 1) / 10
    b = -13.12 * np.log10(temperature + ZERO_CELSIUS) + 34.55
    c = np.log10(calcium * 100.09 / 40.078) - 0.4
    d = np.log10(bicarbonate * 50.04 / 61.017)
    saturated = 9.3 + a + b - c - d
    return float(ph - saturated), float(2 * saturated - ph)


def censored_quantiles(
    values: Floats, censored: Sequence[bool], shares: Sequence[float] = (0.25, 0.5, 0.75)
) -> list[tuple[float, bool]]:
    """
    Return quantiles of results of which some lie below a reporting limit.

    Parameters
    ----------
    values : array, shape (n,)
        Results, the reporting limit where censored.
    censored : sequence of bool
        True below the limit.
    shares : sequence of float
        Which quantiles. [-]

    Returns
    -------
    list of (float, bool)
        Each quantile, and True when all that is known is that it lies below the value.

    Notes
    -----
    Kaplan–Meier for left-censored data (Helsel 2012): nothing is put in place of a non-detect.
    """
    value, below = np.asarray(values, float), np.asarray(censored, bool)
    detected = np.unique(value[~below])[::-1]
    curve, level = 1.0, []
    for v in detected:
        at_risk = int((value <= v).sum())
        curve_at = curve
        curve *= 1.0 - int(((value == v) & ~below).sum()) / at_risk
        level.append((v, curve_at))
    answers = []
    for share in shares:
        reached = [v for v, at in level if at >= share]
        if reached and (curve < share):
            answers.append((float(min(reached)), False))
        else:
            lowest = float(detected[-1]) if len(detected) else float(value.max())
            answers.append((lowest, True))
    return answers


DIRECT_USE = {
    # upper limits for water that goes through the machines: limit, unit, clause, confidence
    "turbidity": (20.0, "mg/L", "GB 50366 commentary", "S"),
    "total_dissolved_solids": (3000.0, "mg/L", "GB 50366 commentary", "S"),
    "chloride": (100.0, "mg/L", "GB 50366 commentary", "S"),
    "sulfate": (200.0, "mg/L", "GB 50366 commentary", "S"),
    "iron": (1.0, "mg/L", "GB 50366 commentary", "S"),
    "sulfide": (0.5, "mg/L", "GB 50366 commentary", "S"),
}
"""Guidance for water used directly; turbidity there in mg/L of suspended matter."""
