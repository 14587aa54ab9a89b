"""
Heat carriers against tables of other origin.

Water at 3 bar: tables of IAPWS-95 (e.g. density 999.84 at 0 °C, 998.2 at 20 °C, heat capacity 4184
at 20 °C, viscosity 1.0016 mPa s, conductivity 0.5984). Glycols, which follow Melinder, against the
ASHRAE tables: pure against inhibited glycol and volume against mass fraction make 1 % in
density and heat capacity, 3 % in conductivity, and 14 % in viscosity near freezing.
"""

import pytest
from CoolProp.CoolProp import PropsSI

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.fluid import fluid_properties

pytestmark = pytest.mark.validation


@pytest.mark.parametrize(
    ("temperature", "density", "capacity", "viscosity", "conductivity"),
    [
        (5.0, 999.97, 4205.0, 1.5182e-3, 0.5706),
        (20.0, 998.21, 4184.0, 1.0016e-3, 0.5984),
        (40.0, 992.22, 4179.0, 0.6530e-3, 0.6305),
    ],
)
def test_water(temperature, density, capacity, viscosity, conductivity, judged):
    water = fluid_properties("water", 0.0, temperature)
    # 0.02 % for 3 bar instead of 1; 0.3 % for conductivity tables of another year
    tables = {
        "density": (density, 2e-4),
        "heat_capacity": (capacity, 1e-3),
        "viscosity": (viscosity, 2e-3),
        "conductivity": (conductivity, 5e-3),
    }
    for name, (table, bound) in tables.items():
        error = getattr(water, name) / table - 1
        judged(f"water: {name.replace('_', ' ')}", by="IAPWS tables", error=error, bound=bound)


@pytest.mark.parametrize(
    ("name", "peer", "pure"),
    [("ethylene_glycol", "AEG", 1113.5), ("propylene_glycol", "APG", 1036.5)],
)
@pytest.mark.parametrize("temperature", [-5.0, 5.0, 25.0])
def test_glycols(name, peer, pure, temperature, judged):
    mass = 0.25
    volume = (mass / pure) / (mass / pure + (1 - mass) / 998.2)
    mine = fluid_properties(name, mass, temperature)
    for law, key, bound in (
        ("density", "D", 0.006),
        ("heat_capacity", "C", 0.015),
        ("conductivity", "L", 0.03),
        ("viscosity", "V", 0.15),
    ):
        backend = f"INCOMP::{peer}[{volume:.4f}]"
        table = PropsSI(key, "T", temperature + 273.15, "P", 3e5, backend)
        error = getattr(mine, law) / table - 1
        judged(f"glycols: {law.replace('_', ' ')}", by="ASHRAE tables", error=error, bound=bound)


@pytest.mark.parametrize(
    ("name", "fraction", "temperature"),
    [("water", 0.0, -1.0), ("ethylene_glycol", 0.1, -20.0), ("beer", 0.1, 5.0)],
)
def test_frozen_or_unknown_carriers_are_refused(name, fraction, temperature):
    with pytest.raises(OutOfRangeError):
        fluid_properties(name, fraction, temperature)
