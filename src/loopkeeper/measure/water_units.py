"""Results of water analyses in the units of GB/T 14848, whatever the laboratory wrote."""

import re
from collections.abc import Iterable
from typing import Final

from loopkeeper.measure.water_quality import Result, WaterIndex, index_of
from loopkeeper.plant.records import WaterSample

NITROGEN: Final = {
    "nitrate": 62.005 / 14.007, "ammonia": 18.039 / 14.007, "nitrite": 46.006 / 14.007
}  # fmt: skip
"""Mass of the ion over that of its nitrogen. [-]"""
_MASS: Final = {"mg/l": 1.0, "ug/l": 1e-3, "µg/l": 1e-3, "μg/l": 1e-3, "g/l": 1e3, "ng/l": 1e-6,
                "毫克/升": 1.0, "微克/升": 1e-3, "ppm": 1.0, "ppb": 1e-3}  # fmt: skip
"""Units of concentration in mg/L."""
_VOLUME: Final = {"l": 1000.0, "升": 1000.0, "100ml": 100.0, "100毫升": 100.0, "ml": 1.0,
                  "毫升": 1.0}  # fmt: skip
"""Volumes to which germs are counted. [mL]"""
_ACTIVITY: Final = {"bq/l": 1.0, "pci/l": 0.037, "mbq/l": 1e-3}
"""Units of activity in Bq/L."""
_AS_NITROGEN: Final = re.compile(r"\bas n$|以\s*n\s*计|[-\s(（]n[)）]?$|氮$")
_AS_ION: Final = re.compile(r"^(no|nh)[234][-+]?$|\bas (no|nh)[234]|以\s*(no|nh)[234].*计")


def routine_result(
    name: str,
    value: float,
    unit: str = "",
    *,
    censored: bool = False,
    edition: str = "2017",
    plain: str = "index",
) -> Result | None:
    """
    Return a laboratory's value as a result of an edition's index.

    Parameters
    ----------
    name, unit : str
        As written; without a unit the value is in the index's own.
    value : float
        The result, the reporting limit where ``censored``.
    censored : bool
        Below its reporting limit.
    edition : str
        Of GB/T 14848.
    plain : str
        What a form of nitrogen is that says neither nitrogen nor ion: ``index`` as the standard
        counts it, ``ion`` as the ion's own mass.

    Returns
    -------
    Result or None
        None when the name is no routine index of the edition.
    """
    index = index_of(name, edition)
    if index is None:
        return None
    found = value * _scale(index, unit) * _form(index, name, unit, plain)
    return Result(index.name, found, censored)


def milligrams(value: float, unit: str) -> float:
    """Return a concentration in mg/L; units that are not known count as that. [mg L-1]"""
    return value * _MASS.get(_plain(unit), 1.0)


def form_of(name: str, unit: str) -> str:
    """Return ``nitrogen`` or ``ion`` where name or unit say what was weighed, else nothing."""
    texts = [name.strip().lower(), unit.strip().lower()]
    if any(_AS_NITROGEN.search(t) for t in texts):
        return "nitrogen"
    return "ion" if any(_AS_ION.search(t) for t in texts) else ""


def _plain(unit: str) -> str:
    """A unit without what was weighed: ``mg/l`` of ``mg/L as N``."""
    text = unit.strip().lower()
    return re.split(r"\s+as\b|[\s(（]|-n$", text)[0].strip()


def _scale(index: WaterIndex, unit: str) -> float:
    """A unit in the index's own; 1 where nothing is known."""
    given, own = _plain(unit), _plain(index.unit)
    for table in (_MASS, _ACTIVITY):
        if given in table and own in table:
            return table[given] / table[own]
    one, other = (_VOLUME.get(u.rpartition("/")[2]) for u in (given, own))
    counts = given.startswith(("mpn", "cfu", "个")) and one and other
    return other / one if counts and one and other else 1.0


def _form(index: WaterIndex, name: str, unit: str, plain: str) -> float:
    """Ion or nitrogen as the standard counts it."""
    ratio = NITROGEN.get(index.name)
    if ratio is None:
        return 1.0
    own = "nitrogen" if index.unit.endswith(" N") else "ion"
    given = form_of(name, unit) or (own if plain == "index" else "ion")
    if given == own:
        return 1.0
    return 1 / ratio if own == "nitrogen" else ratio


def sampled_results(samples: Iterable[WaterSample]) -> list[Result]:
    """Return what samples of a dossier say of routine indices, in the units of the standard."""
    found = (
        routine_result(s.parameter, s.value, s.unit, censored=s.below_detection)
        for s in samples
        if s.value is not None
    )
    return [one for one in found if one is not None]
