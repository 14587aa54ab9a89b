"""What a pumping test says in words: the aquifer chosen, how surely, and how good the well is."""

from loopkeeper.lifecycle.survey.pumping_test import CONVINCING, AquiferTest
from loopkeeper.lifecycle.survey.step_test import SQUARE_MINUTES, StepTest
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Phrase

ALIKE = 0.03
"""Flows that differ by less are one. [-]"""


def well_verdicts(test: AquiferTest, steps: StepTest | None) -> tuple[Verdict, ...]:
    """
    Return the verdicts of a pumping test.

    Parameters
    ----------
    test : AquiferTest
        All sorts of aquifer tried.
    steps : StepTest or None
        Losses of the well, when it was tested in steps.

    Returns
    -------
    tuple of Verdict
        The choice with its evidence; a caution where the data cannot decide.
    """
    best, verdicts = test.best, []
    others = [f for f in test.tried if f is not best]
    if others:
        rival = others[0]
        names = {"sort": Phrase(f"aquifer.{best.sort}"), "next": Phrase(f"aquifer.{rival.sort}")}
        figures = {**names, "rmse": f"{best.rmse:.4f}", "next_rmse": f"{rival.rmse:.4f}"}
        verdicts.append(Verdict("survey.pumping.chosen", figures))
        if abs(rival.aicc - best.aicc) < CONVINCING and not _same_aquifer(test):
            verdicts.append(Verdict("survey.pumping.ambiguous", names))
    if steps is not None:
        loss = steps.well_loss.value / SQUARE_MINUTES
        figures = {"loss": f"{loss:.2f}", "walton": steps.walton.replace("_", " ")}
        verdicts.append(Verdict("survey.pumping.well_class", figures))
    return tuple(verdicts)


def _same_aquifer(test: AquiferTest) -> bool:
    """Whether the rivals say the same: a boundary or leakage too far off to matter."""
    near = [f for f in test.tried if f.aicc < test.best.aicc + CONVINCING]
    values = [f.transmissivity.value for f in near]
    return max(values) / min(values) < 1 + ALIKE
