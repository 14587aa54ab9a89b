"""Opening a plant from its folder: dossier, telemetry, admission, groundwork."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from loopkeeper.adapters.files.dossier.read import inspect_dossier, read_dossier
from loopkeeper.adapters.files.telemetry.telemetry import gather_telemetry, read_telemetry
from loopkeeper.app.groundwork import Groundwork, Measured, admit_readings, lay_groundwork
from loopkeeper.lifecycle.design.load_checks import unlikely_loads
from loopkeeper.measure.series import Period
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Site
from loopkeeper.plant.verdict import Verdict


@dataclass(frozen=True)
class OpenPlant:
    """A plant read and admitted: its period, the whole record, and the ``files`` of each point."""

    groundwork: Groundwork
    measured: Measured
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def plant(self) -> Plant:
        """The plant."""
        return self.groundwork.dossier.plant


def open_plant(folder: Path, period: Callable[[Site], Period | None]) -> OpenPlant:
    """
    Read a plant and lay the groundwork of its evaluation.

    Parameters
    ----------
    folder : Path
        The dossier.
    period : callable
        Given the site, the period that is asked for; None for the last full year.

    Returns
    -------
    OpenPlant
        Ready to be evaluated and diagnosed.

    Raises
    ------
    DossierError
        When the dossier has problems; carries all of them.
    DataError
        When its data do not carry an answer; the reasons are named.
    """
    dossier = read_dossier(folder)
    found = gather_telemetry(folder, dossier.plant)
    measured = admit_readings(dossier, found.frame, found.verdicts)
    when = period(dossier.plant.site)
    return OpenPlant(lay_groundwork(dossier, measured, when), measured, found.files)


def inspect(folder: Path) -> tuple[Verdict, ...]:
    """
    Return everything that is wrong with or missing from a dossier and its telemetry.

    Parameters
    ----------
    folder : Path
        The dossier.

    Returns
    -------
    tuple of Verdict
        Problems and cautions; bad content never raises.
    """
    dossier, verdicts = inspect_dossier(folder)
    if dossier is None:
        return verdicts
    if dossier.design_loads is not None:
        verdicts = (*verdicts, *unlikely_loads(dossier.plant, dossier.design_loads))
    readings, said = read_telemetry(folder, dossier.plant)
    if readings.height == 0:
        return (*verdicts, *said)
    return (*verdicts, *admit_readings(dossier, readings, said).verdicts)
