"""Planted causes of deviation: what can be wrong with a virtual plant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from loopkeeper.errors import InputError
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.kinds import Carrier, Section, traits_of
from loopkeeper.plant.site import SourceKind

VARIANTS = {
    DeviationKind.DESIGN: ("load_underestimated", "load_overestimated"),
    DeviationKind.OPERATION: (
        "fouling", "set_point_drift", "exchanger_fouling", "reinjection_decline", "sand",
    ),
    DeviationKind.THERMAL_BALANCE: ("imbalance", "recharge_lost"),
    DeviationKind.CONSTRUCTION: ("grout", "short_holes", "seal_leak"),
    DeviationKind.RESOURCE: ("conductivity", "temperature", "breakthrough"),
    DeviationKind.HYDRAULIC: ("oversized_pumps", "bypass"),
    DeviationKind.COMMISSIONING: ("pump_control", "staging"),
}  # fmt: skip
"""Variants of each kind; the first is planted when none is named."""
_WELLS = frozenset(kind for kind in SourceKind if traits_of(kind).groundwater)
_WATER = _WELLS | {kind for kind in SourceKind if traits_of(kind).carrier is Carrier.OPEN_WATER}
_CIRCULATING = frozenset(k for k in SourceKind if traits_of(k).section is Section.SINGLE_WELL)
_FIELD = frozenset(kind for kind in SourceKind if traits_of(kind).stores)
ONLY_FOR = {
    "grout": _FIELD, "short_holes": _FIELD, "conductivity": _FIELD, "imbalance": _FIELD,
    "recharge_lost": _FIELD, "seal_leak": _CIRCULATING,
    "breakthrough": _WELLS, "reinjection_decline": _WELLS, "exchanger_fouling": _WATER,
    "sand": _WELLS,
}  # fmt: skip
"""Sources that a variant needs; the others may be planted anywhere."""


@dataclass(frozen=True, slots=True)
class PlantedCause:
    """A planted cause: severity from 0 (none) to 1 (grave), onset None = from hand-over."""

    kind: DeviationKind
    variant: str
    severity: float
    onset: date | None = None

    @property
    def name(self) -> str:
        """Kind and variant, joined by a dot."""
        return f"{self.kind}.{self.variant}"


def check_causes(causes: Sequence[PlantedCause], kind: SourceKind) -> None:
    """
    Refuse causes that a source of this kind cannot have.

    Raises
    ------
    InputError
        Names the cause and the sources it belongs to.
    """
    for cause in causes:
        needed = ONLY_FOR.get(cause.variant)
        if needed is not None and kind not in needed:
            raise InputError(
                f"cause {cause.name}: only for {', '.join(sorted(needed))}, not {kind}"
            )


def parse_cause(text: str) -> PlantedCause:
    """
    Read ``kind[.variant]:severity[@date]``.

    Parameters
    ----------
    text : str
        E.g. ``operation.fouling:0.5@2024-01-10`` or ``construction:0.7``.

    Returns
    -------
    PlantedCause
        The cause.

    Raises
    ------
    InputError
        When kind, variant, severity or date cannot be read; says what is possible.
    """
    head, _, when = text.partition("@")
    name, _, amount = head.partition(":")
    kind_text, _, variant = name.partition(".")
    try:
        kind = DeviationKind(kind_text)
    except ValueError as error:
        kinds = ", ".join(DeviationKind)
        raise InputError(f"cause {text!r}: unknown kind {kind_text!r}; one of {kinds}") from error
    chosen = variant or VARIANTS[kind][0]
    if chosen not in VARIANTS[kind]:
        known = ", ".join(VARIANTS[kind])
        raise InputError(f"cause {text!r}: {kind} has no variant {variant!r}; one of {known}")
    try:
        severity = float(amount) if amount else 0.5
        onset = date.fromisoformat(when) if when else None
    except ValueError as error:
        raise InputError(
            f"cause {text!r}: expected kind[.variant]:severity[@yyyy-mm-dd]"
        ) from error
    if not 0.0 < severity <= 1.0:
        raise InputError(f"cause {text!r}: severity must be above 0 and at most 1")
    return PlantedCause(kind, chosen, severity, onset)
