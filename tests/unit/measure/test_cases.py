"""A case: what its answers may rest on, and the design year it is held against."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure import consistency, design_year
from loopkeeper.measure.case import Case, Models
from loopkeeper.measure.consistency import check_hours, judged_hours
from loopkeeper.measure.design_year import design_case
from loopkeeper.measure.series import LoadYear
from loopkeeper.plant.site import Season
from loopkeeper.plant.verdict import Verdict

STUCK = Verdict("measure.clock.weather", {"hour": "3", "timezone": "UTC"})
LATE = Verdict("measure.clock.shifted", {"of": "load", "hours": "+3", "months": 2, "first": "x"})
INSIDE = Verdict("measure.backup.inside", {"percent": "9"})
OTHER = Verdict("measure.backup.place_unknown", {"percent": "8"})


def case(**given):
    """A case of which only what is given matters."""
    blank = dict.fromkeys(Case.__dataclass_fields__)
    return Case(**(blank | {"verdicts": (), "withheld": {}} | given))


def test_problems_are_those_of_what_is_read_and_of_every_clock():
    withheld = {
        ("heat_power", "load"): (INSIDE,),
        ("heat_power", "source"): (INSIDE, OTHER),
        ("flow", "load"): (STUCK,),
    }
    found = case(withheld=withheld, verdicts=(LATE, OTHER))
    assert found.problems_of({"heat_power"}) == (INSIDE, OTHER, LATE)
    assert found.problems_of({"flow"}) == (STUCK, LATE)
    assert found.problems_of(()) == (LATE,)
    assert case(withheld=withheld).problems_of({"running"}) == ()


def test_a_plant_that_is_not_described_cannot_be_simulated():
    models = Models(designed=None, built=None)
    assert case(simulated=models).models is models
    with pytest.raises(InsufficientDataError, match="cannot be simulated") as told:
        _ = case(simulated="no field").models
    assert "no field" in str(told.value)
    assert case(dossier=SimpleNamespace(plant="a plant")).plant == "a plant"


# -- rounds of checks


def test_who_is_blamed_in_one_round_is_not_judged_in_the_next(channelled, plant, monkeypatch):
    """Each check sees what is withheld so far; what was said before withholds first."""
    seen = []

    def withhold(hours, _, said):
        return replace(hours, verdicts=(*hours.verdicts, *said))

    def check(name, *found):
        def run(hours, _):
            seen.append((name, hours.verdicts))
            return found

        return run

    rounds = ((check("a", INSIDE), check("b", OTHER)), (check("c"), check("d", LATE)))
    monkeypatch.setattr(consistency, "withhold", withhold)
    monkeypatch.setattr(consistency, "ROUNDS", rounds)
    hours, found = judged_hours(channelled({("flow", "load"): [1.0]}), plant, (STUCK,))
    assert found == (INSIDE, OTHER, LATE)
    assert hours.verdicts == (STUCK, INSIDE, OTHER, LATE)
    first, later = (STUCK,), (STUCK, INSIDE, OTHER)
    assert seen == [("a", first), ("b", first), ("c", later), ("d", later)]
    assert check_hours(channelled({("flow", "load"): [1.0]}), plant) == found


# -- the design year

TIME = np.datetime64("2024-03-01T00", "s") + np.arange(48) * np.timedelta64(3600, "s")


def year(**given):
    none = np.zeros(48)
    return LoadYear(TIME, *(given.get(k, none) for k in ("heating", "cooling", "hot_water")))


def test_hot_water_is_heat_and_a_load_or_a_season_enables_the_plant(plant):
    seasonal = replace(plant, site=replace(plant.site, heating_season=Season((3, 2), (3, 9))))
    at = np.arange(48)
    loads = year(
        heating=np.where(at == 2, 7.0, 0.0),
        cooling=np.where(at == 5, 3.0, 0.0),
        hot_water=np.where(at < 4, 2.0, 0.0),
    )
    load, outside = design_case(seasonal, loads)
    assert load.heating.tolist() == [2, 2, 9, 2] + [0] * 44
    assert load.cooling.tolist() == loads.cooling.tolist()
    assert np.flatnonzero(outside.enabled).tolist() == [0, 1, 2, 3, 5, *range(24, 48)]
    assert outside.outdoor_temperature.tolist() == [0.0] * 48
    assert (outside.source_temperature, outside.source_limit) == (None, None)
    air = np.linspace(-5.0, 5.0, 48)
    _, outside = design_case(plant, replace(loads, outdoor_temperature=air))
    assert outside.outdoor_temperature is air
    assert np.flatnonzero(outside.enabled).tolist() == [0, 1, 2, 3, 5]


def test_recharge_and_open_water_are_those_of_the_plant(plant, monkeypatch):
    water, limit, moved = np.full(48, 9.0), np.full(48, 5e3), np.full(48, 70.0)
    asked = []

    def put_in(*of):
        asked.append(of)
        return moved

    def allowed(*of):
        asked.append(of)
        return limit

    monkeypatch.setattr(design_year, "design_recharge", put_in)
    monkeypatch.setattr(design_year, "natural_course", lambda *_: water)
    monkeypatch.setattr(design_year, "allowed_heat", allowed)
    loads = year(cooling=np.full(48, 3.0))
    load, outside = design_case(plant, loads, "a record")
    assert load.recharge is moved
    assert outside.source_temperature is water
    assert outside.source_limit is limit
    assert asked[0] == (plant, loads, "a record")
    assert asked[1][2] is water
    assert asked[1][3].tolist() == [3.0] * 48
