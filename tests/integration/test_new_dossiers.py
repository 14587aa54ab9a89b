"""Dossiers that appear while a service runs, and the first round that waits for a flush."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest

from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.app.columns import Columns
from loopkeeper.app.use_cases.new_plants import FoundPlants, NewPlants
from loopkeeper.app.use_cases.rounds import round_of
from loopkeeper.bootstrap.service import Settings, service
from loopkeeper.lifecycle.monitor.alarm import Condition
from loopkeeper.lifecycle.monitor.defaults import default_alarms

pytestmark = pytest.mark.integration


@pytest.fixture
def made(tmp_path):
    (tmp_path / "plants").mkdir()
    made = service(Settings(tmp_path / "store", plants=tmp_path / "plants"))
    yield made, tmp_path / "plants"
    made.store.close()
    made.records.close()


def put(plants, name):
    with resources.as_file(resources.files("loopkeeper.adapters") / "demo" / "office") as demo:
        shutil.copytree(demo, plants / name, ignore=shutil.ignore_patterns("telemetry"))
    text = (plants / name / "plant.toml").read_text(encoding="utf-8")
    (plants / name / "plant.toml").write_text(
        text.replace('id = "office"', f'id = "{name}"', 1), encoding="utf-8"
    )


def test_a_dossier_that_appears_is_watched_judged_and_shown(made):
    run, plants = made
    assert run.plants == {}
    put(plants, "late")
    asyncio.run(run.new_plants.look())
    assert set(run.plants) == {"late"}
    assert run.queue.state()["plants"] == 1
    assert any(one.plant == "late" for one in run.watch.watched().values())
    assert "late" in run.feeds[-1]._plants  # the calculated points
    assert str(run.zone("late")) == "Asia/Shanghai"
    before = len(run.watch.watched())
    asyncio.run(run.new_plants.look())
    assert len(run.watch.watched()) == before


def test_a_broken_dossier_is_said_until_it_is_mended(made, caplog):
    run, plants = made
    (plants / "broken").mkdir()
    (plants / "broken" / "plant.toml").write_text("format = ", encoding="utf-8")
    for _ in range(2):
        asyncio.run(run.new_plants.look())
    assert sum("cannot be read" in m for m in caplog.messages) == 1
    assert "plant.toml" in run.new_plants.trouble
    shutil.rmtree(plants / "broken")
    put(plants, "broken")
    asyncio.run(run.new_plants.look())
    assert run.new_plants.trouble == ""
    assert set(run.plants) == {"broken"}


def test_looking_goes_on_until_cancelled():
    looked = []

    def look():
        looked.append(1)
        return FoundPlants({})

    async def some():
        task = asyncio.create_task(NewPlants(look, lambda *_: None, {}, every=0.01).run())
        await asyncio.sleep(0.2)
        task.cancel()

    asyncio.run(some())
    assert len(looked) > 2


def readings(plant, point, value):
    """Three hours of a point up to now, a reading a minute."""
    start = datetime.now(UTC) - timedelta(hours=3)
    columns = Columns()
    for minute in range(180):
        at = start + timedelta(minutes=minute)
        columns.add(plant, point, round(at.timestamp() * 1e6), value)
    return columns.frame()


def test_alarms_of_a_plant_that_appears_are_judged_on_what_is_known_of_it(made):
    run, plants = made
    put(plants, "late")
    plant = read_dossier(plants / "late").plant
    above = next(
        one.definition
        for one in default_alarms(plant)
        if one.definition is not None and one.definition.condition is Condition.ABOVE
    )
    run.store.append(readings("late", above.point, above.limit + 1.0))
    asyncio.run(run.new_plants.look())
    standing = {one.definition.id for one, _ in run.watch.standing(lambda _: True)}
    assert above.id in standing


def test_rounds_begin_after_the_first_flush(made):
    """What somebody asks for does not wait for it."""
    run, plants = made
    put(plants, "late")
    run.store.append(readings("late", "src_flow", 1.0))
    asyncio.run(run.new_plants.look())
    rhythm = run.queue._bench.rhythm

    async def flushed():
        ingestion = asyncio.create_task(run.ingestion.run(flush_every=0.05))
        async with asyncio.timeout(10):
            while not run.ingestion.was_flushed:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        ingestion.cancel()
        await asyncio.gather(ingestion, return_exceptions=True)

    assert rhythm.due(("late",)) == []
    asyncio.run(flushed())
    assert rhythm.due(("late",)) == [round_of("late")]
