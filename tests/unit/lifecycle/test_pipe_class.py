"""Classes of pipes by name and wall, against the formula that the tables are made by."""

import pytest

from loopkeeper.lifecycle.build.pipe_class import class_called, pipe_classes

STRENGTH = {"PE100": 10.0, "PE80": 8.0}
"""Least required strength at 20 °C after fifty years. [MPa]"""
COEFFICIENT = 1.25
"""Of design, for water. [-]"""


@pytest.mark.parametrize(("key", "nominal"), pipe_classes().items())
def test_the_table_follows_from_strength_and_ratio(key, nominal):
    material, ratio = key
    worked_out = 2.0 * STRENGTH[material] / (COEFFICIENT * (ratio - 1.0))
    # rounded to the series of nominal pressures: 0.64 MPa is called 0.6, 1.28 is called 1.25
    assert 0.93 * worked_out <= nominal <= 1.02 * worked_out


@pytest.mark.parametrize(
    ("text", "nominal"),
    [
        ("PE100 SDR11 DN32", 1.6),
        ("HDPE100 De32 sdr 11", 1.6),
        ("PE-80, SDR 11", 1.25),
        ("PE100 SDR13.6", 1.25),
        ("PE100 DN32 PN16", 1.6),
        ("PE100 PN1.6", 1.6),
        ("PN12.5", 1.25),
        ("PE100 φ32×3.0 1.25 MPa", 1.25),
        ("PE1000 SDR11", None),
        ("PE100 SDR12", None),
        ("SDR11", None),
        ("PE-X 32", None),
        ("", None),
    ],
)
def test_a_name_tells_a_class_or_nothing(text, nominal):
    found = class_called(text)
    assert found is None if nominal is None else found == pytest.approx(nominal)
