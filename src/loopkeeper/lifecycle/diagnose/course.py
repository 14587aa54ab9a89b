"""The course of a deviation: what the plant used, should have used, and would use if repaired."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from loopkeeper.lifecycle.diagnose.hypothesis import Counterfactuals, Hypothesis
from loopkeeper.lifecycle.diagnose.result import MonthlyCourse
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.lifecycle.diagnose.suspects import BY_CODE
from loopkeeper.lifecycle.diagnose.witness import Stage, ToldRun, witness_of
from loopkeeper.measure.calendar import Months
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Floats
from loopkeeper.physics.system import Trajectory
from loopkeeper.plant.years import cooling_share
from loopkeeper.units import HOUR

SLIGHT = 0.01
"""Months with less than this share of a year's heat keep the consumption of the whole year. [-]"""


@dataclass(frozen=True)
class MonthlyRuns:
    """
    What the courses of all deviations have in common.

    ``expected`` electricity of the plant on its promise at the delivered heat, shape (m,) [J];
    ``nothing`` is the hypothesis without any cause.
    """

    court: Counterfactuals
    nothing: Hypothesis
    players: tuple[Suspect, ...]
    stage: Stage
    expected: Floats

    def of(self, group: Sequence[int], lead: Suspect, factor: Floats) -> MonthlyCourse:
        """
        Return the course of the causes that stand for one deviation.

        Parameters
        ----------
        group : sequence of int
            Its players; each is taken out by itself, as ``saving_if_fixed`` does.
        lead : Suspect
            The one that names it and its witness.
        factor : array, shape (k,)
            What each player's energy is multiplied by. [-]

        Returns
        -------
        MonthlyCourse
            By local calendar months.
        """
        measured = self.stage.measured.sum(axis=0)
        repaired = measured.copy()
        for n in group:
            saved = (self.stage.whole.spent - self._without([n]).spent).sum(axis=0)
            repaired -= factor[n] * saved
        return MonthlyCourse(
            self.stage.months.names,
            tuple(measured.tolist()),
            tuple(self.expected.tolist()),
            tuple(repaired.tolist()),
            witness_of(BY_CODE[lead.cause].seen_at, self.stage, self._without(group)),
        )

    def parts(self, player: int) -> Floats:
        """Return shares of a cause's cost: machines, source pumps, load pumps, shape (3,). [-]"""
        cost = (self.stage.whole.spent - self._without([player]).spent).sum(axis=1)
        return np.clip(cost / cost.sum(), 0.0, 1.0) if cost.sum() != 0 else np.zeros(3)

    def _without(self, group: Sequence[int]) -> ToldRun:
        kept = [p for n, p in enumerate(self.players) if n not in group]
        return told(self.court, together(self.nothing, kept), self.stage.months)


def together(hypothesis: Hypothesis, players: Sequence[Suspect]) -> Hypothesis:
    """Return a hypothesis with some causes at their best estimates."""
    for player in players:
        hypothesis = player.apply(hypothesis, player.value)
    return hypothesis


def tell(
    court: Counterfactuals,
    base: Hypothesis,
    players: Sequence[Suspect],
    totals: tuple[float, float],
    timezone: str,
) -> MonthlyRuns:
    """
    Run what all courses need.

    Parameters
    ----------
    court : Counterfactuals
        Runs the hypotheses.
    base : Hypothesis
        The plant on its promise.
    players : sequence of Suspect
        All causes that were weighed.
    totals : tuple of (float, float)
        Electricity measured, and expected of the plant on its promise. [J]
    timezone : str
        IANA name of the site's time zone.

    Returns
    -------
    MonthlyRuns
        Sums over months are these totals.
    """
    operation = court.setting.operation
    months = Months.of(operation.time, timezone)
    first = told(court, base, months)
    spent = first.spent.sum(axis=0)
    stage = Stage(
        operation,
        months,
        _measured(operation, months, totals[0]),
        first,
        told(court, together(base, players), months),
    )
    expected = spent * (totals[1] / spent.sum() if spent.sum() > 0 else 1.0)
    return MonthlyRuns(court, base, tuple(players), stage, expected)


def told(court: Counterfactuals, hypothesis: Hypothesis, months: Months) -> ToldRun:
    """Return a hypothesis's run with its electricity by months."""
    run = court.run(hypothesis)
    return ToldRun(run, hypothesis.system, at_delivered_heat(run, court.setting.operation, months))


def at_delivered_heat(run: Trajectory, operation: Operation, months: Months) -> Floats:
    """
    Return a run's electricity at the heat and cold that were delivered in each month.

    Parameters
    ----------
    run : Trajectory
        On the hours of the period, its loads may be others.
    operation : Operation
        What was delivered.
    months : Months
        Of these hours.

    Returns
    -------
    array, shape (3, m)
        Machines, source pumps, load pumps. Each sums over the months to what
        ``ModeEnergy.at_delivered_heat`` gives for the whole period; consumption per unit of heat
        is each month's own, except where there is hardly any heat. [J]
    """
    heating, cooling = run["heating_delivered"], run["cooling_delivered"]
    cold = cooling_share(heating, cooling)
    pumps = [run["source_pump_electricity"], run["load_pump_electricity"]]
    total = np.zeros((3, len(months.names)))
    for delivered, asked, share, machine in (
        (heating, operation.heating, 1 - cold, run["machine_heating_electricity"]),
        (cooling, operation.cooling, cold, run["machine_cooling_electricity"]),
    ):
        done, wanted = delivered.sum() * run.step, asked.sum() * HOUR
        if done <= 0 or wanted <= 0:
            continue
        weight = (months.sums(asked) / asked.sum() + SLIGHT) / (
            months.sums(delivered) / delivered.sum() + SLIGHT
        )
        for row, power in enumerate((machine, *(share * p for p in pumps))):
            spent = months.sums(power) * run.step
            moved = spent * weight
            if moved.sum() > 0:
                total[row] += moved * (spent.sum() / moved.sum()) * (wanted / done)
    return total


def _measured(operation: Operation, months: Months, total: float) -> Floats:
    """Measured electricity of the three parts by months, gaps by the load in them. [J]"""
    load = operation.heating + operation.cooling
    known = months.sums(np.where(operation.good, load, 0.0)) + SLIGHT * load.sum()
    missing = months.sums(np.where(operation.good, 0.0, load))
    rows = []
    for power in (
        operation.machine_electricity,
        operation.source_pump_electricity,
        operation.load_pump_electricity,
    ):
        spent = months.sums(np.where(operation.good, power, 0.0))
        rate = np.divide(
            spent + SLIGHT * spent.sum(), known, out=np.zeros_like(known), where=known > 0
        )
        rows.append(spent + missing * rate)
    parts = np.array(rows)
    return np.asarray(parts * (total / parts.sum() if parts.sum() > 0 else 1.0))
