"""Heat-carrier fluids: water and the usual antifreeze solutions."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.coolprop import props_si
from loopkeeper.units import ZERO_CELSIUS

PRESSURE: Final = 3.0e5
"""Absolute pressure at which liquids are evaluated; it hardly matters for a liquid. [Pa]"""

# CoolProp's names of the mass-based incompressible solutions.
_SOLUTIONS: Final = {
    "ethylene_glycol": "INCOMP::MEG",
    "propylene_glycol": "INCOMP::MPG",
    "ethanol": "INCOMP::MEA",
    "methanol": "INCOMP::MMA",
    "calcium_chloride": "INCOMP::MCA",
    "sodium_chloride": "INCOMP::MNA",
    "potassium_formate": "INCOMP::MKF",
}
FLUIDS: Final = ("water", *_SOLUTIONS)
"""Names of the fluids that :func:`fluid_properties` knows."""

WATER = 4.18e6
"""Volumetric heat capacity of water in the ground and in wells. [J m-3 K-1]"""


@dataclass(frozen=True, slots=True)
class FluidProperties:
    """Density [kg m-3], heat capacity [J kg-1 K-1], viscosity [Pa s], conductivity [W m-1 K-1]."""

    density: float
    heat_capacity: float
    viscosity: float
    conductivity: float

    @property
    def volumetric_heat_capacity(self) -> float:
        """Heat to warm a cubic metre by one kelvin. [J m-3 K-1]"""
        return self.density * self.heat_capacity


@lru_cache(maxsize=4096)
def fluid_properties(name: str, mass_fraction: float, temperature: float) -> FluidProperties:
    """
    Return the properties of a heat-carrier fluid.

    Parameters
    ----------
    name : str
        One of :data:`FLUIDS`.
    mass_fraction : float
        Mass fraction of the antifreeze in the solution; ignored for water. [-]
    temperature : float
        Fluid temperature. [°C]

    Returns
    -------
    FluidProperties
        Properties in SI.

    Raises
    ------
    OutOfRangeError
        When the fluid is unknown, or temperature or mass fraction leave its tables (for instance
        below the freezing point).

    Notes
    -----
    Water by IAPWS-95, solutions by Melinder's correlations, both through CoolProp.
    Validated in tests/validation/test_fluid.py.

    References
    ----------
    .. [1] Å. Melinder, "Properties of Secondary Working Fluids for Indirect Systems", IIR, 2010.
    .. [2] W. Wagner and A. Pruß, J. Phys. Chem. Ref. Data 31, 387 (2002).
    """
    if name == "water":
        backend = "Water"
    elif name in _SOLUTIONS:
        backend = f"{_SOLUTIONS[name]}[{mass_fraction:.6f}]"
    else:
        raise OutOfRangeError(f"unknown fluid {name!r}; known: {', '.join(FLUIDS)}")
    kelvin = temperature + ZERO_CELSIUS
    try:
        density, heat_capacity, viscosity, conductivity = (
            props_si(key, "T", kelvin, "P", PRESSURE, backend) for key in "DCVL"
        )
    except ValueError as error:
        raise OutOfRangeError(
            f"{name} at {temperature:.2f} °C, mass fraction {mass_fraction:.3f}: outside its "
            "tables (frozen, boiling or too strong a solution)"
        ) from error
    if name == "water" and temperature < 0.0:
        raise OutOfRangeError(f"water at {temperature:.2f} °C is frozen")
    return FluidProperties(density, heat_capacity, viscosity, conductivity)


@lru_cache(maxsize=256)
def freezing_point(name: str, mass_fraction: float) -> float:
    """
    Return the temperature at which a heat-carrier fluid begins to freeze.

    Parameters
    ----------
    name : str
        One of :data:`FLUIDS`.
    mass_fraction : float
        Mass fraction of the antifreeze in the solution; ignored for water. [-]

    Returns
    -------
    float
        Freezing point at ambient pressure. [°C]

    Raises
    ------
    OutOfRangeError
        When the fluid is unknown or the solution is outside its tables.

    Notes
    -----
    Melinder's correlations through CoolProp, as for :func:`fluid_properties`.
    """
    if name == "water":
        return 0.0
    if name not in _SOLUTIONS:
        raise OutOfRangeError(f"unknown fluid {name!r}; known: {', '.join(FLUIDS)}")
    backend = f"{_SOLUTIONS[name]}[{mass_fraction:.6f}]"
    try:
        kelvin = props_si("T_FREEZE", "T", ZERO_CELSIUS + 20, "P", PRESSURE, backend)
    except ValueError as error:
        raise OutOfRangeError(
            f"{name}, mass fraction {mass_fraction:.3f}: outside its tables"
        ) from error
    return kelvin - ZERO_CELSIUS
