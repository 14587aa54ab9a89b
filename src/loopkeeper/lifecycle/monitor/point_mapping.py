"""
From the names a building's system gives its points to quantity, place and unit: suggestions.

A person confirms; what the names do not tell is left open, not guessed. The minimum list says
what cannot be judged without a point.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from loopkeeper.errors import UnitError
from loopkeeper.plant.points import QUANTITIES, Point, Statistic
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.tables import data_table
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import same_dimension

COUNTED = {
    "heat_energy", "cooling_energy", "electricity_energy", "abstraction_volume",
    "reinjection_volume", "gas_volume", "starts",
}  # fmt: skip
"""Quantities that meters count."""
SIDES = {
    "source": r"source|ground|geo|brine|borefield|loop|primary"
              r"|地源侧|源侧|地源|地埋管|埋管|一次侧|水源侧",
    "load": r"load|user|building|secondary|chw|hhw|hot water|chilled"
            r"|用户侧|用户|负荷侧|末端|二次侧|空调侧",
    "site": r"outdoor|outside|ambient|weather|oat|室外|气象",
    "field": r"ground temp|soil|地温|土壤",
}  # fmt: skip
"""Words that tell the side of the plant."""
PARTS = (
    ("sp", r"(?:source pump|ground pump|geo pump|sp|地源侧水泵|地源泵|源侧泵|源侧水泵|潜水泵)"),
    ("lp", r"(?:load pump|user pump|chw pump|lp|用户侧水泵|用户泵|空调泵|末端泵|循环泵)"),
    ("well-", r"(?:well|井)"),
    ("zone-", r"(?:zone|room|space|房间|室内|区域)"),
    ("hp", r"(?:hp|heat pump|chiller|unit|wshp|hpu|ch|热泵机组|热泵|主机|机组)"),
)
"""Words that tell a part, followed or preceded by its number, and how such parts are named."""


@dataclass(frozen=True, slots=True)
class Named:
    """
    A point as its system names it: address, name or description, unit.

    ``quantity`` and ``of`` where tags tell them, empty otherwise.
    """

    address: str
    name: str
    unit: str = ""
    quantity: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """
    What a name says: quantity, place and unit, each empty where it does not tell.

    ``confidence`` of 0 to 1: how much of it is told [-]; ``reason`` in words of the name.
    """

    named: Named
    quantity: str
    of: str
    unit: str
    statistic: Statistic
    confidence: float
    reason: str


def suggest(points: Sequence[Named], parts: Collection[str] = ()) -> tuple[Suggestion, ...]:
    """
    Suggest quantity, place and unit of points by their names, Chinese or English.

    Parameters
    ----------
    points : sequence of Named
        As discovered.
    parts : collection of str
        Ids of the plant's machines, pumps and wells; a part that is none of them lowers the
        confidence.

    Returns
    -------
    tuple of Suggestion
        One each, in order.
    """
    return tuple(_suggestion(point, parts) for point in points)


def _suggestion(named: Named, parts: Collection[str]) -> Suggestion:
    text = _plain(f"{named.name or named.address}")
    tagged = bool(named.quantity) and (not named.unit or _fits(named.quantity, named.unit))
    told_by = (named.quantity, "tags") if tagged else _quantity(text, named.unit)
    quantity, word = told_by
    place, sure = (named.of, 1.0) if named.of else _place(text, quantity, parts)
    unit = named.unit or QUANTITIES.get(quantity, "")
    told = 0.6 * bool(quantity) + 0.3 * bool(place) * sure + 0.1 * bool(named.unit)
    reason = ", ".join(x for x in (word, place) if x)
    statistic = Statistic.COUNTER if quantity in COUNTED else Statistic.INSTANT
    return Suggestion(named, quantity, place, unit, statistic, round(told, 2), reason)


def _plain(text: str) -> str:
    """Lower case words with blanks between, camel case and marks taken apart; Chinese as it is."""
    text = re.sub(r"([kKM]W)[hH]", lambda m: f" {m[0].lower()} ", text)
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    apart = re.sub(r"[_\-./\\:,;()\[\]{}|]+", " ", apart)
    apart = re.sub(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", " ", apart)
    return re.sub(r"\s+", " ", apart).strip().lower()


def _quantity(text: str, unit: str) -> tuple[str, str]:
    """The quantity whose words match longest and whose dimension is that of the unit."""
    best = ("", "", 0)
    for quantity, pattern in _patterns():
        found = max(pattern.finditer(text), key=lambda m: len(m[0]), default=None)
        if found is None or (unit and not _fits(quantity, unit)):
            continue
        weight = len(found[0]) * (2 if re.search(r"[\u4e00-\u9fff]", found[0]) else 1)
        if weight > best[2]:
            best = (quantity, found[0], weight)
    return best[0], best[1]


def _fits(quantity: str, unit: str) -> bool:
    try:
        return same_dimension(unit, QUANTITIES[quantity])
    except UnitError:
        return False


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = data_table("point_names.csv")
    return tuple(
        (row["quantity"], re.compile(rf"(?<![a-z])(?:{row['en']})(?![a-z])|{row['zh']}"))
        for row in rows
    )


def _place(text: str, quantity: str, parts: Collection[str]) -> tuple[str, float]:
    """The part or side a name tells, and how sure: a part the plant does not have is not."""
    for sort, words in PARTS:
        number = _numbered(text, words)
        if number:
            part = f"{sort}{number}"
            return part, 1.0 if not parts or part in parts or sort == "zone-" else 0.5
    if quantity == "outdoor_temperature":
        return "site", 1.0
    for side, words in SIDES.items():
        if re.search(words, text):
            return side, 1.0
    return "", 0.0


def _numbered(text: str, words: str) -> str:
    """The number beside a word: 1#机组, 机组1, hp 1, 2号井."""
    found = re.search(rf"(\d+)\s*[#号]?\s*{words}|(?<![a-z]){words}\s*[#no]*\s*(\d+)", text)
    return "" if found is None else (found[1] or found[2]).lstrip("0") or "0"


def missing_points(
    points: Sequence[Point], kind: SourceKind, machines: Collection[str], pumps: Collection[str]
) -> tuple[Verdict, ...]:
    """
    Say what the minimum list asks for and the plant does not measure.

    Parameters
    ----------
    points : sequence of Point
        The point list.
    kind : SourceKind
        What the plant stands on.
    machines, pumps : collection of str
        Their ids: electricity of each stands for all of them.

    Returns
    -------
    tuple of Verdict
        One for each row of the list that is missing, with what cannot be judged without it.
    """
    there = {(p.quantity, _group(p.of, machines, pumps)) for p in points}
    said = []
    for row in data_table("minimum_points.csv"):
        if row["sources"] != "*" and kind not in row["sources"].split():
            continue
        wanted = row["quantity"].split("|")
        if any((q, of) in there for q in wanted for of in _groups(row["of"])):
            continue
        figures = {name: row[name] for name in ("what", "what_zh", "judged", "judged_zh", "of")}
        said.append(Verdict("monitor.points.missing", figures))
    return tuple(said)


def _group(of: str, machines: Collection[str], pumps: Collection[str]) -> str:
    """A part as the minimum list names it."""
    if of in machines:
        return "machines"
    if of in pumps:
        return "pumps"
    return next((sort for sort in ("well", "zone", "room") if of.startswith(sort)), of)


def _groups(of: str) -> set[str]:
    alike = {"zone": {"zone", "room"}, "source-pumps": {"source-pumps", "pumps"},
             "load-pumps": {"load-pumps", "pumps"}, "well": {"well", "source"}}  # fmt: skip
    return alike.get(of, {of})
