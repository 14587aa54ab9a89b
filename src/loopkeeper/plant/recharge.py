"""What serves the ground: backups that warm it or take heat out of it, and their pumps."""

from dataclasses import dataclass
from typing import Final

from loopkeeper.plant.machines import BackupRecord, Loop, PumpRecord
from loopkeeper.plant.plant import Plant

ALWAYS: Final = frozenset({"solar"})
"""Backups that serve nothing but the ground."""
REJECTING: Final = frozenset({"cooling_tower"})
"""Backups that relieve the ground where a yearly energy or a pump of their own says so."""
COLD: Final = frozenset({"chiller", "cooling_tower"})
"""Backups that take heat out of the ground; all others put heat into it."""
ALIKE: Final = 0.15
"""Flows within this of each other are the same by design. [-]"""


@dataclass(frozen=True, slots=True)
class GroundService:
    """
    A backup that serves the ground.

    ``sign`` is +1 where it puts heat into the ground (recharge) and −1 where it takes heat out of
    it (relief); ``pump`` is what circulates the ground's water for it, None where none is listed.
    """

    backup: BackupRecord
    sign: float
    pump: PumpRecord | None = None

    @property
    def capacity(self) -> float | None:
        """Heat it moves at full load, None where the dossier does not say. [W]"""
        return self.backup.heating if self.sign > 0 else self.backup.cooling


def serving_ground(plant: Plant) -> tuple[GroundService, ...]:
    """
    Return the backups that serve the ground, which way, and the pump of each.

    Parameters
    ----------
    plant : Plant
        Its backups, pumps and machines.

    Returns
    -------
    tuple of GroundService
        Solar heat always; a cooling tower with a yearly design energy or a pump of its own; any
        other backup when a pump ``serves`` it. A pump that is not said to serve anything is taken
        for the only such backup's when it is one duty pump more than machines on the source side
        and the flows of the others make the design flow without it.
    """
    stated = {p.serves: p for p in plant.pumps if p.serves}
    usual = [b for b in plant.backups if b.kind in ALWAYS | REJECTING]
    spare = _spare_pump(plant) if len(usual) == 1 and not stated else None
    found = []
    for backup in plant.backups:
        pump = stated.get(backup.id) or (spare if backup in usual else None)
        relief = backup.kind in REJECTING and (pump is not None or bool(backup.annual_design))
        if backup.kind in ALWAYS or relief or backup.id in stated:
            sign = -1.0 if backup.kind in COLD else 1.0
            found.append(GroundService(backup, sign, pump))
    return tuple(found)


def recharge_pumps(plant: Plant) -> frozenset[str]:
    """Return the pumps that circulate the ground's water for backups, none of the machines'."""
    return frozenset(s.pump.id for s in serving_ground(plant) if s.pump is not None)


def _spare_pump(plant: Plant) -> PumpRecord | None:
    """Return the source pump that is none of the machines' pumps, None when that is not plain."""
    duty = [p for p in plant.pumps if p.loop is Loop.SOURCE and not p.standby]
    if len(duty) != len(plant.machines) + 1:
        return None
    fits = []
    for one in duty:
        others = [p.flow for p in duty if p is not one]
        if _beside(one.flow, others, plant.source.design_flow):
            fits.append(one)
    return fits[0] if len(fits) == 1 else None


def _beside(flow: float, others: list[float], design: float | None) -> bool:
    """Whether others are alike and make the design flow, and a pump is not like them. [m3 s-1]"""
    if not others or (design is None and len(others) == 1):
        return False
    whole, mean = sum(others), sum(others) / len(others)
    alike = max(others) <= (1 + ALIKE) * min(others)
    enough = design is None or abs(whole - design) <= ALIKE * design
    return alike and enough and abs(flow - mean) > ALIKE * mean
