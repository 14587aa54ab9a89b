"""Heat of flow and temperatures, and what a meter made for water reads in brine."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.errors import OutOfRangeError
from loopkeeper.measure import derived
from loopkeeper.measure.admitted import SECOND, Flag, Segments
from loopkeeper.measure.derived import (
    loop_fluid,
    loop_heat,
    volumetric_heat_capacity,
    water_meter_error,
)


def steps(*rows):
    """Stretches as ``(start, end, value, flag)``, in minutes."""
    start, end, value, flag = (np.array(c) for c in zip(*rows, strict=True))
    return Segments(
        (start * 60 * SECOND).astype(np.int64),
        (end * 60 * SECOND).astype(np.int64),
        value.astype(float),
        flag.astype(np.uint8),
    )


@pytest.fixture
def tabled(monkeypatch):
    """Fluids of 4 MJ and 10 kJ more a degree, brine of a tenth less and only above −9 °C."""
    asked = []

    def properties(name, share, degrees):
        asked.append(degrees)
        if name == "none" or (name == "brine" and degrees < -9):
            raise OutOfRangeError(f"no {name} at {degrees}")
        least = 0.9 if name == "brine" and share == 0.25 else 1.0
        return SimpleNamespace(volumetric_heat_capacity=least * (4e6 + 1e4 * degrees))

    monkeypatch.setattr(derived, "fluid_properties", properties)
    return asked


def test_capacities_lie_between_the_tables_and_end_with_them(tabled):
    at = np.array([-50.0, -30.0, 7.0, 110.0, 150.0])
    by_hand = [3.7e6, 3.7e6, 4.07e6, 5.1e6, 5.1e6]
    assert volumetric_heat_capacity(("water", 0.0), at) == pytest.approx(by_hand)
    assert tabled == list(range(-30, 111, 2))
    found = volumetric_heat_capacity(("brine", 0.25), np.array([-30.0, -8.0, 7.0]))
    assert found == pytest.approx([0.9 * 3.92e6, 0.9 * 3.92e6, 0.9 * 4.07e6])
    with pytest.raises(OutOfRangeError, match="no none at 110"):
        volumetric_heat_capacity(("none", 0.0), at)


@pytest.mark.usefixtures("tabled")
def test_a_meter_made_for_water_reads_more_by_what_brine_carries_less():
    assert water_meter_error(("brine", 0.25)) == pytest.approx(1 / 0.9 - 1)
    assert water_meter_error(("brine", 0.3)) == 0.0
    assert water_meter_error(("water", 0.25)) == 0.0


def test_brine_is_set_beside_water_at_five_degrees(monkeypatch):
    asked = []

    def capacity(fluid, at):
        asked.append((fluid, at.tolist()))
        return np.array([4.0 if fluid[0] == "water" else 5.0])

    monkeypatch.setattr(derived, "volumetric_heat_capacity", capacity)
    assert water_meter_error(("brine", 0.3)) == pytest.approx(0.2)
    assert asked == [(("water", 0.0), [5.0]), (("brine", 0.3), [5.0])]


def test_the_load_side_is_water(plant):
    source = SimpleNamespace(fluid="brine", fluid_mass_fraction=0.3)
    other = SimpleNamespace(source=source)
    assert loop_fluid(other, "source") == ("brine", 0.3)
    assert loop_fluid(other, "load") == ("water", 0.0)
    assert loop_fluid(plant, "source") == ("water", 0.0)


@pytest.mark.usefixtures("tabled")
def test_heat_is_known_where_flow_and_both_temperatures_are():
    """2 and 3 L/s at 30 less 20 and 40 less 30 °C; spread energy stays spread."""
    flow = steps((0, 10, 2e-3, 0), (10, 40, 3e-3, 0))
    supply = steps((0, 20, 30.0, 0), (20, 30, 40.0, Flag.SPREAD), (30, 40, 99.0, Flag.STUCK))
    back = steps((5, 20, 20.0, 0), (20, 60, 30.0, 0))
    found = loop_heat(flow, supply, back, ("water", 0.0))
    assert (found.start / 60 / SECOND).tolist() == [5, 10, 20]
    assert (found.end / 60 / SECOND).tolist() == [10, 20, 30]
    heat = [4.25e6 * 2e-3 * 10, 4.25e6 * 3e-3 * 10, 4.35e6 * 3e-3 * 10]
    assert found.value == pytest.approx(heat)
    assert found.flag.tolist() == [Flag.GOOD, Flag.GOOD, Flag.SPREAD]
    turned = loop_heat(flow, back, supply, ("water", 0.0))
    assert turned.value == pytest.approx([-h for h in heat])


@pytest.mark.usefixtures("tabled")
def test_of_nothing_usable_there_is_no_heat():
    wrong = steps((0, 10, 2e-3, Flag.RANGE))
    found = loop_heat(wrong, wrong, wrong, ("water", 0.0))
    assert [len(v) for v in (found.start, found.end, found.value, found.flag)] == [0] * 4
    one = steps((0, 10, 2e-3, 0))
    warm, cool = steps((0, 10, 30.0, 0)), steps((0, 10, 20.0, 0))
    assert len(loop_heat(one, warm, cool, ("water", 0.0)).value) == 1
