"""Shared fixtures: a small plant as a physical system, and emulated plants made once."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.model import PlantModel
from loopkeeper.virtual.build import Life, Recording, VirtualPlant, emulate
from loopkeeper.virtual.causes import parse_cause
from loopkeeper.virtual.templates import template

settings.register_profile(
    "steady",
    derandomize=True,
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("steady")
os.environ["LC_ALL"] = "C.UTF-8"  # the program speaks the locale's language; tests read English

MINUTES = {"validation_long", "diagnosis", "cases", "chaos", "e2e", "bench", "mutation"}
"""Marks of suites whose tests take minutes each."""
AN_HOUR = 3600
"""Their limit; that of all others stands in pyproject.toml. [s]"""


def pytest_collection_modifyitems(items):
    """No test waits without end, the slow ones neither."""
    for item in items:
        slow = any(item.get_closest_marker(mark) for mark in MINUTES)
        if slow and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(AN_HOUR))


@pytest.fixture(scope="session")
def office() -> PlantModel:
    """The office template as designed."""
    return assemble(template("office").plant)[0]


@pytest.fixture(scope="session")
def sick_office() -> VirtualPlant:
    """An office with poor grout and, from January, fouled machines."""
    causes = ("construction.grout:0.7", "operation.fouling:0.5@2024-01-10")
    return emulate(Life("office", tuple(parse_cause(c) for c in causes), 5), Recording(15, 1))


@pytest.fixture(scope="session")
def healthy_office() -> VirtualPlant:
    """An office exactly as designed."""
    return emulate(Life("office", (), 6), Recording(15, 1))


@pytest.fixture
def rng() -> np.random.Generator:
    """Fixed randomness."""
    return np.random.default_rng(20250701)


@pytest.fixture
def shared() -> Path:
    """The folder of real measurements; the test is skipped where it is absent."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder of real measurements is not beside the repository")
    return folder
