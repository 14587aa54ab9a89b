"""Watching a running plant against its own model."""

from loopkeeper.app.closing_the_loop import evaluate_plant
from loopkeeper.lifecycle.evaluate.result import Evaluation
from loopkeeper.lifecycle.monitor.early_warning import (
    CALLED_FOR_NOTHING,
    SOUND_DAYS,
    Hours,
    ModeChart,
    early_warning,
)
from loopkeeper.measure.case import Case
from loopkeeper.plant.verdict import Verdict

__all__ = ["CALLED_FOR_NOTHING", "SOUND_DAYS", "ModeChart", "charted", "watched"]


def watched(
    case: Case, *, sound_days: int, run_length: float
) -> tuple[tuple[ModeChart, ...], tuple[Verdict, ...]]:
    """
    Chart a plant's electricity against what its model expects.

    Parameters
    ----------
    case : Case
        The prepared plant; its period begins when the plant was sound.
    sound_days : int
        First days of each mode that count as sound.
    run_length : float
        Days between false alarms on average. [day]

    Returns
    -------
    charts : tuple of ModeChart
    verdicts : tuple of Verdict
    """
    evaluation = evaluate_plant(case)
    return charted(case, evaluation, sound_days=sound_days, run_length=run_length)


def charted(
    case: Case,
    evaluation: Evaluation,
    *,
    sound_days: int = SOUND_DAYS,
    run_length: float = CALLED_FOR_NOTHING,
) -> tuple[tuple[ModeChart, ...], tuple[Verdict, ...]]:
    """Chart a plant that is evaluated already; see :func:`watched`."""
    traces, hours = evaluation.traces, case.operation
    taken = Hours(
        traces.time,
        hours.heating,
        hours.cooling,
        traces.electricity_measured,
        traces.electricity_expected,
    )
    return early_warning(taken, sound_days=sound_days, run_length=run_length)
