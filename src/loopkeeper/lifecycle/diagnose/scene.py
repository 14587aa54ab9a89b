"""The scene: everything the causes are looked for in, with the fits that several of them share."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from loopkeeper.lifecycle.diagnose.change_point import Level
from loopkeeper.lifecycle.diagnose.evidence import ground_prior
from loopkeeper.lifecycle.diagnose.ground_fit import GroundFit, fit_ground
from loopkeeper.lifecycle.diagnose.hypothesis import Counterfactuals, Hypothesis, Setting
from loopkeeper.lifecycle.diagnose.idle_fit import IdleFlow, find_idle_flow
from loopkeeper.lifecycle.diagnose.machine_fit import (
    Range,
    SetPoints,
    as_staged,
    set_points,
    wear,
)
from loopkeeper.lifecycle.diagnose.needed import Misdesign
from loopkeeper.lifecycle.diagnose.pump_fit import (
    PumpFit,
    draw_level,
    found_bypass,
    pump_hours,
)
from loopkeeper.lifecycle.diagnose.source_fit import WaterFit, fit_water
from loopkeeper.lifecycle.diagnose.suspect import PosteriorSampler
from loopkeeper.measure.case import Case
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Floats
from loopkeeper.physics.system import System, Trajectory
from loopkeeper.plant.model import PlantModel, WaterModel
from loopkeeper.plant.plant import Plant

OFF_WATER = 4.0
"""Maps are held to be good in water so far beyond the design's. [K]"""


@dataclass(frozen=True, kw_only=True)
class Prior:
    """
    What is known before the machines are looked at.

    ``pumps`` as measured and the ``doubt`` of the log of what the design's draw, by loop [-];
    ``machine_doubt`` of the log of what sound machines draw [-]; ``weather_doubt`` of the log of a
    year's loads [-]; ``misdesign`` what documents list other than the promise needs;
    ``meter_doubted`` where nothing tells whether the machines or their electricity meter read so
    much.
    """

    pumps: Mapping[str, PumpFit | None]
    doubt: Mapping[str, float]
    machine_doubt: float
    weather_doubt: float
    misdesign: tuple[Misdesign, ...] = ()
    meter_doubted: bool = False


@dataclass(frozen=True, kw_only=True)
class Scene:
    """
    A case that causes are looked for in.

    ``model`` the plant as designed, on its promise; ``setting`` the case and the design's loads;
    ``known`` what is known beforehand. The fits are made once, in whatever order they are asked
    for; their onsets are days of the period, negative ahead of it.
    """

    model: PlantModel
    setting: Setting
    known: Prior
    dice: PosteriorSampler = field(repr=False)

    @property
    def case(self) -> Case:
        """The plant in its measured period."""
        return self.setting.case

    @property
    def plant(self) -> Plant:
        """The plant."""
        return self.case.plant

    @property
    def operation(self) -> Operation:
        """The measured hours."""
        return self.case.operation

    @property
    def on_water(self) -> bool:
        """Whether the source is wells or surface water."""
        return isinstance(self.model.ground, WaterModel)

    @cached_property
    def listed(self) -> PlantModel:
        """The plant as documents list it: the design with what its promise does not need."""
        model = self.model
        for one in self.known.misdesign:
            model = one.change(model)
        return model

    @cached_property
    def staging(self) -> tuple[System, float]:
        """The listed plant with the staging it really has, and how far machines run together."""
        return as_staged(self.listed.system, self.operation)

    @property
    def staged(self) -> System:
        """The listed plant with the staging it really has."""
        return self.staging[0]

    @cached_property
    def ground(self) -> GroundFit | None:
        """The ground as found; None for water, and with too few hours."""
        if self.on_water:
            return None
        past, surveyed = self.case.past, self.case.surveyed
        metered = found_bypass(self.operation) is not None
        prior = ground_prior(
            self.plant,
            surveyed,
            len(past.heating),
            works=self.case.works,
            field_metered=metered,
        )
        return fit_ground(self.listed, self.operation, past, prior)

    @cached_property
    def ground_draws(self) -> Floats | None:
        """Joint draws of the ground, so that what trades off stays together, shape (n, 6)."""
        return None if self.ground is None else self.ground.draw(self.dice.rng, self.dice.count)

    @cached_property
    def water(self) -> WaterFit | None:
        """Wells or surface water as found; None for fields, and with too few days."""
        if not self.on_water:
            return None
        return fit_water(self.plant, self.staged, self.setting)

    @cached_property
    def designed(self) -> Trajectory:
        """The plant on its promise under the measured load, in balance as designed."""
        return Counterfactuals(self.setting).run(replace(Hypothesis.of(self.model), sized=True))

    @property
    def designed_water(self) -> Range:
        """Source water that the machines were chosen for, with a margin. [°C]"""
        water = self.designed["source_supply"][self.designed["run_share"] > 0]
        if not len(water):
            return Range(-np.inf, np.inf)
        return Range(float(water.min()) - OFF_WATER, float(water.max()) + OFF_WATER)

    @property
    def recorded(self) -> Operation:
        """The period's hours with those ahead of it."""
        return self.case.record.operation

    @cached_property
    def idle_flow(self) -> IdleFlow | None:
        """Load water that passes idle machines; None where nothing tells it."""
        doubt, water = self.known.machine_doubt, self.designed_water
        return find_idle_flow(self.staged, self.recorded, doubt, water)

    @property
    def mixed(self) -> System:
        """The plant as staged, with what passes idle machines where that is likely."""
        found = self.idle_flow
        if found is None or not found.present:
            return self.staged
        return replace(self.staged, idle_flow=found.value)

    @cached_property
    def wear(self) -> Level:
        """Machines' electricity over their maps."""
        doubt, water = self.known.machine_doubt, self.designed_water
        return self._of_period(wear(self.mixed, self.recorded, doubt, water))

    @cached_property
    def set_points(self) -> SetPoints:
        """Supply temperatures over their set-points."""
        found = set_points(self.staged, self.recorded)
        return SetPoints(self._of_period(found.heating), self._of_period(found.cooling))

    @cached_property
    def source_pumps_risen(self) -> Level:
        """Draw of the source's pumps over what it is in the period as a whole. Log. [-]"""
        fit = self.known.pumps.get("source")
        if fit is None:
            return Level(0.0, 0.0, None, -np.inf)
        hours = pump_hours(self.staged, self.recorded, "source")
        bank = fit.on(self.staged.source_pumps)
        return self._of_period(draw_level(bank, hours, self.recorded))

    def _of_period(self, level: Level) -> Level:
        """Count a level's onset from the first day of the period."""
        if level.onset is None:
            return level
        return replace(level, onset=level.onset - self.case.record.ahead)
