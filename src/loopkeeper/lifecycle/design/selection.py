"""
Choosing heat pump units: type by the coldest source water, grade by its standard, price by level.

The catalogue is the user's data; an example of the same form comes with the program.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from math import ceil

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.design.consistency import FLOW_PER_HEATING
from loopkeeper.plant.kinds import traits_of
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.unit_grades import UNIT_TYPES, Grade, Nameplate, type_needed, unit_grade
from loopkeeper.units import HOUR

MOST_UNITS = 64
"""Units of one model that a plant is built of at most. [-]"""
LEVELS = ("cost", "contract", "list")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRow:
    """
    One module of a product family.

    Capacities [W], ``low_inlet`` [°C] at which ``low_heating`` [W] and ``low_cop`` [-] hold,
    ``prices`` by level in the catalogue's currency.
    """

    family: str
    circulation: str
    module: str
    type: str
    source: str
    medium: str
    heating: float
    cop: float
    cooling: float
    eer: float
    low_inlet: float
    low_heating: float
    low_cop: float
    prices: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Need:
    """
    What the units must do.

    ``heating`` and ``cooling`` peaks [W]; ``coldest`` source water, ``ground`` around boreholes,
    None of other sources [°C]; ``kind`` of source; ``medium`` water or air.
    """

    heating: float
    cooling: float
    coldest: float
    kind: SourceKind
    medium: str = "water"
    ground: float | None = None

    @property
    def type(self) -> str | None:
        """Type of unit by T/BAEE 019-2023; None where the water is too cold for any."""
        return type_needed(self.coldest, self.ground)


@dataclass(frozen=True, slots=True)
class Choice:
    """
    So many modules of one row.

    ``margin`` of heating capacity at the coldest water over the peak [-]; ``flow`` of source water
    at 0.134 m³/(h·kW) [m3 s-1]; ``prices`` by level.
    """

    row: CatalogueRow
    count: int
    margin: float
    flow: float
    grade: Grade | None
    prices: tuple[float, float, float]


def select(rows: Sequence[CatalogueRow], need: Need) -> tuple[Choice, ...]:
    """
    Return every choice of modules that does what is needed, the best first.

    Parameters
    ----------
    rows : sequence of CatalogueRow
        The catalogue.
    need : Need
        Peaks, water, kind of source.

    Returns
    -------
    tuple of Choice
        Ordered by contract price over grade: grade 1 counts a tenth less than grade 3 for every
        grade, units below the limit of their standard come last.

    Raises
    ------
    InputError
        When the water is colder than any type allows, or no row fits; the reasons are named.
    """
    wanted = need.type
    if wanted is None:
        raise InputError(
            f"source water of {need.coldest:g} °C: no type of unit reaches below "
            f"{UNIT_TYPES[-1][1]:g} °C (T/BAEE 019-2023)"
        )
    reach = [name for name, _ in UNIT_TYPES]
    source = traits_of(need.kind).unit_source
    fitting = [
        r
        for r in rows
        if r.source == source
        and r.medium == need.medium
        and reach.index(r.type) >= reach.index(wanted)
    ]
    choices = [c for r in fitting if (c := _choice(r, need)) is not None]
    if not choices:
        raise InputError(
            f"no row of the catalogue fits: {len(fitting)} of {len(rows)} rows serve {source} "
            f"sources with {need.medium} and type {wanted} or lower; none covers "
            f"{need.heating / 1e3:.0f} kW with up to {MOST_UNITS} units"
        )
    return tuple(sorted(choices, key=_rank))


def _rank(choice: Choice) -> tuple[bool, float]:
    grade = choice.grade.grade if choice.grade else 3
    return grade == 0, choice.prices[1] * (1.0 + 0.05 * (grade - 1))


def _choice(row: CatalogueRow, need: Need) -> Choice | None:
    each = _capacity_at(row, need.coldest)
    count = max(
        ceil(need.heating / each) if each > 0 else MOST_UNITS + 1,
        ceil(need.cooling / row.cooling) if row.cooling > 0 else (0 if need.cooling == 0 else 99),
        1,
    )
    if count > MOST_UNITS:
        return None
    flow = FLOW_PER_HEATING * count * row.heating / 1e3 / HOUR
    low, middle, high = (count * p for p in row.prices)
    margin = count * each / need.heating - 1 if need.heating > 0 else 0.0
    return Choice(row, count, margin, flow, grade_of(row), (low, middle, high))


def _capacity_at(row: CatalogueRow, inlet: float) -> float:
    """Heating capacity between the module's two points, the lower one below them. [W]"""
    rated = 15.0 if row.source == "groundwater" else 10.0
    if inlet >= rated or rated <= row.low_inlet:
        return row.heating
    share = max(0.0, (inlet - row.low_inlet) / (rated - row.low_inlet))
    return row.low_heating + share * (row.heating - row.low_heating)


def grade_of(row: CatalogueRow, standard: str = "GB 19577-2024") -> Grade | None:
    """
    Return the energy grade of a module by its nameplate.

    Parameters
    ----------
    row : CatalogueRow
        The module.
    standard : str
        GB 19577-2024, or GB 30721-2014 for older units.

    Returns
    -------
    Grade or None
        None when the standard has no row for it.
    """
    unit = Nameplate(row.medium, row.source, row.heating, row.cooling, row.cop, row.eer)
    return unit_grade(unit, standard)


def catalogue_rows(text: str, name: str) -> tuple[CatalogueRow, ...]:
    """
    Return a catalogue from its text.

    Parameters
    ----------
    text : str
        CSV with the columns of the example that comes with the program.
    name : str
        What errors call it.

    Returns
    -------
    tuple of CatalogueRow

    Raises
    ------
    InputError
        When columns are missing or a number cannot be read; file, row and column are named.
    """
    found = []
    reader = csv.DictReader(text.splitlines())
    missing = [c for c in _COLUMNS if c not in (reader.fieldnames or [])]
    if missing:
        raise InputError(f"{name}: columns {', '.join(missing)} are missing")
    for number, cells in enumerate(reader, 2):
        values = {}
        for column in _NUMBERS:
            try:
                values[column] = float(cells[column] or 0.0)
            except ValueError as error:
                raise InputError(
                    f"{name}, row {number}, {column}: {cells[column]!r} is no number"
                ) from error
        if cells["type"] not in {t for t, _ in UNIT_TYPES}:
            raise InputError(f"{name}, row {number}, type: {cells['type']!r}; expected I, II, III")
        found.append(
            CatalogueRow(
                family=cells["family"],
                circulation=cells["circulation"],
                module=cells["module"],
                type=cells["type"],
                source=cells["source"],
                medium=cells["medium"],
                heating=1e3 * values["rated_heating_kW"],
                cop=values["rated_cop"],
                cooling=1e3 * values["rated_cooling_kW"],
                eer=values["rated_eer"],
                low_inlet=values["low_inlet_C"],
                low_heating=1e3 * values["low_heating_kW"],
                low_cop=values["low_cop"],
                prices=(values["price_cost"], values["price_contract"], values["price_list"]),
            )
        )
    return tuple(found)


_NUMBERS = (
    "rated_heating_kW", "rated_cop", "rated_cooling_kW", "rated_eer", "low_inlet_C",
    "low_heating_kW", "low_cop", "price_cost", "price_contract", "price_list",
)  # fmt: skip
_COLUMNS = ("family", "circulation", "module", "type", "source", "medium", *_NUMBERS)


def example_catalogue() -> tuple[CatalogueRow, ...]:
    """Return the example catalogue; its products and prices are invented."""
    table = resources.files("loopkeeper.plant") / "data" / "catalogue_example.csv"
    return catalogue_rows(table.read_text(encoding="utf-8"), "catalogue_example.csv")
