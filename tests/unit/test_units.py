"""Units as meters write them: factors from their definitions, nonsense refused."""

import pytest

from loopkeeper.errors import UnitError
from loopkeeper.plant.points import Statistic, unit_fits
from loopkeeper.units import _registry, from_si, linear_to_si, same_dimension, to_si

INCH = 0.0254
GALLON = 231 * INCH**3
BTU = 1055.056
"""International table Btu rounded as in ISO 31-4. [J]"""

KNOWN = {
    "万kWh": 1e4 * 3.6e6, "万kW·h": 1e4 * 3.6e6, "万千瓦时": 1e4 * 3.6e6, "kW·h": 3.6e6,
    "kW-hr": 3.6e6, "kWhr": 3.6e6, "kW hr": 3.6e6, "ＫＷｈ": 3.6e6, "度": 3.6e6, "千瓦时": 3.6e6,
    "千瓦": 1e3, "gpm": GALLON / 60, "GPM": GALLON / 60, "l/m": 1e-3 / 60, "lpm": 1e-3 / 60,
    "L/min": 1e-3 / 60, "m3/hr": 1 / 3600, "m³/h": 1 / 3600, "㎥/h": 1 / 3600, "CMH": 1 / 3600,
    "t/h": 1 / 3600, "立方米/小时": 1 / 3600, "吨/小时": 1 / 3600, "MBH": 1e3 * BTU / 3600,
    "RT": 12e3 * BTU / 3600, "USRT": 12e3 * BTU / 3600, "TR": 12e3 * BTU / 3600,
    "ton": 12e3 * BTU / 3600, "冷吨": 12e3 * BTU / 3600, "kcal": 4186.8, "kcal/h": 1.163,
    "Mcal": 4186.8e3, "Gcal": 4186.8e6, "Gcal/h": 1.163e6, "GJ": 1e9, "MJ": 1e6, "BTU": BTU,
    "BTU/h": BTU / 3600, "therm": 1e5 * BTU, "兆帕": 1e6, "bar": 1e5, "psi": 6894.757293168,
    "mH2O": 9806.65, "100 W": 100.0, "100W": 100.0, "0.1 kWh": 3.6e5, "0,1 kWh": 3.6e5,
    "10 kWh": 3.6e7, "0.01 m3": 0.01, "kWh x10": 3.6e7, "-1 kW": -1e3, "mW": 1e-3, "MW": 1e6,
    "W/mK": 1.0, "W/(m·K)": 1.0, "W m-1 K-1": 1.0, "W/(m K)": 1.0, "m·K/W": 1.0, "mK/W": 1.0,
    "MJ/m³K": 1e6, "MJ/(m3·K)": 1e6, "kJ/(kg·K)": 1e3, "W/m²K": 1.0, "kW/K": 1e3,
}  # fmt: skip


@pytest.mark.parametrize("unit", KNOWN)
def test_what_meters_write_has_the_factor_of_its_definition(unit):
    factor, offset, _ = linear_to_si(unit)
    assert factor == pytest.approx(KNOWN[unit], rel=1e-6)
    assert offset == 0


def test_a_metre_kelvin_is_no_thousandth_of_a_kelvin():
    assert same_dimension("W/mK", "W/m/K")
    assert same_dimension("mK/W", "m·K/W")
    assert not same_dimension("W/mK", "kW/K")


@pytest.mark.parametrize("unit", ["°F", "℉", "degF", "F"])
def test_fahrenheit_becomes_celsius(unit):
    assert to_si(212.0, unit) == pytest.approx(100.0)
    assert from_si(0.0, unit) == pytest.approx(32.0)


@pytest.mark.parametrize(
    "unit", ["ronnatesla", "kVA", "Nm3/h", "1,000 kWh", "kw/h", "furlong", "foo", "..", "5", "*"]
)
def test_nonsense_and_the_ambiguous_are_refused(unit):
    with pytest.raises(UnitError):
        linear_to_si(unit)


def test_an_unknown_unit_names_the_nearest_known_one():
    with pytest.raises(UnitError, match="kWh"):
        linear_to_si("kWhh")
    with pytest.raises(UnitError, match="m3/h"):
        linear_to_si("m3/hh")


def test_a_degree_is_electricity_only_where_energy_is_asked_for():
    assert unit_fits("electricity_energy", "度", Statistic.COUNTER)
    assert not unit_fits("supply_temperature", "度", Statistic.INSTANT)
    assert same_dimension("RT", "kW")
    assert not same_dimension("t/h", "RT")


@pytest.mark.parametrize("unit", ["A/0", "9**9**9**9", "1/0", "m**99999", "kW/h/0", "m(", "((m"])
def test_sums_are_no_units_and_never_raise_anything_else(unit):
    with pytest.raises(UnitError):
        linear_to_si(unit)


@pytest.mark.parametrize("unit", ["MJ/m**3/delta_degC", "W/(m*K)", "1/h", "m**3/day", "m/s"])
def test_products_of_plain_units_are_known(unit):
    assert linear_to_si(unit)[0] > 0


def test_the_water_column_is_defined_without_a_word(caplog):
    _registry.__wrapped__()
    assert caplog.records == []
    assert to_si(1.0, "mH2O") == pytest.approx(9806.65)
