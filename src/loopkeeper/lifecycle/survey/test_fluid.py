"""What circulates in a test: its heat capacity decides the power that flow and spread tell."""

from dataclasses import dataclass

from loopkeeper.physics.fluid import WATER, fluid_properties
from loopkeeper.plant.verdict import Verdict


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
    figures = {**fluid_words(fluid), "capacity": f"{capacity / 1e6:.3f}"}
    verdicts = [Verdict("survey.trt.power_from_flow", figures)]
    if fluid is None:
        verdicts.append(Verdict("survey.trt.fluid_assumed", {}))
    return verdicts


def fluid_words(fluid: Fluid | None) -> dict[str, str]:
    """Return how a fluid is named in a verdict, in both languages."""
    if fluid is None:
        return {"fluid": "taken as water", "fluid_zh": "按水处理"}
    strength = f" {100 * fluid.fraction:.0f} %" if fluid.fraction else ""
    name = fluid.name.replace("_", " ") + strength
    chinese = CHINESE.get(fluid.name, fluid.name) + strength
    return {"fluid": name, "fluid_zh": chinese}


CHINESE = {
    "water": "水", "ethylene_glycol": "乙二醇", "propylene_glycol": "丙二醇", "ethanol": "乙醇",
    "methanol": "甲醇", "calcium_chloride": "氯化钙", "sodium_chloride": "氯化钠",
    "potassium_formate": "甲酸钾",
}  # fmt: skip
"""Fluids in Chinese."""
