"""
A hypothesis: the plant with some of its suspected deviations, and what it would use.

Its value is its electricity *at the heat and cold that were really delivered*, so that hypotheses
with other loads can be compared.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from loopkeeper.measure.case import Case
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.past import Past, reference_past
from loopkeeper.measure.reference import ReferenceLoads
from loopkeeper.measure.series import Floats
from loopkeeper.physics.system import BoundaryConditions, Load, System, Trajectory
from loopkeeper.plant.model import GroundModel, PlantModel, WaterModel
from loopkeeper.plant.years import Years, mode_energy, run_years
from loopkeeper.units import HOUR


@dataclass(frozen=True)
class LoadScales:
    """
    How the measured loads differ from the reference loads of the design.

    ``size`` is common to heating and cooling (a wrongly sized load); ``heating`` and ``cooling``
    are what remains of each (one-sidedness). Their products are the measured over the reference
    energies. [-]
    """

    size: float
    heating: float
    cooling: float

    @classmethod
    def of(cls, heating_ratio: float, cooling_ratio: float) -> "LoadScales":
        """Split two ratios into a common size and a one-sided rest."""
        logs = np.log([heating_ratio, cooling_ratio])
        size = 1.0
        if logs[0] * logs[1] > 0:
            size = float(np.exp(logs[np.argmin(np.abs(logs))]))
        return cls(size, heating_ratio / size, cooling_ratio / size)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a hypothesis is judged in: the case, and the ``reference`` loads of its design."""

    case: Case
    reference: ReferenceLoads

    @property
    def operation(self) -> Operation:
        """The measured hours."""
        return self.case.operation

    @cached_property
    def heating(self) -> float:
        """Heat that was delivered. [J]"""
        return float(self.operation.heating.sum() * HOUR)

    @cached_property
    def cooling(self) -> float:
        """Cold that was delivered. [J]"""
        return float(self.operation.cooling.sum() * HOUR)

    @cached_property
    def scales(self) -> LoadScales:
        """How the measured loads differ from the reference loads."""
        op, ref = self.operation, self.reference
        return LoadScales.of(_ratio(op.heating, ref.heating), _ratio(op.cooling, ref.cooling))

    @cached_property
    def reference_past(self) -> Past:
        """The years before as the design would have had them."""
        return reference_past(self.reference, self.operation.outdoor, len(self.case.past.heating))

    @property
    def recharge_apart(self) -> float:
        """How far recharge and relief are from the design's, of the larger of the two. [-]"""
        found, designed = self.operation.recharge.sum(), self.reference.recharge.sum()
        largest = max(abs(found), abs(designed))
        return abs(float(found - designed)) / largest if largest > 0 else 0.0

    def years(self, *, sized: bool, unbalanced: bool) -> Years:
        """
        Return the loads of a hypothesis.

        Parameters
        ----------
        sized : bool
            Whether the load has its measured size (else the design's).
        unbalanced : bool
            Whether heating, cooling and recharge have their measured balance (else the design's).

        Returns
        -------
        Years
            Loads before and within the period.
        """
        s, op, ref = self.scales, self.operation, self.reference
        if sized:
            back = (1.0, 1.0) if unbalanced else (1 / s.heating, 1 / s.cooling)
            period = Load(op.heating * back[0], op.cooling * back[1])
        else:
            up = (s.heating, s.cooling) if unbalanced else (1.0, 1.0)
            period = Load(ref.heating * up[0], ref.cooling * up[1])
        recharge = op.recharge if unbalanced else ref.recharge
        past = self.case.past if unbalanced else self.reference_past
        factor = (1.0 if sized else 1 / s.size) if unbalanced else (s.size if sized else 1.0)
        return Years(
            Load(past.heating * factor, past.cooling * factor, past.recharge),
            BoundaryConditions(past.outdoor, (past.heating + past.cooling) > 0),
            replace(period, recharge=recharge),
            op.boundary(),
        )


def _ratio(measured: Floats, designed: Floats) -> float:
    """Measured over designed energy; 1 where either is none. [-]"""
    there = designed.sum() > 0 and measured.sum() > 0
    return float(measured.sum() / designed.sum()) if there else 1.0


Change = Callable[[System], System]


@dataclass(frozen=True)
class Hypothesis:
    """A plant with some deviations: ground, system, later changes, and which loads it carries."""

    ground: GroundModel | WaterModel
    system: System
    later: tuple[tuple[int, Change], ...] = field(default=())
    sized: bool = False
    unbalanced: bool = False

    @classmethod
    def of(cls, model: PlantModel) -> "Hypothesis":
        """Return the hypothesis without any deviation."""
        return cls(model.ground, model.system)

    def changed(self, change: Change, onset: int) -> "Hypothesis":
        """Return the hypothesis with the system changed from an hour of the period on."""
        if onset <= 0:
            return replace(self, system=change(self.system))
        return replace(self, later=(*self.later, (onset, change)))

    def phases(self, reduced: System) -> list[tuple[int, System]]:
        """Return the system of each phase, on a ground that was reduced to modes."""
        phases = [(0, reduced)]
        for onset, change in sorted(self.later, key=lambda item: item[0]):
            latest = change(phases[-1][1])
            if phases[-1][0] == onset:
                phases[-1] = (onset, latest)
            else:
                phases.append((onset, latest))
        return phases


class Counterfactuals:
    """
    Runs hypotheses in one setting; remembers reduced grounds and answers already given.

    The only object with a life in this stage: its caches. Not for use from several threads.
    """

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self._years = {
            (a, b): setting.years(sized=a, unbalanced=b)
            for a in (False, True)
            for b in (False, True)
        }
        self._grounds: dict[tuple[float, bytes], PlantModel] = {}

    def run(self, hypothesis: Hypothesis) -> Trajectory:
        """Return the trajectory of a hypothesis over the period."""
        return run_years(
            self.phases(hypothesis), self._years[hypothesis.sized, hypothesis.unbalanced]
        )

    def phases(self, hypothesis: Hypothesis) -> list[tuple[int, System]]:
        """Return the system of each phase of a hypothesis, its ground reduced to modes."""
        ground = hypothesis.ground
        # water moves by its temperature only; of a field everything counts, arrays and all
        field = pickle.dumps(ground) if isinstance(ground, GroundModel) else b""
        key = (ground.undisturbed_temperature, field)
        if key not in self._grounds:
            self._grounds[key] = PlantModel(hypothesis.system, ground).with_ground(ground)
        system = replace(hypothesis.system, ground=self._grounds[key].system.ground)
        return hypothesis.phases(system)

    def value(self, hypothesis: Hypothesis) -> float:
        """Return the electricity of a hypothesis at the delivered heat and cold. [J]"""
        energy = mode_energy(self.run(hypothesis))
        return energy.at_delivered_heat(self.setting.heating, self.setting.cooling)
