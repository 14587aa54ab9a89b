"""The dossier in memory: the plant with the series that came with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from loopkeeper.measure.series import Floats, LoadYear, TemperatureSeries, Times
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict


@dataclass(frozen=True)
class SurveyTable:
    """A raw test record: times (UTC) and columns in the unit their name tells, shape (n,)."""

    time: Times
    columns: Mapping[str, Floats]


@dataclass(frozen=True)
class Finding:
    """
    What a field test was evaluated to, as kept in a dossier.

    ``values`` in SI by name; ``file`` the log it rests on; ``code_version`` evaluated it.
    """

    kind: str
    file: str
    values: Mapping[str, Estimate]
    evaluated_at: str = ""
    code_version: str = ""


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """
    What a dossier holds except its telemetry.

    ``water`` is the recorded temperature of surface water; ``survey`` maps the file of a test to
    its record, ``findings`` are results kept of tests; ``verdicts`` is what reading it had to say.
    """

    plant: Plant
    design_loads: LoadYear | None = None
    weather: TemperatureSeries | None = None
    water: TemperatureSeries | None = None
    survey: Mapping[str, SurveyTable] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    folder_name: str = ""
