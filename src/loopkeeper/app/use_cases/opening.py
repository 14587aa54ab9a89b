"""Opening a plant from its folder: dossier, telemetry, admission, groundwork."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from loopkeeper.app.groundwork import Measured, admit_readings, lay_groundwork
from loopkeeper.app.outside import Dossiers, Telemetry
from loopkeeper.lifecycle.design.load_checks import unlikely_loads
from loopkeeper.measure.case import Case
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.series import Period
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Site
from loopkeeper.plant.verdict import Verdict


@dataclass(frozen=True)
class OpenPlant:
    """
    A plant read from its ``folder`` and admitted.

    Its period, the whole record, and the ``files`` that hold each point.
    """

    folder: Path
    groundwork: Case
    measured: Measured
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def plant(self) -> Plant:
        """The plant."""
        return self.groundwork.dossier.plant


def admitted(dossiers: Dossiers, folder: Path) -> tuple[Dossier, Measured]:
    """
    Read a dossier and admit all its telemetry.

    DossierError when the dossier has problems, with all of them; DataError when its data do not
    carry an answer, with the reasons.
    """
    dossier, measured, _ = _read(dossiers, folder)
    return dossier, measured


def _read(dossiers: Dossiers, folder: Path) -> tuple[Dossier, Measured, Telemetry]:
    """A dossier, its admitted telemetry, and what was read."""
    dossier = dossiers.read_dossier(folder)
    found = dossiers.gather_telemetry(folder, dossier.plant)
    return dossier, admit_readings(dossier, found.frame, found.verdicts), found


def open_plant(
    dossiers: Dossiers, folder: Path, period: Callable[[Site], Period | None]
) -> OpenPlant:
    """
    Read a plant and lay the groundwork of its evaluation.

    ``period`` gives, for the site, the period that is asked for; None for the last full year.
    Raises as :func:`admitted`.
    """
    dossier, measured, found = _read(dossiers, folder)
    when = period(dossier.plant.site)
    return OpenPlant(folder, lay_groundwork(dossier, measured, when), measured, found.files)


def inspect(dossiers: Dossiers, folder: Path) -> tuple[Verdict, ...]:
    """
    Return everything that is wrong with or missing from a dossier and its telemetry.

    Problems and cautions; bad content never raises.
    """
    dossier, verdicts = dossiers.inspect_dossier(folder)
    if dossier is None:
        return verdicts
    if dossier.design_loads is not None:
        verdicts = (*verdicts, *unlikely_loads(dossier.plant, dossier.design_loads))
    found = dossiers.gather_telemetry(folder, dossier.plant)
    if found.frame.height == 0:
        return (*verdicts, *found.verdicts)
    return (*verdicts, *admit_readings(dossier, found.frame, found.verdicts).verdicts)
