"""From wells on paper to the water the machines see; what the ground will not bear is said."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from loopkeeper.errors import InconsistentPlantError, OutOfRangeError
from loopkeeper.physics.aquifer import Aquifer, Screens, dipole_head, dipole_screen_heads
from loopkeeper.physics.circulating import Circulating, WellResponse, circulating_response
from loopkeeper.physics.returned_water import WellGround
from loopkeeper.physics.single_well import washing_time, well_ground
from loopkeeper.physics.well_field import ALONE
from loopkeeper.physics.well_flow import Packing, packed_flow
from loopkeeper.physics.well_heads import (
    injection_head_limit,
)
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.source import (
    AquiferRecord,
    Basis,
    SingleWell,
    SingleWellType,
)
from loopkeeper.plant.verdict import Verdict


def aquifer_of(record: AquiferRecord) -> Aquifer:
    """Return the aquifer of a record. Raises OutOfRangeError when it cannot be."""
    return Aquifer(
        thickness=record.thickness,
        conductivity=record.hydraulic_conductivity,
        anisotropy=record.anisotropy,
        thermal_conductivity=record.conductivity,
        heat_capacity=record.heat_capacity,
        temperature=record.undisturbed_temperature,
        storage=record.storage,
        velocity=record.regional_velocity,
        top=record.top,
        static_level=max(record.static_level, 0.0),
    )


def single_well_response(plant: Plant) -> tuple[WellResponse, float]:
    """
    Return the feedback of a plant's single wells together.

    Parameters
    ----------
    plant : Plant
        With single wells and an aquifer.

    Returns
    -------
    response : WellResponse
        Of all wells, by the volume of a mean one, which knows its neighbours in the same layer;
        wells whose place is not known have none.
    wells : float
        Wells that share the plant's flow. [-]

    Raises
    ------
    InconsistentPlantError
        When wells or aquifer are missing or impossible; names well, quantity and allowed range.
    """
    record, wells = plant.source.aquifer, plant.source.single_wells
    if record is None or not wells:
        raise InconsistentPlantError(
            f"plant {plant.site.id}: single wells need [[source.single_well]] and [source.aquifer]"
        )
    near: dict[Aquifer, list[Circulating]] = {}
    groups: list[tuple[Aquifer, list[Circulating]]] = []
    for well in wells:
        try:
            layer, own = circulating(aquifer_of(record), well)
        except OutOfRangeError as error:
            raise InconsistentPlantError(f"well {well.id}: {error}") from error
        if well.place is None:
            groups.append((layer, [own]))
        else:
            near.setdefault(layer, []).append(own)
    groups += near.items()
    try:
        return _response_of(groups), float(len(wells))
    except OutOfRangeError as error:
        raise InconsistentPlantError(
            f"plant {plant.site.id}: single wells (placed by x_m, y_m): {error}"
        ) from error


def single_well_ground(plant: Plant) -> tuple[WellGround, tuple[Verdict, ...]]:
    """
    Return a plant's single wells as one modal source.

    Parameters
    ----------
    plant : Plant
        With single wells and an aquifer.

    Returns
    -------
    WellGround
        All wells together.
    verdicts : tuple of Verdict
        Guesses, and heads the cover would not bear.

    Raises
    ------
    InconsistentPlantError
        When wells or aquifer are missing or impossible; names well, quantity and allowed range.
    """
    response, count = single_well_response(plant)
    record, wells = plant.source.aquifer, plant.source.single_wells
    if record is None:  # pragma: no cover - single_well_response() has refused it
        raise InconsistentPlantError("no [source.aquifer]")
    verdicts = [*guessed(record), *_unplaced(wells)]
    aquifer = aquifer_of(record)
    for well in wells:
        heads = injection_head(aquifer, well, wells)
        verdicts += head_verdicts(well.id, heads, aquifer.static_level)
    leak = float(np.average([w.seal_leak for w in wells], weights=[w.design_flow for w in wells]))
    ground = well_ground(
        response,
        temperature=record.undisturbed_temperature,
        wells=count,
        exchange=response.exchange * (1.0 - leak),
        rest_time=washing_time(aquifer, _reach(wells)),
    )
    return ground, tuple(verdicts)


def guessed(record: AquiferRecord) -> Iterator[Verdict]:
    """Yield what has to be said of an aquifer that is a regional guess."""
    if record.basis is Basis.REGIONAL_GUESS:
        yield Verdict("plant.aquifer.guessed", {"conductivity": record.hydraulic_conductivity})


def _unplaced(wells: Sequence[SingleWell]) -> Iterator[Verdict]:
    lost = [w.id for w in wells if w.place is None]
    if lost and len(wells) > 1:
        yield Verdict("plant.well.place_unknown", {"count": len(lost), "wells": ", ".join(lost)})


def _reach(wells: Sequence[SingleWell]) -> float:
    """Radius of ground that the wells reach together. [m]"""
    places = [w.place for w in wells if w.place is not None]
    if not places:
        return ALONE
    x, y = np.array(places).T
    return float(np.hypot(x - x.mean(), y - y.mean()).max()) + ALONE


def circulating(aquifer: Aquifer, well: SingleWell) -> tuple[Aquifer, Circulating]:
    """
    Return the layer a single well circulates in, and the well as it does.

    Raises
    ------
    OutOfRangeError
        When zones are missing or do not fit the aquifer.
    """
    shape: Packing | Screens
    sealed = well.seal_zone is not None and None not in (well.return_zone, well.intake_zone)
    if well.type is SingleWellType.PARTICLE_ANNULUS and not sealed:
        layer, shape = (
            aquifer,
            Packing(
                0.5 * well.inner_pipe_diameter,
                0.5 * well.bore_diameter,
                well.particle_diameter,
                well.particle_porosity,
            ),
        )
    else:
        layer, shape = _screens(aquifer, well)
    x, y = well.place or (0.0, 0.0)
    return layer, Circulating(x, y, shape, well.design_flow)


def _response_of(groups: Sequence[tuple[Aquifer, Sequence[Circulating]]]) -> WellResponse:
    """Feedback of wells, in groups that touch each other."""
    responses = [_group_response(layer, tuple(group)) for layer, group in groups]
    if len(groups) == 1:
        return responses[0]
    return _mean_response([group for _, group in groups], responses)


@lru_cache(maxsize=64)
def _group_response(layer: Aquifer, group: tuple[Circulating, ...]) -> WellResponse:
    """Feedback of wells that touch each other; some seconds each, remembered."""
    return circulating_response(layer, group)


def _screens(aquifer: Aquifer, well: SingleWell) -> tuple[Aquifer, Screens]:
    """
    Zones as heights above the base.

    A stacked well has the layers of its own zones only, and so has one whose zones reach beyond
    the aquifer's stated thickness: what is stated then is the part that yields.
    """
    if well.return_zone is None or well.intake_zone is None:
        raise OutOfRangeError("return_zone_m and intake_zone_m are needed")
    zones = (*well.return_zone, *well.intake_zone)
    top, thickness = aquifer.top, aquifer.thickness
    beyond = min(zones) < top or max(zones) > top + thickness
    if well.type is SingleWellType.STACKED or beyond:
        top, thickness = min(zones), max(zones) - min(zones)
    layer = Aquifer(
        thickness,
        aquifer.conductivity,
        aquifer.anisotropy,
        aquifer.thermal_conductivity,
        aquifer.heat_capacity,
        aquifer.temperature,
        aquifer.storage,
        aquifer.velocity,
        top,
        aquifer.static_level,
    )
    base = top + thickness
    injection, intake = (
        (base - zone[1], base - zone[0]) for zone in (well.return_zone, well.intake_zone)
    )
    screens = Screens(0.5 * well.bore_diameter, injection, intake)
    screens.check(layer)
    return layer, screens


def injection_head(
    aquifer: Aquifer, well: SingleWell, beside: Sequence[SingleWell] = ()
) -> tuple[float, float]:
    """
    Return the injection head of a single well at design flow, and the head its cover bears.

    Parameters
    ----------
    aquifer : Aquifer
        Around the well.
    well : SingleWell
        Returns water into itself.
    beside : sequence of SingleWell
        Others that press in the same layer.

    Returns
    -------
    head, limit : float
        Above the static level. [m]
    """
    layer, own = circulating(aquifer, well)
    if not isinstance(own.shape, Screens):
        head = 0.5 * _head_loss(aquifer, own.shape, own.flow)
        return head, injection_head_limit(cover=aquifer.top, static_level=aquifer.static_level)
    head = dipole_screen_heads(layer, own.shape, well.design_flow)[0]
    low, high = own.shape.injection
    height = low + (np.arange(9) + 0.5) / 9 * (high - low)
    for other in beside:
        same, there = circulating(aquifer, other)
        if other is well or same != layer or not isinstance(there.shape, Screens):
            continue
        if well.place is None or other.place is None:
            continue
        way = np.subtract(well.place, other.place)
        apart = np.full(len(height), np.hypot(*way))
        pressed = dipole_head(layer, there.shape, flow=there.flow, radius=apart, height=height)
        head += float(pressed.mean())
    cover = well.return_zone[0] if well.return_zone else aquifer.top
    return head, injection_head_limit(cover=cover, static_level=aquifer.static_level)


@lru_cache(maxsize=64)
def _head_loss(aquifer: Aquifer, packing: Packing, flow: float) -> float:
    """Head lost between return and intake of a packed well. [m]"""
    return packed_flow(aquifer, packing, flow=flow, reach=ALONE).head_loss


def head_verdicts(name: str, heads: tuple[float, float], static_level: float) -> list[Verdict]:
    """Injection head at design flow against what the cover bears, and against the ground."""
    head, limit = heads
    figures = {"well": name, "head": round(head, 2), "limit": round(limit, 2)}
    if head > limit:
        return [Verdict("plant.well.uplift", figures)]
    if head > static_level:
        figures = {"well": name, "head": round(head, 2), "level": static_level}
        return [Verdict("plant.well.pressurised", figures)]
    return []


def _mean_response(
    groups: Sequence[Sequence[Circulating]],
    responses: Sequence[WellResponse],
) -> WellResponse:
    """Feedback of groups of wells that are fed alike and mix their water."""
    flows = np.array([sum(w.flow for w in group) for group in groups])
    mean = float(flows.sum()) / sum(len(group) for group in groups)
    own = flows / np.array([len(group) for group in groups])
    volume = responses[0].volume * mean / own[0]  # all share their moments
    exchange = float(np.average([r.exchange for r in responses], weights=flows))
    passed = np.average([r.exchange * r.feedback for r in responses], axis=0, weights=flows)
    return WellResponse(volume, passed / exchange, exchange)
