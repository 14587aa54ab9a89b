"""What meters would tell of a plant that is just as it is simulated, and a court over it."""

import numpy as np

from loopkeeper.lifecycle.diagnose.hypothesis import Counterfactuals, Setting
from loopkeeper.lifecycle.diagnose.pump_fit import PumpFit
from loopkeeper.lifecycle.diagnose.suspect import PosteriorSampler
from loopkeeper.measure.case import Case, MeterDoubt, Surveyed
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.drawdown import Drawdown
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.past import Past, RecordedYears
from loopkeeper.measure.reference import ReferenceLoads
from loopkeeper.measure.series import Period
from loopkeeper.physics.system import BoundaryConditions, Load, simulate
from loopkeeper.virtual.templates import template

HOURS = 24 * 120
START = np.datetime64("2023-12-31T16:00:00", "s")
WAVE = 2e5 + 1.5e5 * np.sin(np.arange(HOURS) / 50.0)
COLD = np.arange(HOURS) >= HOURS // 2
SEASONS = Load(np.where(COLD, 0.0, WAVE), np.where(COLD, WAVE, 0.0))
NOTHING = Past(*(np.zeros(0) for _ in range(4)))


class _Turns:
    """Chance whose draws are one deviation above, then below, in turn."""

    def standard_normal(self, shape):
        rows = np.where(np.arange(shape[0]) % 2 == 0, 1.0, -1.0)
        return np.broadcast_to(rows[:, None], shape).copy()


def even_dice(count):
    """So many draws of any posterior, one deviation above its mean and one below it in turn."""
    return PosteriorSampler(_Turns(), count)


def hours_from_start(count):
    """Times of so many hours, the first of a year in China."""
    return START + np.arange(count) * np.timedelta64(1, "h")


def lived(system, load=SEASONS):
    """What meters would tell of a plant that is just as it is simulated."""
    count = len(load.heating)
    outside = BoundaryConditions(np.full(count, 5.0), np.ones(count, bool))
    run = simulate(system, load, outside, 3600.0)
    nothing = np.full(count, np.nan)
    return Operation(
        time=hours_from_start(count),
        heating=run["heating_delivered"],
        cooling=run["cooling_delivered"],
        recharge=np.zeros(count),
        outdoor=np.full(count, 5.0),
        indoor=nothing,
        enabled=np.ones(count, bool),
        filled=np.zeros(count, bool),
        good=np.ones(count, bool),
        source_heat=run["ground_heat_rate"],
        source_supply=run["source_supply"],
        source_return=run["source_return"],
        source_flow=run["source_flow"],
        field_flow=run["source_flow"],
        load_supply=run["load_supply"],
        load_return=run["load_return"],
        load_flow=run["load_flow"],
        machine_electricity=run["machine_heating_electricity"]
        + run["machine_cooling_electricity"],
        source_pump_electricity=run["source_pump_electricity"],
        load_pump_electricity=run["load_pump_electricity"],
        machines_running=run["machines_running"],
        run_share=run["run_share"],
        natural=nothing,
        source_limit=np.full(count, np.inf),
    )


def case_of(operation, plant=None, record=None):
    """A case of these hours alone, of the office where no other plant is given."""
    end = operation.time[-1] + np.timedelta64(1, "h")
    return Case(
        dossier=Dossier(plant=template("office").plant if plant is None else plant),
        period=Period(operation.time[0], end),
        simulated="nobody asked for it",
        operation=operation,
        past=NOTHING,
        record=RecordedYears(operation, 0, NOTHING) if record is None else record,
        surveyed=Surveyed(),
        doubt=MeterDoubt(0.02, 0.01),
        kpis=(),
        quality=(),
        verdicts=(),
        drawdown=Drawdown(),
    )


def setting_of(case, factor=1.0):
    """A case with the design's loads so many times the measured ones."""
    operation = case.operation
    reference = ReferenceLoads(
        factor * operation.heating, factor * operation.cooling, operation.recharge
    )
    return Setting(case=case, reference=reference)


def court_of(operation, factor=1.0):
    """A court over these hours, the design's loads so many times the measured ones."""
    return Counterfactuals(setting_of(case_of(operation), factor))


def pumps_like(bank, draw=1.0, flow=1.0, **of):
    """A fit of pumps that draw and move so many times what their bank does."""
    usual = {
        "mode": bank.mode,
        "law": bank.law,
        "electricity_factor": draw,
        "scatter": 0.02,
        "electricity": draw * bank.electricity,
        "flow": flow * bank.flow,
    }
    return PumpFit(**{**usual, **of})
