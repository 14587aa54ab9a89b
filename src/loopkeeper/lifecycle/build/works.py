"""What is checked at hidden works, by which rule and clause; ``plant/data/hidden_works.csv``."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from loopkeeper.plant.tables import data_table


class WorkRule(StrEnum):
    """How what was found is judged."""

    NONE = ""
    AT_LEAST_DRAWN = "at_least_drawn"
    AT_MOST_DRAWN = "at_most_drawn"
    NEAR_DRAWN = "near_drawn"
    NEAR_DRAWN_SHARE = "near_drawn_share"
    AS_DRAWN = "as_drawn"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    TEST_PRESSURE = "test_pressure"
    YES = "yes"


class Asked(StrEnum):
    """Of which items a record is asked for: of each of its kind, of some one, of none."""

    EACH = "each"
    SOME = "some"
    NO = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenCheck:
    """
    A check of a kind of item.

    ``value`` is a number, a text or yes; ``limit`` of its ``rule``: a share of what was drawn, or
    a bound in ``unit``; ``measured`` values scatter as no drawing does; the ``clause`` it comes
    from and how sure that is.
    """

    item_kind: str
    check: str
    value: str
    unit: str
    rule: WorkRule
    limit: float
    needed: Asked
    measured: bool
    clause: str
    confidence: str
    english: str
    chinese: str


@cache
def hidden_checks() -> Mapping[tuple[str, str], HiddenCheck]:
    """Return every check by kind of item and name."""
    return {
        (row["item_kind"], row["check"]): HiddenCheck(
            item_kind=row["item_kind"],
            check=row["check"],
            value=row["value"],
            unit=row["unit"],
            rule=WorkRule(row["rule"]),
            limit=float(row["limit"] or 0.0),
            needed=Asked(row["needed"]),
            measured=row["measured"] == "yes",
            clause=row["clause"],
            confidence=row["confidence"],
            english=row["en"],
            chinese=row["zh"],
        )
        for row in data_table("hidden_works.csv")
    }
