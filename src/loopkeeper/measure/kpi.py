"""Key figures of the plant: performance factors by boundary, energies, pump shares."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from loopkeeper.measure.energies import electric_energy, thermal_energy
from loopkeeper.measure.kpi_basis import (
    Answer,
    KpiRefusal,
    by_month,
    cut_out,
    nothing_delivered,
    scaled_up,
)
from loopkeeper.measure.meter_error import summed
from loopkeeper.measure.metered import (
    BESIDE,
    ELECTRIC_BACKUP,
    FUEL_KINDS,
    Group,
    backup_useful,
    electricity_of_parts,
    heat,
    machines,
    meters,
    parts_of,
    pumps,
    spent_in,
)
from loopkeeper.measure.series import Period, PlantHours
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Boundary:
    """
    What a performance factor counts beside the machines, and where that is written.

    ``parts`` are names of ``metered.PARTS``; with ``only_with`` it is reported only for plants
    that meter that part, because without it the boundary is another one's.
    """

    name: str
    parts: tuple[str, ...] = ()
    clause: str = ""
    confidence: str = ""
    only_with: str = ""


_PUMPS = ("source_pumps", "buffer_pumps", "load_pumps")
H1: Final = Boundary("H1", (), "SEPEMO H1; IEA Annex 52 level 1", "V/M")
H2: Final = Boundary("H2", ("source_pumps",), "SEPEMO H2; IEA Annex 52 level 2", "V/M")
L3: Final = Boundary(
    "Annex 52 L3", ("source_pumps", "buffer_pumps"), "IEA Annex 52 level 3", "M", "buffer_pumps"
)
GB50801: Final = Boundary(
    "GB/T 50801", (*_PUMPS, ELECTRIC_BACKUP), "GB/T 50801-2013 system; IEA Annex 52 level 4", "S/M"
)
"""All the plant draws: an electric backup heats the same water, its heat counts as well."""
_PUMPED: Final = Boundary("GB/T 50801", _PUMPS)
L5: Final = Boundary(
    "Annex 52 L5", (*_PUMPS, "terminals"), "IEA Annex 52 level 5", "M", "terminals"
)
H3: Final = Boundary("H3", ("source_pumps", "backup"), "SEPEMO H3; IEA Annex 52 level 2+", "V/M")
H4: Final = Boundary(
    "H4",
    (*_PUMPS, "backup", "terminals"),
    "SEPEMO H4; IEA Annex 52 level 4+, with metered terminals 5+",
    "M+/M",
)
BOUNDARIES: Final = (H1, H2, L3, GB50801, L5, H3, H4)
"""Boundaries that are reported side by side, from the machine outwards."""
MODES: Final = ("heating", "cooling")
"""Operating modes, each with its own figures."""


def counted(hours: PlantHours, plant: Plant, boundary: Boundary) -> list[Group]:
    """
    Return what a boundary counts below the line, machines first. [W]

    Where parts have no meters of their own, one meter over all of them, or a main meter less what
    lies outside, counts them together.
    """
    parts = [group for name in boundary.parts for group in spent_in(hours, plant, name)]
    single = [machines(hours, plant), *parts]
    fuels = [g for g in parts if g.name in {b.id for b in plant.backups if b.kind in FUEL_KINDS}]
    if all(g.values is not None for g in single if all(g is not f for f in fuels)):
        return single
    names = ("machines", *_present(hours, plant, boundary))
    target = frozenset().union(*(parts_of(plant, n) for n in names))
    together = electricity_of_parts(hours, plant, target, "+".join(names))
    if together.values is None:
        return single
    return [together, *fuels]


def _present(hours: PlantHours, plant: Plant, boundary: Boundary) -> list[str]:
    """Parts of a boundary that the plant has; those known by their meter only when metered."""
    return [n for n in boundary.parts if n not in BESIDE or meters(hours, plant, n)]


def performance_factor(
    hours: PlantHours, plant: Plant, period: Period, boundary: Boundary, mode: str
) -> Answer:
    """
    Return heat (or cold) over electricity within a boundary. [-]

    Only hours in which all of it is measured enter, above and below the line. Heat at the user
    side is that of the machines; what backups give is added where the boundary holds them.
    """
    inside = hours.over(period)
    useful = [heat(inside, "load")]
    used = counted(inside, plant, boundary)
    if {"backup", ELECTRIC_BACKUP} & set(boundary.parts):
        electric = "backup" not in boundary.parts
        useful.append(backup_useful(inside, plant, mode, electric=electric))
    blank = KpiRefusal("performance_factor", boundary.name, mode, ())
    cut = cut_out(inside, [*useful, *used], blank, whole=True)
    if isinstance(cut, KpiRefusal):
        return cut
    where = cut.mode(mode)
    sign = -1.0 if mode == "cooling" else 1.0
    delivered = thermal_energy(inside, plant, "load", where).scaled(sign)
    delivered = summed([delivered, *(electric_energy(inside, g, where) for g in useful[1:])])
    electricity = summed(electric_energy(inside, g, where) for g in used)
    if delivered.value <= 0 or electricity.value <= 0:
        return nothing_delivered(blank)
    factor = delivered.over(electricity).estimate()
    return blank.given(factor, "-", cut.coverage, boundary.clause, boundary.confidence)


def delivered_energy(hours: PlantHours, plant: Plant, period: Period, mode: str) -> Answer:
    """
    Return heat or cold delivered to the building, backups included. [J]

    Missing hours are scaled up; ``estimated`` is their share.
    """
    inside = hours.over(period)
    blank = KpiRefusal("delivered_energy", "user side", mode, ())
    backup = backup_useful(inside, plant, mode)
    useful = [heat(inside, "load"), *([backup] if backup.values is not None else [])]
    cut = cut_out(inside, useful, blank)
    if isinstance(cut, KpiRefusal):
        return cut
    where = cut.mode(mode)
    sign = -1.0 if mode == "cooling" else 1.0
    energy = thermal_energy(inside, plant, "load", where).scaled(sign)
    energy = summed([energy, *(electric_energy(inside, g, where) for g in useful[1:])])
    load = np.maximum(sign * inside.values("heat_power", "load"), 0.0)
    if backup.values is not None:
        load = load + np.where(where, np.nan_to_num(backup.values), 0.0)
    fill = by_month(
        inside, plant.site.timezone, machines(inside, plant).values, heat(inside, "load").values
    )
    return scaled_up(blank, energy, cut, load, fill)


def consumed_electricity(hours: PlantHours, plant: Plant, period: Period, group: str) -> Answer:
    """
    Return the electricity of a group. [J]

    ``"machines"``, ``"source"`` or ``"load"`` (pumps), ``"backup"``. Missing hours are scaled up;
    ``estimated`` is their share.
    """
    inside = hours.over(period)
    metered = _group(inside, plant, group)
    blank = KpiRefusal("electricity", metered.name, "all", ())
    cut = cut_out(inside, [metered], blank)
    if isinstance(cut, KpiRefusal) or metered.values is None:
        return cut if isinstance(cut, KpiRefusal) else blank
    load = heat(inside, "load").values
    beside = np.abs(load) if group == "machines" and load is not None else None
    energy = electric_energy(inside, metered, cut.known)
    fill = by_month(inside, plant.site.timezone, beside, load)
    return scaled_up(blank, energy, cut, metered.values, fill)


def pump_share(hours: PlantHours, plant: Plant, period: Period, loop: str) -> Answer:
    """Return the share of a loop's pumps in the electricity of machines and water pumps. [-]"""
    inside = hours.over(period)
    groups = counted(inside, plant, _PUMPED)
    blank = KpiRefusal(f"{loop}_pump_share", GB50801.name, "all", ())
    cut = cut_out(inside, groups, blank, whole=True)
    if isinstance(cut, KpiRefusal):
        return cut
    energies = [electric_energy(inside, g, cut.known) for g in groups]
    whole = summed(energies)
    if whole.value <= 0:
        return nothing_delivered(blank)
    if len(groups) == 1:
        return replace(blank, reasons=_unmetered(blank, pumps(inside, plant, loop)))
    share = energies[1 if loop == "source" else -1].over(whole)
    return blank.given(share.estimate(), "-", cut.coverage)


def _unmetered(blank: KpiRefusal, group: Group) -> tuple[Verdict, ...]:
    """Say which meters of their own a group lacks."""
    figures = {"kpi": blank.name, "boundary": blank.boundary, "mode": blank.mode}
    return tuple(
        Verdict("measure.kpi.not_metered", {**figures, "needed": m}) for m in group.missing
    )


def _group(hours: PlantHours, plant: Plant, name: str) -> Group:
    if name == "backup":
        return spent_in(hours, plant, ELECTRIC_BACKUP)[0]
    return machines(hours, plant) if name == "machines" else pumps(hours, plant, name)
