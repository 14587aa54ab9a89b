"""Ledgers of sites by another hand: honest ones in every frame of survey, and planted faults."""

import numpy as np
import pytest

from loopkeeper.app.use_cases import works
from loopkeeper.bootstrap.outside import outside
from trials.draw import FIELD, drawn
from trials.write import write_site

HONEST = range(7000, 7050)
PLANTED = range(7100, 7110)


def judged(place, fault, seed):
    """What deviates, what is missing in some holes, and what looks as if it was not measured."""
    rng = np.random.default_rng(seed)
    folder = place / f"{fault}-{seed}"
    write_site(drawn(FIELD, fault, rng), folder, rng)
    checked = works.reconciled(outside, folder)
    some = {m.check.check for m in checked.found.missing if 0 < m.without < m.of}
    wrong = {one.check.check for one in checked.found.deviating}
    return wrong, some, {v.code for v in checked.verdicts}


@pytest.mark.slow
def test_fifty_honest_ledgers_are_alleged_nothing(tmp_path):
    frames = set()
    for seed in HONEST:
        wrong, some, said = judged(tmp_path, "none", seed)
        assert not wrong, (seed, wrong)
        assert not some, (seed, some)
        assert not {code for code in said if code.startswith("build.works.")}, (seed, said)
        frames |= {code for code in said if code.startswith("build.survey.")}
    assert frames == {"build.survey.moved", "build.survey.north"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("short_holes", "active_length"),
        ("poor_grout", "grout_volume_ratio"),
        ("wrong_spacing", "spacing"),
        ("low_test_pressure", "pressure_test_1_pressure"),
    ],
)
def test_faults_of_holes_are_named_on_every_site(tmp_path, fault, named):
    for seed in PLANTED:
        wrong, _, _ = judged(tmp_path, fault, seed)
        assert named in wrong, (seed, wrong)
        assert wrong <= {named, "x", "y"}, (seed, wrong)


@pytest.mark.slow
def test_a_test_that_most_holes_lack_is_missing(tmp_path):
    for seed in PLANTED:
        wrong, some, _ = judged(tmp_path, "missing_pressure_test", seed)
        assert (wrong, some) == (set(), {"pressure_test_2_drop"})
