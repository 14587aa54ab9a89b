"""A design run through its years."""

from loopkeeper.app.design_year import design_year
from loopkeeper.app.surveying import on_measured_ground
from loopkeeper.lifecycle.design.horizon import Horizon, horizon
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.assemble import assemble

__all__ = ["Horizon", "simulated"]


def simulated(dossier: Dossier, years: int) -> Horizon:
    """
    Run the design of a dossier for some years, on the ground that field tests found.

    InsufficientDataError when there is no design year; InputError when the plant cannot be
    simulated.
    """
    measured = on_measured_ground(dossier)
    model, _ = assemble(measured.plant)
    return horizon(measured.plant, model.system, design_year(measured), years=years)
