r"""
An aquifer, and the steady heads around a well that injects into it and takes from it at once.

Heads are in metres of water above the static level; flow is positive when a well injects.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import k0

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.fluid import fluid_properties
from loopkeeper.units import GRAVITY

NARROWEST, WIDEST = 0.01, 2.0
"""Radius of a well. [m]"""

Floats = NDArray[np.float64]

TERMS: Final = 6000
"""Terms of a screen series; the n-th fades as exp(−nπ r/(aM)), at 0.3 m in 60 m after 2000. [-]"""


@dataclass(frozen=True, slots=True)
class Aquifer:
    """
    A horizontal aquifer.

    ``thickness`` [m]; ``conductivity`` horizontal hydraulic conductivity K_r [m s-1];
    ``anisotropy`` K_r/K_z [-]; ``thermal_conductivity`` [W m-1 K-1] and ``heat_capacity``
    [J m-3 K-1] of the saturated ground; ``temperature`` undisturbed [°C]; ``storage`` specific
    storage [m-1]; ``velocity`` regional Darcy flux [m s-1]; ``top`` depth of its upper face below
    ground [m]; ``static_level`` depth of the resting water level below ground [m].
    """

    thickness: float
    conductivity: float
    anisotropy: float = 4.0
    thermal_conductivity: float = 2.2
    heat_capacity: float = 2.5e6
    temperature: float = 14.0
    storage: float = 1e-5
    velocity: float = 0.0
    top: float = 0.0
    static_level: float = 0.0

    def __post_init__(self) -> None:
        """Refuse an aquifer that cannot be."""
        for name, low, high in (
            ("thickness", 0.1, 2000.0),
            ("conductivity", 1e-12, 1.0),
            ("anisotropy", 0.05, 1e4),
            ("thermal_conductivity", 0.1, 12.0),
            ("heat_capacity", 5e5, 6e6),
            ("storage", 1e-9, 0.5),
            ("velocity", 0.0, 1e-2),
            ("top", 0.0, 5000.0),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise OutOfRangeError(f"aquifer {name} = {value:g}: allowed {low:g} … {high:g}")

    @property
    def transmissivity(self) -> float:
        """Horizontal conductivity times thickness. [m2 s-1]"""
        return self.conductivity * self.thickness


@dataclass(frozen=True, slots=True)
class Screens:
    """
    Two screens of one well in one aquifer, as heights above its base. [m]

    ``radius`` of the well [m]; ``injection`` and ``intake`` hold bottom and top of each screen.
    """

    radius: float
    injection: tuple[float, float]
    intake: tuple[float, float]

    def check(self, aquifer: Aquifer) -> None:
        """
        Refuse screens that overlap, are empty, or lie outside the aquifer.

        Raises
        ------
        OutOfRangeError
            Names the screen, its heights and the aquifer's.
        """
        if not NARROWEST <= self.radius <= WIDEST:
            raise OutOfRangeError(f"well radius = {self.radius:g} m: allowed 0.01 … 2")
        for name, (low, high) in (("injection", self.injection), ("intake", self.intake)):
            if not 0.0 <= low < high <= aquifer.thickness + 1e-9:
                raise OutOfRangeError(
                    f"{name} screen {low:g} … {high:g} m above the base: allowed ascending, "
                    f"within 0 … {aquifer.thickness:g} m"
                )
        first, second = sorted((self.injection, self.intake))
        if second[0] < first[1]:
            raise OutOfRangeError(
                f"injection screen {self.injection} and intake screen {self.intake} overlap; "
                "expected a sealed zone between them"
            )


def _modes(aquifer: Aquifer, screens: Screens, terms: int) -> tuple[Floats, Floats, Floats]:
    """Wave numbers [m-1] and the screens' transforms per metre of screen."""
    wave = np.arange(1, terms + 1) * np.pi / aquifer.thickness

    def transform(span: tuple[float, float]) -> Floats:
        return np.asarray((np.sin(wave * span[1]) - np.sin(wave * span[0])) / (span[1] - span[0]))

    return (
        np.asarray(wave, dtype=np.float64),
        transform(screens.injection),
        transform(screens.intake),
    )


def dipole_head(
    aquifer: Aquifer, screens: Screens, *, flow: float, radius: Floats, height: Floats
) -> Floats:
    r"""
    Return the steady head around a well that pumps from one screen into the other.

    Parameters
    ----------
    aquifer : Aquifer
        Confined.
    screens : Screens
        The two screens, uniform flux over each.
    flow : float
        Water circulated. [m3 s-1]
    radius, height : array, shape (n,)
        Distance from the axis and height above the base. [m]

    Returns
    -------
    array, shape (n,)
        Head above the static level; the net flow is nothing, so it is steady. [m]

    Raises
    ------
    OutOfRangeError
        When the screens do not fit the aquifer.

    Notes
    -----
    .. math:: h = \frac{Q}{\pi K_r M} \sum_n \frac{1}{\alpha_n} \cos(\alpha_n z)
        K_0(\alpha_n r/a) [F_n^{inj} - F_n^{int}], \quad \alpha_n = n\pi/M, a^2 = K_r/K_z

    Valid once t exceeds S_s M²/(2 K_z), minutes in a confined aquifer.
    Validated in tests/validation/test_well_heads.py.
    """
    screens.check(aquifer)
    r = np.maximum(np.asarray(radius, dtype=np.float64), screens.radius)
    terms = int(
        np.clip(45 * aquifer.thickness * aquifer.anisotropy**0.5 / (np.pi * r.min()), 50, TERMS)
    )
    wave, into, out = _modes(aquifer, screens, terms)
    kernel = np.cos(wave * np.atleast_1d(height)[:, None]) * k0(
        wave * np.atleast_1d(r)[:, None] / aquifer.anisotropy**0.5
    )
    scale = flow / (np.pi * aquifer.transmissivity)
    return np.asarray(scale * (kernel @ ((into - out) / wave)))


def dipole_screen_heads(aquifer: Aquifer, screens: Screens, flow: float) -> tuple[float, float]:
    """
    Return the mean head over the injection and the intake screen of a circulating well.

    Parameters
    ----------
    aquifer : Aquifer
        Confined.
    screens : Screens
        The two screens.
    flow : float
        Water circulated. [m3 s-1]

    Returns
    -------
    injection, intake : float
        Above (positive) and below (negative) the static level, well losses apart. [m]

    Notes
    -----
    The series of :func:`dipole_head` averaged over each screen at the well's radius.
    """
    screens.check(aquifer)
    wave, into, out = _modes(aquifer, screens, TERMS)
    kernel = k0(wave * screens.radius / aquifer.anisotropy**0.5)
    scale = flow / (np.pi * aquifer.transmissivity)
    shape = (into - out) / wave**2 * kernel
    return float(scale * (shape @ into)), float(scale * (shape @ out))


def ergun_gradient(flow: float, *, area: float, grain: float, porosity: float = 0.4) -> float:
    """
    Return the hydraulic gradient in a packed annulus.

    Parameters
    ----------
    flow : float
        Water through the packing. [m3 s-1]
    area : float
        Cross-section of the annulus. [m2]
    grain : float
        Diameter of the particles. [m]
    porosity : float
        Of the packing. [-]

    Returns
    -------
    float
        Head lost per metre; Darcy's part alone is wrong by 3–13 times for gravel. [-]

    Notes
    -----
    Ergun (1952) with water of 10 °C.
    """
    if not (0 < porosity < 1 and grain > 0 and area > 0):
        raise OutOfRangeError("packing: porosity within 0 … 1, grain and area positive")
    velocity = abs(flow) / area
    water = fluid_properties("water", 0.0, 10.0)
    viscous = 150 * water.viscosity * (1 - porosity) ** 2 * velocity
    viscous /= water.density * GRAVITY * porosity**3 * grain**2
    inertial = 1.75 * (1 - porosity) * velocity**2 / (GRAVITY * porosity**3 * grain)
    return float(np.sign(flow) * (viscous + inertial))
