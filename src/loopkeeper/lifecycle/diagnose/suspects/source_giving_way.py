"""Wells and surface water that give way under load more than designed."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import ledger, no_balance, service, survey
from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.measure.series import Floats
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.kinds import Section
from loopkeeper.plant.verdict import Verdict

CODES = {
    Section.SINGLE_WELL: "construction.seal",
    Section.WELL: "resource.breakthrough",
    Section.SURFACE_WATER: "operation.exchanger_fouling",
}
"""What a source that gives way under load means; of others nothing is known."""
BYPASS = "resource.well_bypass"
"""Single wells that give way in water of another temperature: the aquifer does not bring enough,
and more of what was returned comes back. A leaking seal leaves the water itself as it was."""
MIXING = "hydraulic.mixing"
"""Wells of a group take weeks to feel what was injected; a by-pass mixes from the first day on."""
SMALL = "construction.exchanger"
"""Exchangers that never gave what was drawn: fouling grows, and cleaning takes it away."""


def _code(scene: Scene) -> str:
    section = scene.plant.source.traits.section
    fit = scene.water
    if fit is not None and fit.offset is not None and section is Section.SINGLE_WELL:
        # a seal that failed its test leaks whatever the water is like
        return CODES[section] if scene.case.works.seal_failed else BYPASS
    if fit is not None and fit.at_once and section is Section.WELL:
        return MIXING
    if fit is not None and fit.onset is None and section is Section.SURFACE_WATER:
        return SMALL
    return CODES.get(section, "")


def _as(code: str) -> Callable[[Scene], Suspect | None]:
    def look(scene: Scene) -> Suspect | None:
        fit = scene.water
        if fit is None or fit.drop is None or _code(scene) != code:
            return None
        (drop, width), design, onset = fit.drop, fit.design, fit.onset

        def apply(hypothesis: Hypothesis, value: Floats) -> Hypothesis:
            extra = max(float(value[0]), 0.0) / design
            return hypothesis.changed(
                lambda s: replace(s, source_resistance=s.source_resistance + extra), onset or 0
            )

        return Suspect(
            kind=DeviationKind(code.partition(".")[0]),
            cause=code,
            apply=apply,
            value=np.array([drop]),
            draws=scene.dice.normal(np.array([drop]), np.array([width])),
            finding=Verdict(f"diagnose.{code}", {"drop": drop, "half_width": 1.645 * width}),
            onset=onset,
        )

    return look


CAUSES = (
    Cause(
        CODES[Section.SINGLE_WELL],
        _as(CODES[Section.SINGLE_WELL]),
        ledger("seal_test", "packing_volume_ratio"),
        ("action.seal_check", "action.clean_exchanger"),
        SeenAt.SOURCE,
    ),
    Cause(
        BYPASS,
        _as(BYPASS),
        survey,
        ("action.reduce_ground_load", "action.seal_check"),
        SeenAt.SOURCE,
    ),
    Cause(
        CODES[Section.WELL],
        _as(CODES[Section.WELL]),
        survey,
        ("action.spread_wells", "action.reduce_ground_load"),
        SeenAt.SOURCE,
    ),
    Cause(
        CODES[Section.SURFACE_WATER],
        _as(CODES[Section.SURFACE_WATER]),
        service,
        ("action.clean_exchanger",),
        SeenAt.SOURCE,
    ),
    Cause(MIXING, _as(MIXING), no_balance, ("action.close_bypass",), SeenAt.SOURCE),
    Cause(
        SMALL,
        _as(SMALL),
        ledger("exchanger_conductance"),
        ("action.clean_exchanger", "action.larger_exchanger"),
        SeenAt.SOURCE,
    ),
)
