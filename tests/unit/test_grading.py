"""Figures that standards read: the class of the water by hand."""

import numpy as np
import pytest

from loopkeeper.adapters.files.packs import shipped_packs
from loopkeeper.app.grading import water_figures
from loopkeeper.lifecycle.evaluate.pack_grade import graded
from loopkeeper.lifecycle.evaluate.packs import Outcome
from loopkeeper.measure.series import Period
from loopkeeper.plant.records import WaterSample

YEAR = Period(np.datetime64("2024-01-01"), np.datetime64("2025-01-01"))


def water(*rows, period=YEAR):
    samples = [WaterSample(day, "w1", name, value, unit) for day, name, value, unit in rows]
    return water_figures(samples, period)


@pytest.mark.parametrize(
    ("value", "number", "outcome"),
    [
        (0.50, 3.0, Outcome.MET),  # GB/T 14848-2017 table 1: NH3-N III up to 0.50, IV to 1.50 mg/L
        (0.60, 4.0, Outcome.MISSED), (1.60, 5.0, Outcome.MISSED), (0.02, 1.0, Outcome.MET),
    ],
)  # fmt: skip
def test_the_class_of_ammonia_counts_from_one(value, number, outcome):
    found = water(("2024-05-01", "NH3-N", value, "mg/L"))
    assert found["water_class"].value.value == number
    pack = next(p for p in shipped_packs() if p.id == "GB/T 14848-2017")
    assert graded(pack, found, ("groundwater",)).judged[0].outcome is outcome
    assert found["water_class"].coverage == pytest.approx(1 / 39)


def test_a_newer_sample_of_one_index_does_not_hide_the_others():
    found = water(
        ("2023-05-01", "氨氮", 0.05, "mg/L"), ("2024-03-01", "氨氮", 0.60, "mg/L"),
        ("2024-06-01", "pH", 7.2, ""),
    )  # fmt: skip
    assert found["water_class"].value.value == 4.0
    assert found["water_class_change"].value.value == 2.0  # II to IV


def test_samples_after_the_period_do_not_count():
    rows = (("2024-03-01", "氨氮", 0.05, "mg/L"), ("2025-03-01", "氨氮", 5.0, "mg/L"))
    assert water(*rows)["water_class"].value.value == 2.0
    assert water(rows[1]) == {}


def test_the_unit_of_the_laboratory_is_read():
    assert water(("2024-05-01", "铁", 250.0, "ug/L"))["water_class"].value.value == 3.0
