"""What a label in a workbook of hidden works means, and how sure that is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from loopkeeper.lifecycle.build.layouts import WorkRole
from loopkeeper.lifecycle.build.work_words import (
    LabelRule,
    kind_rules,
    label_and_unit,
    label_rules,
    patterns_of,
)

BARE = frozenset({"found", "drawn"})
"""Roles that stand beside a check, or alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMeaning:
    """What a label means; see :class:`~loopkeeper.lifecycle.build.layouts.WorkField`."""

    role: WorkRole
    item_kind: str = ""
    check: str = ""
    checks: tuple[str, ...] = ()
    unit: str = ""
    sure: bool = False


@dataclass(frozen=True, slots=True)
class _Match:
    rule: LabelRule
    rest: str
    weight: int
    drawn: bool
    explained: bool


@lru_cache(maxsize=65536)
def meaning_of(label: str, kind: str = "") -> LabelMeaning | None:
    """
    Return what a label means, None where no word of it is known.

    Parameters
    ----------
    label : str
        As it stands, with its unit.
    kind : str, optional
        Of item that the sheet is about.

    Returns
    -------
    LabelMeaning or None
        Sure where every word of the label is explained, and in one way only.
    """
    text, unit = label_and_unit(label)
    if not text:
        return None
    matches = [one for rule in label_rules() if (one := _matched(rule, text)) is not None]
    if not matches:
        return None
    own = [one for one in matches if one.rule.item_kind in {"", kind}] if kind else matches
    best = _best(own or matches, known=bool(kind))
    first = best[0]
    same = len({_meant(one) for one in best}) == 1
    sure = (
        first.rule.sure and first.explained and same and (bool(own) or first.rule.role == "item")
    )
    made = _as_meaning(first, unit)
    return replace(made, sure=sure)


def _as_meaning(first: _Match, unit: str) -> LabelMeaning:
    rule = first.rule
    checks = rule.checks if rule.role == "date" else ()
    check = rule.checks[0] if rule.checks and not checks else ""
    role = WorkRole.DRAWN if first.drawn and check else WorkRole(rule.role)
    return LabelMeaning(role=role, item_kind=rule.item_kind, check=check, checks=checks, unit=unit)


def _meant(one: _Match) -> tuple[str, str, tuple[str, ...]]:
    return one.rule.role, one.rule.item_kind, one.rule.checks


def _best(matches: Sequence[_Match], *, known: bool) -> list[_Match]:
    """The ones that explain most; of a known kind, what is sure comes before what is not."""
    rank = [
        (
            one.explained,
            one.rule.role not in BARE or bool(one.rule.checks),
            one.weight,
            known and one.rule.sure,
        )
        for one in matches
    ]
    top = max(rank)
    return [one for one, place in zip(matches, rank, strict=True) if place == top]


def _matched(rule: LabelRule, text: str) -> _Match | None:
    rest, weight = text, 0
    for group in rule.groups:
        found = next((hit for one in group if (hit := one.search(rest))), None)
        if found is None:
            return None
        weight += found.end() - found.start()
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    bare, drawn = _without(rest, "drawn")
    bare, told = _without(bare, "found")
    bare, _ = _without(bare, "neutral")
    explained = not bare.strip() and not (told and drawn)
    return _Match(rule, bare, weight, drawn, explained)


def _without(text: str, role: str) -> tuple[str, bool]:
    """A text without the words of a role, and whether there were any."""
    found = False
    for one in patterns_of(role):
        text, count = one.subn(" ", text)
        found = found or bool(count)
    return text, found


def kind_of(texts: Sequence[str]) -> str:
    """
    Return the kind of item that titles tell of, nothing where they tell of none or of several.

    Parameters
    ----------
    texts : sequence of str
        Titles of sheets and what stands above a head.
    """
    told = [label_and_unit(one)[0] for one in texts]
    hits = {
        kind: max((_longest(words, one) for one in told), default=0)
        for kind, words in kind_rules().items()
    }
    most = max(hits.values())
    best = [kind for kind, count in hits.items() if count == most]
    return best[0] if most and len(best) == 1 else ""


def _longest(words: Sequence[re.Pattern[str]], text: str) -> int:
    return max((len(hit[0]) for one in words if (hit := one.search(text))), default=0)
