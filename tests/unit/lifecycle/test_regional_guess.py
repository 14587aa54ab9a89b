"""A guess is a guess: flagged, with an interval, and refused for a city nobody listed."""

import pytest

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.survey.regional_guess import CONDUCTIVITY, regional_guess
from loopkeeper.plant.source import Basis


@pytest.mark.parametrize("name", ["beijing", "北京", "Bei jing"])
def test_a_city_by_any_name(name):
    ground, region, verdict = regional_guess(name)
    assert ground.basis is Basis.REGIONAL_GUESS
    assert region.temperature.low < ground.undisturbed_temperature < region.temperature.high
    assert CONDUCTIVITY.low < ground.conductivity < CONDUCTIVITY.high
    assert verdict.code == "survey.guess"


def test_an_unlisted_city_is_refused():
    with pytest.raises(InputError, match="no regional values for 'atlantis'"):
        regional_guess("atlantis")
