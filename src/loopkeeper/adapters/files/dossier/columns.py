"""
The tables of a dossier: for each file its columns, what they fill, and their unit in the file.

One table serves reading, writing and the page of the format.
"""

from dataclasses import dataclass

from loopkeeper.adapters.files.dossier.keys import SINCE
from loopkeeper.lifecycle.monitor.alarm import Condition, Priority
from loopkeeper.lifecycle.monitor.defaults import WORDS
from loopkeeper.plant.machines import Mode
from loopkeeper.plant.points import Statistic


@dataclass(frozen=True, slots=True)
class DossierColumn:
    """
    One column: its name in the file, the field it fills, its kind and unit.

    ``kind`` is ``text``, ``number``, ``analysis`` (a number, or a limit such as ``<0.05``),
    ``date``, ``moment``, ``flag`` or an enum class; ``needed`` when the table cannot be read
    without it; ``read_only`` when nothing writes it; ``digits`` a number is written with;
    ``since`` which version of the program it is read.
    """

    name: str
    field: str = ""
    kind: object = "text"
    unit: str = ""
    needed: bool = False
    read_only: bool = False
    digits: int = 6
    since: str = SINCE

    @property
    def fills(self) -> str:
        """The field it fills: of its own name where nothing else is said."""
        return self.field or self.name


@dataclass(frozen=True, slots=True)
class FileTable:
    """
    A file of a dossier that holds a table.

    ``file`` as it is usually called; ``named`` when ``plant.toml`` may call it otherwise;
    ``expected`` when one that is missing is a caution.
    """

    file: str
    columns: tuple[DossierColumn, ...]
    named: bool = False
    expected: bool = True

    @property
    def needed(self) -> tuple[str, ...]:
        """Names of the columns without which it cannot be read."""
        return tuple(column.name for column in self.columns if column.needed)

    @property
    def written(self) -> tuple[DossierColumn, ...]:
        """Columns that are written."""
        return tuple(column for column in self.columns if not column.read_only)


def _number(
    name: str, field: str = "", unit: str = "", *, needed: bool = False, digits: int = 6
) -> DossierColumn:
    return DossierColumn(name, field, "number", unit, needed, digits=digits)


TIME = DossierColumn("time", kind="moment", needed=True)
LEDGER = FileTable(
    "ledger.csv",
    (
        DossierColumn("item", needed=True),
        DossierColumn("item_kind", needed=True),
        DossierColumn("check", needed=True),
        DossierColumn("drawn"),
        DossierColumn("found", needed=True),
        DossierColumn("unit"),
        DossierColumn("checked_at"),
        DossierColumn("checked_by"),
        DossierColumn("evidence"),
    ),
)
COMMISSIONING = FileTable(
    "commissioning.csv",
    (
        DossierColumn("trial", needed=True),
        DossierColumn("mode", needed=True),
        _number("load_fraction"),
        DossierColumn("started_at", kind="moment"),
        DossierColumn("ended_at", kind="moment"),
        DossierColumn("quantity", needed=True),
        DossierColumn("of", needed=True),
        _number("expected"),
        _number("found"),
        DossierColumn("unit"),
        DossierColumn("accepted", kind="flag"),
        DossierColumn("by"),
        DossierColumn("note"),
        DossierColumn("owner"),
        DossierColumn("due", kind="date"),
    ),
)
POINTS = FileTable(
    "points.csv",
    (
        DossierColumn("point", "id", needed=True),
        DossierColumn("quantity", needed=True),
        DossierColumn("of", needed=True),
        DossierColumn("statistic", kind=Statistic, needed=True),
        DossierColumn("unit", needed=True),
        DossierColumn("accuracy"),
        DossierColumn("calibrated_on", kind="date"),
        _number("calibration_months"),
        DossierColumn("address"),
        _number("low"),
        _number("high"),
        DossierColumn("factor", kind="number", read_only=True),
    ),
)
EVENTS = FileTable(
    "events.csv",
    (
        TIME,
        DossierColumn("kind", needed=True),
        DossierColumn("of"),
        DossierColumn("note"),
        _number("value"),
    ),
)
ASSESSMENT = FileTable(
    "assessment.csv",
    (
        DossierColumn("figure", needed=True),
        _number("value", needed=True),
        DossierColumn("on", kind="date", needed=True),
        DossierColumn("by"),
        DossierColumn("note"),
    ),
    expected=False,
)
WATER_QUALITY = FileTable(
    "water_quality.csv",
    (
        DossierColumn("sampled_at", needed=True),
        DossierColumn("place", needed=True),
        DossierColumn("parameter", needed=True),
        DossierColumn("value", kind="analysis"),
        DossierColumn("unit"),
        DossierColumn("below_detection", kind="flag"),
        DossierColumn("laboratory"),
    ),
    expected=False,
)
MAP = FileTable(
    "machines/hp1.csv",
    (
        DossierColumn("mode", kind=Mode, needed=True),
        _number("source_inlet_C", "source_inlet", "degC", needed=True),
        _number("load_outlet_C", "load_outlet", "degC", needed=True),
        _number("part_load", needed=True),
        _number("capacity_kW", "capacity", "kW", needed=True, digits=9),
        _number("electricity_kW", "electricity", "kW", needed=True, digits=9),
    ),
    named=True,
)
OUTDOOR = _number("outdoor_temperature_C", "outdoor_temperature", "degC")
LOADS = FileTable(
    "design/loads.csv",
    (
        TIME,
        _number("heating_kW", "heating", "kW", needed=True),
        _number("cooling_kW", "cooling", "kW", needed=True),
        _number("hot_water_kW", "hot_water", "kW"),
        OUTDOOR,
    ),
    named=True,
)
WEATHER = FileTable(
    "weather.csv",
    (TIME, _number("outdoor_temperature_C", "temperature", "degC", needed=True)),
)
WATER = FileTable(
    "survey/water_temperature.csv",
    (TIME, _number("temperature_C", "temperature", "degC", needed=True)),
    named=True,
)
RESPONSE = FileTable(
    "survey/trt_1.csv",
    (
        TIME,
        _number("inlet_temperature_C", "inlet", "degC"),
        _number("outlet_temperature_C", "outlet", "degC"),
        _number("mean_temperature_C", "mean", "degC"),
        _number("power_kW", "power", "kW"),
        _number("flow_m3_h", "flow", "m3/h"),
        _number("bleed_m3_h", "bleed", "m3/h"),
    ),
    named=True,
)
READINGS = FileTable(
    "telemetry/2024-q1.parquet",
    (
        TIME,
        DossierColumn("point", needed=True),
        _number("value", needed=True),
        DossierColumn("known_at", kind="moment", read_only=True),
        DossierColumn("quality", read_only=True),
    ),
    named=True,
)
ALARMS = FileTable(
    "alarms.csv",
    (
        DossierColumn("alarm", needed=True),
        DossierColumn("plant", needed=True),
        DossierColumn("point", needed=True),
        DossierColumn("condition", kind=Condition, needed=True),
        _number("limit", needed=True),
        DossierColumn("priority", kind=Priority),
        _number("dead_band"),
        _number("on_delay_s", unit="s"),
        _number("off_delay_s", unit="s"),
        DossierColumn("suppressed_by"),
        _number("suppressed_below"),
        *(DossierColumn(word, needed=word == "action") for word in WORDS),
    ),
    expected=False,
)
TABLES = (POINTS, READINGS, LOADS, WEATHER, MAP, RESPONSE, WATER, LEDGER, COMMISSIONING, EVENTS,
          WATER_QUALITY, ASSESSMENT, ALARMS)  # fmt: skip
"""All tables of a dossier, and of the alarms that the service reads beside it."""
STATE = "results/daily-state.json"
DIAGNOSIS = "results/diagnosis.json"
SEALED = "ledger/ledger.jsonl"
OTHERS = ("plant.toml", SEALED, STATE, DIAGNOSIS, "diagnosis.json")
"""Files of a dossier that are no tables and have names of their own."""
RESULT = ".result.json"
"""What the name of a field test's kept result ends with."""
KEPT = "design/promise-until-"
"""What a promise that was replaced is kept under."""
DOCUMENTS = "documents/"
"""Folder of what is handed over as it is: the name of a file tells what it is."""
SORTS = (f"survey/*{RESULT}", f"{KEPT}*.toml", f"{DOCUMENTS}*")
"""Files of a dossier of which there may be several."""
