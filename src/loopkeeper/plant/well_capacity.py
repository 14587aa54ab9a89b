"""What one single well can give in a season, with the doubts of its aquifer, against its claim."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from loopkeeper.physics.aquifer import Aquifer
from loopkeeper.physics.single_well import season_deficit, sustainable_heat
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.source import AquiferRecord, Basis, SingleWell
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.wells import aquifer_of, circulating, injection_head
from loopkeeper.units import DAY

SEASON: Final = {"heating": 120 * DAY, "cooling": 90 * DAY}
"""Circulation without a rest that a claim of capacity is held against. [s]"""
CONDUCTIVITY: Final = {Basis.TEST: 1.5, Basis.REGIONAL_GUESS: 5.0}
"""Factor either way by which hydraulic conductivity may differ from what is stated. [-]"""
ANISOTROPY: Final = 2.5
"""The same of K_r/K_z, which pumping tests do not see. [-]"""


@dataclass(frozen=True, slots=True)
class Capacity:
    """Heat that a well alone gives all through its first season; ``low``, ``high`` bounds. [W]"""

    heat: float
    low: float
    high: float


def well_capacity(record: AquiferRecord, well: SingleWell, mode: str) -> Capacity:
    """
    Return what a well can give, or take, without returning water beyond what is allowed.

    Parameters
    ----------
    record : AquiferRecord
        With the bounds of the returned water.
    well : SingleWell
        Alone in it.
    mode : str
        ``heating`` or ``cooling``.

    Returns
    -------
    Capacity
        At the aquifer stated, and over the corners of its doubts.

    Raises
    ------
    OutOfRangeError
        When well or aquifer cannot be.

    Notes
    -----
    The flow is cut where the injection head would lift the cover. Neighbours and later years
    come off the capacity of a first season.
    """
    stated = aquifer_of(record)
    doubt = CONDUCTIVITY[record.basis]
    found = [
        _heat(
            replace(stated, conductivity=k * stated.conductivity, anisotropy=_ratio(stated, a)),
            record,
            well,
            mode,
        )
        for k, a in (
            (1.0, 1.0),
            (1 / doubt, 1 / ANISOTROPY),
            (1 / doubt, ANISOTROPY),
            (doubt, 1 / ANISOTROPY),
            (doubt, ANISOTROPY),
        )
    ]
    return Capacity(found[0], min(found), max(found))


def _ratio(aquifer: Aquifer, factor: float) -> float:
    """K_r/K_z by a factor; layers lie flat, so not below the smaller of one and what is stated."""
    return max(factor * aquifer.anisotropy, min(1.0, aquifer.anisotropy))


def _heat(aquifer: Aquifer, record: AquiferRecord, well: SingleWell, mode: str) -> float:
    layer, own = circulating(aquifer, well)
    head, limit = injection_head(aquifer, well)
    borne = min(1.0, limit / head) if limit > 0 else 1.0
    flow = own.flow * borne
    u = season_deficit(layer, own.shape, flow=flow, season=SEASON[mode])
    u = (1.0 + u) / (1.0 - well.seal_leak) - 1.0
    low, high = (
        (record.return_min, aquifer.temperature)
        if mode == "heating"
        else (aquifer.temperature, record.return_max)
    )
    return sustainable_heat(flow, deficit_per_spread=u, undisturbed=high, coldest=low)


def capacity_verdicts(plant: Plant) -> Iterator[Verdict]:
    """
    Say what the single wells of a plant can give, each sort once, against what is designed.

    Parameters
    ----------
    plant : Plant
        With single wells and an aquifer; any other says nothing.

    Yields
    ------
    Verdict
        ``design.well.capacity``, ``…_doubtful`` or ``…_refuted``.
    """
    record = plant.source.aquifer
    if record is None:
        return
    sorts: dict[SingleWell, SingleWell] = {}
    for well in plant.source.single_wells:
        sorts.setdefault(replace(well, id="", x=0.0, y=0.0), well)
    for well in sorts.values():
        for mode in SEASON:
            claimed = getattr(well, f"design_{mode}")
            found = well_capacity(record, well, mode)
            figures = {
                "well": well.id,
                "mode": mode,
                "days": round(SEASON[mode] / DAY),
                "heat": f"{found.heat / 1e3:,.0f}",
                "low": f"{found.low / 1e3:,.0f}",
                "high": f"{found.high / 1e3:,.0f}",
                "limit": record.return_min if mode == "heating" else record.return_max,
                "doubt": CONDUCTIVITY[record.basis],
                "ratio": ANISOTROPY,
            }
            if claimed is not None:
                figures["claimed"] = f"{claimed / 1e3:,.0f}"
            yield Verdict(f"design.well.capacity{_judged(found, claimed)}", figures)


def _judged(found: Capacity, claimed: float | None) -> str:
    """How a claim stands to what was found: an ending of the verdict's code."""
    if claimed is None:
        return ""
    if claimed > found.high:
        return "_refuted"
    return "_doubtful" if claimed > found.low else "_kept"
