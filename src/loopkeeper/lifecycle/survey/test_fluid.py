"""What circulates in a test: its heat capacity decides the power that flow and spread tell."""

from dataclasses import dataclass

from loopkeeper.physics.fluid import WATER, fluid_properties
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Phrase


@dataclass(frozen=True, slots=True)
class Fluid:
    """A heat carrier: one of ``physics.fluid.FLUIDS`` and its mass fraction of antifreeze [-]."""

    name: str
    fraction: float = 0.0


def volumetric(fluid: Fluid | None, temperature: float, *, weighed: bool = False) -> float:
    """
    Return the heat that a cubic metre of flow carries per kelvin.

    Parameters
    ----------
    fluid : Fluid or None
        Water where nobody stated it.
    temperature : float
        Mean of the test. [°C]
    weighed : bool
        True when the flow was logged by mass: a "cubic metre" is then a tonne.

    Returns
    -------
    float
        [J m-3 K-1]

    Raises
    ------
    OutOfRangeError
        When the fluid is unknown, or too strong.
    """
    if fluid is None or fluid.name == "water":
        return WATER
    found = fluid_properties(fluid.name, fluid.fraction, temperature)
    return 1000.0 * found.heat_capacity if weighed else found.volumetric_heat_capacity


def said_of_fluid(fluid: Fluid | None, capacity: float) -> list[Verdict]:
    """Return that the power comes from flow and spread, and of which fluid. [J m-3 K-1]"""
    figures = {"fluid": fluid_words(fluid), "capacity": f"{capacity / 1e6:.3f}"}
    verdicts = [Verdict("survey.trt.power_from_flow", figures)]
    if fluid is None:
        verdicts.append(Verdict("survey.trt.fluid_assumed", {}))
    return verdicts


def fluid_words(fluid: Fluid | None) -> Phrase:
    """Return how a fluid is named in a verdict."""
    if fluid is None:
        return Phrase("fluid.assumed")
    name = Phrase(f"fluid.{fluid.name}")
    if not fluid.fraction:
        return name
    return Phrase("fluid.mixture", {"fluid": name, "percent": f"{100 * fluid.fraction:.0f}"})
