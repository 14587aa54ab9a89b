"""What is tried before a plant is accepted, and how; ``plant/data/trials.csv``."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from loopkeeper.plant.tables import data_table


class TrialSeason(StrEnum):
    """When a trial can be made."""

    ANY = "any"
    HEATING = "heating"
    COOLING = "cooling"


class JudgedBy(StrEnum):
    """What judges a trial: a law on logged readings, or what a person states."""

    POINTS = "points"
    ROTATION = "rotation"
    METERS = "meters"
    BALANCE = "balance"
    VALVES = "valves"
    CONTROL = "control"
    PERFORMANCE = "performance"
    CONTINUOUS = "continuous"
    REINJECTION = "reinjection"
    STATED = "stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialKind:
    """
    A trial that acceptance asks for.

    ``mode`` as ``commissioning.csv`` has it; made for ``each`` plant or pump, for sources with
    this ``carrier`` (empty: all), in a ``season``, ``after`` any one of other trials; at least
    ``hours`` [h] logged every ``interval`` [s] at a share of the design load from ``load_low`` to
    ``load_high`` [-]; the ``clause`` that asks for it and how sure that is.
    """

    name: str
    mode: str
    each: str
    carrier: str
    season: TrialSeason
    after: tuple[str, ...]
    hours: float
    interval: float
    load_low: float | None
    load_high: float | None
    judged_by: JudgedBy
    clause: str
    confidence: str
    english: str
    chinese: str
    how_english: str
    how_chinese: str
    accept_english: str
    accept_chinese: str


@cache
def trial_kinds() -> Mapping[str, TrialKind]:
    """Return every kind of trial by name, in the order in which they are made."""
    return {
        row["name"]: TrialKind(
            name=row["name"],
            mode=row["mode"],
            each=row["each"],
            carrier=row["carrier"],
            season=TrialSeason(row["season"]),
            after=tuple(row["after"].split("|")) if row["after"] else (),
            hours=float(row["hours"]),
            interval=float(row["interval_s"]),
            load_low=float(row["load_low"]) if row["load_low"] else None,
            load_high=float(row["load_high"]) if row["load_high"] else None,
            judged_by=JudgedBy(row["judged_by"]),
            clause=row["clause"],
            confidence=row["confidence"],
            english=row["en"],
            chinese=row["zh"],
            how_english=row["how_en"],
            how_chinese=row["how_zh"],
            accept_english=row["accept_en"],
            accept_chinese=row["accept_zh"],
        )
        for row in data_table("trials.csv")
    }
