"""Plants of the second emulator with 30 % of their points gone: less is said, nothing breaks."""

import random

import pytest

from diagnosis.baseline import Seen
from emulator.truth import write_plant
from loopkeeper.app.closing_the_loop import diagnose_plant, evaluate_plant
from loopkeeper.errors import InsufficientDataError

SHARE_GONE = 0.3


@pytest.fixture(scope="module", params=[13, 24, 72])
def plant(request, tmp_path_factory):
    """A written plant, its name and its truth beside it; seeds that are not frozen."""
    out = tmp_path_factory.mktemp(f"plant-{request.param}")
    name = f"plant-{request.param:03d}"
    write_plant(request.param, name, out)
    return out / name


def thinned(folder, seed):
    """Strike points from the list; their columns stay in the files."""
    listed = folder / "points.csv"
    head, *rows = listed.read_text(encoding="utf-8").splitlines()
    chance = random.Random(seed)
    kept = [row for row in rows if chance.random() > SHARE_GONE]
    listed.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")
    return len(rows) - len(kept)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_fewer_points_say_less_and_name_what_is_missing(plant, seed, tmp_path):
    folder = tmp_path / "plant"
    folder.mkdir()
    for source in plant.rglob("*"):
        target = folder / source.relative_to(plant)
        if source.is_dir():
            target.mkdir(exist_ok=True)
        else:
            target.write_bytes(source.read_bytes())
    assert thinned(folder, seed) > 0
    try:
        ground = Seen.of(folder).ground
        evaluation = evaluate_plant(ground)
        found = diagnose_plant(ground, evaluation, draws=4)
    except InsufficientDataError as error:
        reasons, found = error.reasons, None
    if found is None:
        assert reasons
        return
    shares = sum(d.share for d in found.deviations) + found.unexplained_share
    assert shares == pytest.approx(1.0, abs=1e-9)
    assert found.shortfall.low < found.shortfall.high
    guessed = set(ground.operation.guessed)
    assert not [d for d in found.deviations for loop in guessed if f"{loop}_pump" in d.cause]
