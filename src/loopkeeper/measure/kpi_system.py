"""Key figures of the whole system: where the factor is lost, and what the pumps cost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from loopkeeper.measure.energies import electric_energy, thermal_energy
from loopkeeper.measure.kpi import GB50801, counted
from loopkeeper.measure.kpi_basis import (
    Answer,
    KpiRefusal,
    cut_out,
    nothing_delivered,
)
from loopkeeper.measure.meter_error import Sensed, summed
from loopkeeper.measure.metered import (
    BESIDE,
    PARTS,
    Group,
    backup_useful,
    heat,
    machines,
    meters,
    pumps,
    spent_in,
)
from loopkeeper.measure.quality import Bools
from loopkeeper.measure.series import Period, PlantHours
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.plant import Plant


@dataclass(frozen=True, slots=True)
class Step:
    """
    A step of the loss waterfall.

    ``factor`` after it is counted [-]; ``electricity`` it adds [J]; ``lost`` how much of the
    factor it takes away, negative where a backup adds to it [-].
    """

    name: str
    factor: Estimate
    electricity: Estimate
    lost: float


def loss_waterfall(
    hours: PlantHours, plant: Plant, period: Period, mode: str
) -> tuple[Step, ...] | KpiRefusal:
    """
    Return the performance factor from the machine outwards, all steps over the same hours.

    Machines (SEPEMO H1), source pumps (H2), buffer pumps where they are metered (IEA Annex 52
    level 3), load pumps (GB/T 50801), backup, terminals where they are metered (H4).
    """
    inside = hours.over(period)
    parts = {"machines": [machines(inside, plant)]}
    parts |= {
        n: spent_in(inside, plant, n) for n in PARTS if n not in BESIDE or meters(inside, plant, n)
    }
    useful, extra = heat(inside, "load"), backup_useful(inside, plant, mode)
    blank = KpiRefusal("loss_waterfall", "machine to system", mode, ())
    groups = [group for found in parts.values() for group in found]
    cut = cut_out(inside, [useful, extra, *groups], blank, whole=True)
    if isinstance(cut, KpiRefusal):
        return cut
    where = cut.mode(mode)
    sign = -1.0 if mode == "cooling" else 1.0
    delivered = thermal_energy(inside, plant, "load", where).scaled(sign)
    spent = {n: summed(electric_energy(inside, g, where) for g in parts[n]) for n in parts}
    if delivered.value <= 0 or spent["machines"].value <= 0:
        return nothing_delivered(blank)
    useful_too = {"backup": electric_energy(inside, extra, where)}
    return tuple(_steps(delivered, spent, useful_too))


def _steps(
    delivered: Sensed, spent: Mapping[str, Sensed], useful_too: Mapping[str, Sensed]
) -> Iterator[Step]:
    """Count part after part; some of them deliver too."""
    total = Sensed(0.0)
    before: float | None = None
    for name, one in spent.items():
        total = summed([total, one])
        delivered = summed([delivered, useful_too.get(name, Sensed(0.0))])
        factor = delivered.over(total)
        lost = 0.0 if before is None else before - factor.value
        yield Step(name, factor.estimate(), one.estimate(), lost)
        before = factor.value


def system_factor(hours: PlantHours, plant: Plant, period: Period) -> Answer:
    """
    Return heat, cold and hot water together over all electricity: what the plant is worth as one.

    Within the boundary of GB/T 50801; hot water has a meter of its own beside the load's
    (``hot-water``) or is part of it. Hours of simultaneous use count both ways. [-]
    """
    inside = hours.over(period)
    blank = KpiRefusal("system_factor", GB50801.name, "all", ())
    useful = [heat(inside, "load"), *_hot_water(inside)]
    backups = [backup_useful(inside, plant, m, electric=True) for m in ("heating", "cooling")]
    used = counted(inside, plant, GB50801)
    cut = cut_out(inside, [*useful, *backups, *used], blank, whole=True)
    if isinstance(cut, KpiRefusal):
        return cut
    delivered = summed(
        [
            *(_both_ways(inside, plant, group.name, cut.known) for group in useful),
            *(electric_energy(inside, group, cut.known) for group in backups),
        ]
    )
    spent = summed(electric_energy(inside, group, cut.known) for group in used)
    if delivered.value <= 0 or spent.value <= 0:
        return nothing_delivered(blank)
    factor = delivered.over(spent).estimate()
    return blank.given(factor, "-", cut.coverage, GB50801.clause, GB50801.confidence)


def hot_water_energy(hours: PlantHours, plant: Plant, period: Period) -> tuple[Answer, Answer]:
    """
    Return the heat of hot water, and how much of it came while the building was cooled.

    Energies in the known hours [J]; heat made together with cold costs its compressor once.
    """
    inside = hours.over(period)
    blanks = [
        KpiRefusal("delivered_energy", "hot-water", mode, ())
        for mode in ("hot_water", "simultaneous")
    ]
    groups = [heat(inside, "hot-water"), heat(inside, "load")]
    cut = cut_out(inside, groups, blanks[0])
    if isinstance(cut, KpiRefusal):
        return cut, KpiRefusal(blanks[1].name, blanks[1].boundary, blanks[1].mode, cut.reasons)
    cooled = cut.known & (np.nan_to_num(inside.values("heat_power", "load")) < 0)
    found = []
    for blank, where in zip(blanks, (cut.known, cooled), strict=True):
        energy = thermal_energy(inside, plant, "hot-water", where).estimate()
        found.append(blank.given(energy, "J", cut.coverage))
    return found[0], found[1]


def _hot_water(hours: PlantHours) -> list[Group]:
    """The hot water's own meter, where there is one."""
    found = heat(hours, "hot-water")
    return [] if found.values is None else [found]


def _both_ways(hours: PlantHours, plant: Plant, of: str, known: Bools) -> Sensed:
    """Heat and cold of a loop, both counted positive. [J]"""
    power = np.nan_to_num(hours.values("heat_power", of))
    return summed(
        thermal_energy(hours, plant, of, known & (side * power > 0)).scaled(side)
        for side in (1.0, -1.0)
    )


def pump_work(hours: PlantHours, plant: Plant, period: Period, loop: str) -> Answer:
    """
    Return pump electricity over the heat and cold delivered: W/kW, the measured EC(H)R.

    Ratio [-]; times 1000 it is W/kW. The quantity that GB 50736-2012 8.5.12 limits at design
    conditions (EC(H)R), here over all hours.
    """
    return _pump_ratio(hours, plant, period, loop, "load")


def water_transport_factor(hours: PlantHours, plant: Plant, period: Period, loop: str) -> Answer:
    """
    Return the heat and cold a loop carried over its pumps' electricity (GB/T 17981-2007, M). [-]

    Of the source it is level 0 of IEA HPT Annex 52.
    """
    found = _pump_ratio(hours, plant, period, loop, loop)
    blank = KpiRefusal("water_transport_factor", found.boundary, "all", ())
    if isinstance(found, KpiRefusal):
        return KpiRefusal(blank.name, blank.boundary, blank.mode, found.reasons)
    value, low, high = found.value.value, found.value.low, found.value.high
    turned = Estimate(1 / value, 1 / high, 1 / low if low > 0 else np.inf)
    return blank.given(turned, "-", found.coverage, "GB/T 17981-2007", "M")


def _pump_ratio(
    hours: PlantHours, plant: Plant, period: Period, loop: str, carrier: str
) -> Answer:
    """Pump electricity over the size of the heat of a loop, both ways."""
    inside = hours.over(period)
    metered = pumps(inside, plant, loop)
    blank = KpiRefusal("pump_work", metered.name, "all", ())
    cut = cut_out(inside, [metered, heat(inside, carrier)], blank, whole=True)
    if isinstance(cut, KpiRefusal):
        return cut
    carried = _both_ways(inside, plant, carrier, cut.known)
    spent = electric_energy(inside, metered, cut.known)
    if carried.value <= 0 or spent.value <= 0:
        return nothing_delivered(blank)
    ratio = spent.over(carried).estimate()
    return blank.given(ratio, "-", cut.coverage, "EC(H)R", "M+")
