"""Alarms of a plant: suggested as a table to edit, and read back as the service would."""

from pathlib import Path

from loopkeeper.app.outside import Dossiers
from loopkeeper.lifecycle.monitor.alarm import Definition
from loopkeeper.lifecycle.monitor.defaults import DefaultAlarm, default_alarms

__all__ = ["DefaultAlarm", "checked", "suggested"]


def suggested(dossiers: Dossiers, folder: Path, output: Path) -> tuple[DefaultAlarm, ...]:
    """Write the alarms that a plant's points allow; return them."""
    plant = dossiers.read_dossier(folder).plant
    given = default_alarms(plant)
    dossiers.write_alarms(output, plant.site.id, given)
    return given


def checked(dossiers: Dossiers, table: Path) -> list[Definition]:
    """Read a table of alarms as the service would; return what they watch for."""
    return [one.definition for one in dossiers.read_alarms(table)]
