"""What tells kinds of source apart: each in a row of ``plant/data/source_kinds.csv``."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np

from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.tables import data_table


class Section(StrEnum):
    """The sections of a dossier that describe a source; each has its model."""

    BOREHOLE_FIELD = "borehole_field"
    SINGLE_WELL = "single_well"
    WELL = "well"
    SURFACE_WATER = "surface_water"
    HORIZONTAL_LOOP = "horizontal_loop"
    STANDING_COLUMN = "standing_column"


class Carrier(StrEnum):
    """What carries heat between a source and the plant."""

    PIPES = "pipes"
    GROUNDWATER = "groundwater"
    OPEN_WATER = "open_water"
    COLUMN = "column"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """
    What is asked of a kind of source.

    ``section`` of the dossier that describes it and decides its model, ``rests_in`` the section of
    its ``ground`` or ``aquifer``, empty for open water; ``carrier``; ``renewed`` by weather every
    year, so that what was drawn before does not last. Units for it are graded as ``unit_source``
    and rated at ``rated_heating`` and ``rated_cooling`` source water [°C]. To begin with, a metre
    of hole, of trench with four pipes or of bled column gives ``drawn`` and takes ``put_in``
    [W m-1], None of what flow decides; ``length`` of a hole or trench, depth of a well, None of
    open water [m]. A ``ledger`` of what was built is expected. ``tests`` measure it, ``untested``
    ends the verdict when none is on record.
    Falls under load up to ``least_fall`` of the spread two sound models of such a source leave;
    infinite where no cause is known that would bear a name [-].
    """

    section: Section
    rests_in: str
    carrier: Carrier
    renewed: bool
    unit_source: str
    rated_heating: float
    rated_cooling: float
    drawn: float | None
    put_in: float | None
    length: float | None
    ledger: bool
    tests: frozenset[str]
    untested: str
    least_fall: float

    @property
    def sections(self) -> tuple[str, ...]:
        """Sections without which such a source cannot be simulated."""
        return tuple(name for name in (self.section, self.rests_in) if name)

    @property
    def buried(self) -> bool:
        """Whether the carrier stays in buried pipes."""
        return self.carrier is Carrier.PIPES

    @property
    def groundwater(self) -> bool:
        """Whether the carrier is groundwater that is returned."""
        return self.carrier is Carrier.GROUNDWATER

    @property
    def stores(self) -> bool:
        """Whether buried pipes lie in ground that keeps for years what is put in or drawn."""
        return self.buried and not self.renewed


def traits_of(kind: SourceKind) -> Traits:
    """
    Return what is known of a kind of source.

    Raises
    ------
    KeyError
        When the table has no row of it; a test holds that it has.
    """
    return _traits()[kind]


@cache
def _traits() -> Mapping[SourceKind, Traits]:
    return {SourceKind(row["kind"]): _of(row) for row in data_table("source_kinds.csv")}


def _of(row: Mapping[str, str]) -> Traits:
    return Traits(
        section=Section(row["section"]),
        rests_in=row["rests_in"],
        carrier=Carrier(row["carrier"]),
        renewed=row["renewed"] == "yes",
        unit_source=row["unit_source"],
        rated_heating=float(row["rated_heating_C"]),
        rated_cooling=float(row["rated_cooling_C"]),
        drawn=_number(row["drawn_W_m"]),
        put_in=_number(row["put_in_W_m"]),
        length=_number(row["length_m"]),
        ledger=row["ledger"] == "yes",
        tests=frozenset(row["tests"].split()),
        untested=row["untested"],
        least_fall=float(row["least_fall"] or np.inf),
    )


def _number(text: str) -> float | None:
    return float(text) if text else None
