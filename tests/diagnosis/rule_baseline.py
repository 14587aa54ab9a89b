"""
A rule-based baseline: thresholds with persistence, as open rule engines for plants use them.

A rule reads one figure by the hour, or one figure of the period, and fires when the figure is
above its threshold in more than `persistence` of the hours that it can be read in. Energies are
rules of thumb: the excess of a meter over the design's promise, 3 % of the machines' electricity
per kelvin, or a fixed share; severity is that energy. Rules of one kind see the same fault, so the
kind takes the largest of its energies. There is no model of the plant.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from diagnosis import rule_readings as reads
from diagnosis.baseline import Named, Seen, answer, half_and_half, running

PER_KELVIN = 0.03
"""More electricity of machines per kelvin of lift, a usual rule of thumb. [K-1]"""
UNSTATED = 0.05
"""Share of all electricity that a fault takes whose energy no meter tells. [-]"""
CONFIDENCE = 0.7

Energy = Callable[[Seen, float], float]


@dataclass(frozen=True)
class Rule:
    """
    One rule.

    ``read`` gives shape (n,), NaN where it cannot be judged, all NaN or empty when the readings
    `needs` are missing; ``energy`` [kWh] takes what is above the limit, mean of all that is read.
    """

    name: str
    kind: str
    limit: float
    persistence: float
    needs: str
    read: reads.Reading
    energy: Energy


def judge_rule(rule: Rule, seen: Seen) -> tuple[str, float]:
    """Return FIRED, QUIET or SKIPPED and the energy of a rule. [kWh]"""
    figures = np.atleast_1d(np.asarray(rule.read(seen), float))
    known = figures[np.isfinite(figures)]
    if known.size == 0:
        return "SKIPPED", 0.0
    above = known[known > rule.limit]
    if above.size == 0 or above.size / known.size <= rule.persistence:
        return "QUIET", 0.0
    return "FIRED", max(rule.energy(seen, float(above.sum()) / known.size), 0.0)


def rule_answer(seen: Seen) -> dict[str, object]:
    """Answer a plant by all rules."""
    spent, promised = sum(seen.spent.values()), sum(seen.promised.values())
    judged = [(rule, *judge_rule(rule, seen)) for rule in RULES]
    strongest: dict[str, tuple[float, str]] = {}
    for rule, _, energy in judged:
        strongest[rule.kind] = max(strongest.get(rule.kind, (0.0, "")), (energy, rule.name))
    named = [
        Named(kind, name, half_and_half(energy), CONFIDENCE)
        for kind, (energy, name) in strongest.items()
    ]
    told = [
        {"rule": r.name, "kind": r.kind, "status": status, "needs": r.needs, "energy_kWh": energy}
        for r, status, energy in judged
    ]
    return answer(half_and_half(spent - promised), named, rules=told)


def _excess(*meters: str) -> Energy:
    """What meters used above the promise; a fixed share where the nameplates already hold it."""

    def energy(seen: Seen, _: float) -> float:
        excess = sum(seen.spent[m] - seen.promised[m] for m in meters)
        return excess if excess > 0 else UNSTATED * sum(seen.spent.values())

    return energy


def _fixed(share: float) -> Energy:
    """A fixed share of all electricity."""
    return lambda seen, _: share * sum(seen.spent.values())


def _lift(seen: Seen, kelvin: float) -> float:
    return PER_KELVIN * kelvin * seen.spent["machine"]


def _idle_energy(seen: Seen, _: float) -> float:
    idle = running(seen.now) == 0
    return float(np.nansum(reads.pumps_of_machines(seen)[idle]) / 1000)


RULES = (
    Rule(
        "load temperature difference low",
        "hydraulic",
        0.4,
        0.5,
        "supply and return temperature of the load",
        reads.lost_difference("load"),
        _excess("load_pump"),
    ),
    Rule(
        "source temperature difference low",
        "hydraulic",
        0.4,
        0.5,
        "supply and return temperature of the source",
        reads.lost_difference("source"),
        _excess("source_pump"),
    ),
    Rule(
        "source pumps' share of electricity high",
        "hydraulic",
        0.20,
        0.0,
        "electricity of machines and pumps",
        reads.share_of("source_pump"),
        _excess("source_pump"),
    ),
    Rule(
        "load pumps' share of electricity high",
        "hydraulic",
        0.15,
        0.0,
        "electricity of machines and pumps",
        reads.share_of("load_pump"),
        _excess("load_pump"),
    ),
    Rule(
        "branches uneven",
        "hydraulic",
        0.3,
        0.5,
        "flow of two headers or holes",
        reads.uneven,
        _fixed(0.03),
    ),
    Rule(
        "pumps run without machines",
        "commissioning",
        0.5,
        0.05,
        "electricity of pumps, running of machines",
        reads.pumps_alone,
        _idle_energy,
    ),
    Rule(
        "all machines together at low part load",
        "commissioning",
        0.5,
        0.2,
        "running of every machine, two machines in sequence",
        reads.all_together,
        _fixed(UNSTATED),
    ),
    Rule(
        "supply off its design from the start",
        "commissioning",
        reads.OFF,
        reads.OFTEN,
        "supply temperature of the load",
        reads.supply_off(from_start=True),
        _lift,
    ),
    Rule(
        "trial not accepted",
        "commissioning",
        0.5,
        0.0,
        "commissioning trials",
        reads.trials_failed,
        _fixed(UNSTATED),
    ),
    Rule(
        "supply off its design since later",
        "operation",
        reads.OFF,
        reads.OFTEN,
        "supply temperature of the load",
        reads.supply_off(from_start=False),
        _lift,
    ),
    Rule(
        "COP fallen since the first month of a season",
        "operation",
        0.10,
        0.0,
        "heat, electricity of machines, a year before the period",
        reads.cop_lost,
        lambda seen, lost: lost * seen.spent["machine"],
    ),
    Rule(
        "source water outside the promise",
        "resource",
        0.5,
        0.02,
        "supply temperature of the source, promised limits",
        reads.outside_promise,
        _lift,
    ),
    Rule(
        "less water returned than taken",
        "resource",
        0.10,
        0.5,
        "abstraction and reinjection flow",
        reads.not_returned,
        _fixed(0.03),
    ),
    Rule(
        "ground tested below its design",
        "resource",
        0.10,
        0.0,
        "thermal response test",
        reads.tested_below,
        _fixed(0.03),
    ),
    Rule(
        "source water drifts",
        "thermal_balance",
        0.5,
        0.0,
        "supply temperature of the source, a year before the period",
        reads.drift_a_year,
        lambda seen, _: _lift(seen, reads.drift(seen)),
    ),
    Rule(
        "holes found below what was drawn",
        "construction",
        0.05,
        0.0,
        "ledger of hidden works",
        reads.ledger_short,
        _fixed(UNSTATED),
    ),
    Rule(
        "heat delivered far from the design year",
        "design",
        0.25,
        0.0,
        "heat of a year, promised heat",
        reads.load_off,
        _fixed(UNSTATED),
    ),
    Rule(
        "machines start too often",
        "design",
        4.0,
        0.02,
        "starts of machines",
        reads.starts,
        _fixed(0.03),
    ),
)
"""Thresholds and persistence as engines and handbooks have them; tuned to no plant."""
