"""Words of workbooks of hidden works; ``plant/data/hidden_works_words.csv`` and the vocabulary."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from loopkeeper.errors import UnitError
from loopkeeper.lifecycle.build.work_units import known_unit
from loopkeeper.lifecycle.build.works import hidden_checks
from loopkeeper.plant.tables import data_table

BRACKETED = re.compile(r"[(\[{<]([^()\[\]{}<>]*(?:\([^()]*\))?[^()\[\]{}<>]*)[)\]}>]")
"""What stands in brackets, in which a unit may have brackets of its own."""
PARTED = re.compile(r"[\s_:;#*/|\"'?!,.\-]+")
BETWEEN_HAN = re.compile(r"(?<![\x21-\x7e]) | (?![\x21-\x7e])")
JOINED = " / "
"""Between the rows of a head."""
LATIN = re.compile(r"[a-z]")
AFTER_MARK = re.compile(r"^(.*[^\s/,])\s*[/,]\s*([^/,]+)$")
AFTER_HAN = re.compile(r"^(.*[^\x00-\x7f])\s*([a-z%‰][a-z0-9/%]*)$")


def half_width(text: str) -> str:
    """Return a text with half-width signs and single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Return a text as words are compared: small, half width, no marks."""
    told = PARTED.sub(" ", half_width(text).lower())
    told = re.sub(r"[()\[\]{}<>]", " ", told)
    return BETWEEN_HAN.sub("", " ".join(told.split()))


@cache
def told_words(role: str) -> frozenset[str]:
    """Return the words of a role by itself, half width and small."""
    rows = [
        row
        for row in data_table("hidden_works_words.csv")
        if row["role"] == role and not row["check"] and not row["item_kind"]
    ]
    found = {half_width(one).lower() for row in rows for one in row["words"].split("|")}
    return frozenset(found - {""})


@dataclass(frozen=True, slots=True)
class LabelRule:
    """Words that together mean something: one of each group."""

    role: str
    item_kind: str
    checks: tuple[str, ...]
    groups: tuple[tuple[re.Pattern[str], ...], ...]
    sure: bool


def _pattern(word: str) -> re.Pattern[str]:
    told = re.escape(plain(word))
    before = r"(?<![a-z])" if LATIN.match(told) else ""
    behind = r"(?![a-z])" if LATIN.fullmatch(told[-1:]) else ""
    return re.compile(before + told + behind)


def _group(words: str) -> tuple[re.Pattern[str], ...]:
    told = sorted({plain(one) for one in words.split("|")} - {""}, key=len, reverse=True)
    return tuple(map(_pattern, told))


@cache
def label_rules() -> tuple[LabelRule, ...]:
    """Return every rule: of the table of words, and a check's own name in three tongues."""
    spoken = {*ROLES}
    rows = [row for row in data_table("hidden_works_words.csv") if row["role"] in spoken]
    made = [
        LabelRule(
            row["role"],
            row["item_kind"],
            tuple(row["check"].split()),
            tuple(_group(one) for one in row["words"].split("+")),
            row["sure"] == "yes",
        )
        for row in rows
    ]
    for one in hidden_checks().values():
        names = (one.english, one.chinese, one.check)
        groups = tuple((_pattern(name),) for name in names)
        made += [
            LabelRule("found", one.item_kind, (one.check,), (group,), sure=True)
            for group in groups
        ]
    return tuple(made)


ROLES = (
    "item", "item_kind", "pipe", "check", "found", "drawn", "unit", "date", "by", "evidence",
    "nothing",
)  # fmt: skip
"""Roles of the table that a label can have."""


@cache
def kind_rules() -> Mapping[str, tuple[re.Pattern[str], ...]]:
    """Return the words that tell of which kind of item a sheet is."""
    return {
        row["item_kind"]: _group(row["words"])
        for row in data_table("hidden_works_words.csv")
        if row["role"] == "kind"
    }


@cache
def patterns_of(role: str) -> tuple[re.Pattern[str], ...]:
    """Return the words of a role as patterns, the longest first."""
    return _group("|".join(told_words(role)))


@lru_cache(maxsize=65536)
def label_and_unit(text: str) -> tuple[str, str]:
    """
    Return a label without its unit, and the unit that stands in it.

    Parameters
    ----------
    text : str
        Such as ``Depth (m)`` or ``Depth, m``.
    """
    told = half_width(text)
    if JOINED in told:
        parts = [label_and_unit(one) for one in told.split(JOINED)]
        units = [unit for _, unit in parts if unit] + [one for one, _ in parts[1:] if is_unit(one)]
        named = [one for one, _ in parts if one and not is_unit(one)]
        return plain(" ".join(named)), units[-1] if units else ""
    for found in reversed(list(BRACKETED.finditer(told))):
        inside = found[1].strip()
        parted = AFTER_MARK.fullmatch(inside)
        if is_unit(inside):
            return plain(told[: found.start()] + " " + told[found.end() :]), inside
        if parted and is_unit(parted[2]):
            return plain(f"{told[: found.start()]} {parted[1]} {told[found.end() :]}"), parted[2]
    for mark in (AFTER_MARK, AFTER_HAN):
        parted = mark.fullmatch(told) or mark.fullmatch(told.lower())
        if parted and is_unit(parted[2]) and not parted[1].isascii():
            return plain(parted[1]), parted[2].strip()
    parted = AFTER_MARK.fullmatch(told)
    if parted and is_unit(parted[2]):
        return plain(parted[1]), parted[2].strip()
    return plain(told), ""


def is_unit(text: str) -> bool:
    """Whether a text is a unit that is known."""
    told = text.strip()
    if not told or told.isdigit():
        return False
    try:
        known_unit(told)
    except UnitError:
        return False
    return True
