"""Records of a plant's life: survey tests, hidden works, trials, events, samples."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class TelemetryForm:
    """How loggers write times: a format, and a zone, where these do not speak for themselves."""

    time_format: str = ""
    timezone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyTest:
    """
    A declared test of the ground; the raw record stands in ``file``.

    ``undisturbed_temperature`` of the ground as measured beside the test [°C]; ``fluid`` that
    circulated and its ``fluid_mass_fraction`` of antifreeze [-]; empty: not stated.
    """

    kind: str
    file: str
    taken_on: date | None = None
    hole: str = ""
    length: float | None = None
    diameter: float | None = None
    undisturbed_temperature: float | None = None
    fluid: str = ""
    fluid_mass_fraction: float = 0.0
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerCheck:
    """One row of the hidden works ledger: drawn against found, in the row's own unit."""

    item: str
    item_kind: str
    check: str
    drawn: str
    found: str
    unit: str = ""
    checked_at: str = ""
    checked_by: str = ""
    evidence: str = ""

    def numbers(self) -> tuple[float, float] | None:
        """Return drawn and found as numbers, or None when one is not a number."""
        try:
            return float(self.drawn), float(self.found)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """
    One measured quantity of a commissioning trial.

    Rows of one ``trial`` with a later ``started_at`` are its repetition. ``owner`` mends what
    failed, until ``due``.
    """

    trial: str
    mode: str
    load_fraction: float | None
    started_at: datetime | None
    ended_at: datetime | None
    quantity: str
    of: str
    expected: float | None
    found: float | None
    unit: str = ""
    accepted: bool | None = None
    by: str = ""
    note: str = ""
    owner: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class PlantEvent:
    """Something an operator wrote down; ``value`` in the note's own unit."""

    time: datetime
    kind: str
    of: str
    note: str = ""
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """
    What a person states for an evaluation because no meter can: documents, training, upkeep.

    An index reads it as ``stated:figure``. ``value`` is a plain number, shares 0 to 1, 1 for yes
    and 0 for no.
    """

    figure: str
    value: float
    on: date
    by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterSample:
    """One parameter of one water sample."""

    sampled_at: str
    place: str
    parameter: str
    value: float | None
    unit: str
    below_detection: bool = False
    laboratory: str = ""
