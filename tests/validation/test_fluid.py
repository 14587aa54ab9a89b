"""
Heat carriers against IAPWS values and against the independent correlations pygfunction carries.

Water at 3 bar: tables of IAPWS-95 (e.g. density 999.84 at 0 °C, 998.2 at 20 °C, heat capacity 4184
at 20 °C, viscosity 1.0016 mPa s, conductivity 0.5984). Glycols: SecondaryCoolantProps (Melinder's
second book edition); two editions of one source differ by up to 1 % (5 % in viscosity).
"""

import pytest
from scp.ethylene_glycol import EthyleneGlycol
from scp.propylene_glycol import PropyleneGlycol

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.fluid import fluid_properties

pytestmark = pytest.mark.validation


@pytest.mark.parametrize(
    ("temperature", "density", "capacity", "viscosity", "conductivity"),
    [(5.0, 999.97, 4205.0, 1.5182e-3, 0.5706), (20.0, 998.21, 4184.0, 1.0016e-3, 0.5984),
     (40.0, 992.22, 4179.0, 0.6530e-3, 0.6305)],
)  # fmt: skip
def test_water(temperature, density, capacity, viscosity, conductivity):
    water = fluid_properties("water", 0.0, temperature)
    # 0.02 % for 3 bar instead of 1; 0.3 % for conductivity tables of another year
    assert water.density == pytest.approx(density, rel=2e-4)
    assert water.heat_capacity == pytest.approx(capacity, rel=1e-3)
    assert water.viscosity == pytest.approx(viscosity, rel=2e-3)
    assert water.conductivity == pytest.approx(conductivity, rel=5e-3)


@pytest.mark.parametrize(
    ("name", "peer"), [("ethylene_glycol", EthyleneGlycol), ("propylene_glycol", PropyleneGlycol)]
)
@pytest.mark.parametrize("temperature", [-5.0, 5.0, 25.0])
def test_glycols(name, peer, temperature):
    mine, theirs = fluid_properties(name, 0.25, temperature), peer(0.25)
    assert mine.density == pytest.approx(theirs.density(temperature), rel=0.005)
    assert mine.heat_capacity == pytest.approx(theirs.specific_heat(temperature), rel=0.01)
    assert mine.conductivity == pytest.approx(theirs.conductivity(temperature), rel=0.02)
    assert mine.viscosity == pytest.approx(theirs.viscosity(temperature), rel=0.05)


@pytest.mark.parametrize(
    ("name", "fraction", "temperature"),
    [("water", 0.0, -1.0), ("ethylene_glycol", 0.1, -20.0), ("beer", 0.1, 5.0)],
)
def test_frozen_or_unknown_carriers_are_refused(name, fraction, temperature):
    with pytest.raises(OutOfRangeError):
        fluid_properties(name, fraction, temperature)
