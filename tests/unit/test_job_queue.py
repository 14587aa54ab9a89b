"""The queue: handlers by kind, failures tried again, files that land whole or not at all."""

import asyncio
import os
import signal
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import polars as pl
import psutil
import pytest

from loopkeeper.adapters.store import landing as landings
from loopkeeper.adapters.store.landing import Landing
from loopkeeper.app.arrivals import Clocks
from loopkeeper.app.hands import tell
from loopkeeper.app.jobs import Job, JobState, Order
from loopkeeper.app.ports import Aside
from loopkeeper.app.use_cases import imports
from loopkeeper.app.use_cases.imports import ImportWork, SentFile, import_of, read_sent
from loopkeeper.app.use_cases.queue import Held, JobQueue, Workbench
from loopkeeper.errors import InputError, OutsideError
from loopkeeper.plant.verdict import Verdict

ZERO = datetime(2026, 3, 1, tzinfo=UTC)


def job(kind="sum", plant="p", payload=None):
    return Job(
        id=f"{kind} {plant}",
        kind=kind,
        plant=plant,
        key="",
        payload=payload or {},
        state=JobState.RUNNING,
        tries=1,
        most_tries=3,
        worker="w",
        progress=0.0,
        cancelled=False,
        error="",
        result={},
        asked_by="me",
        asked_at=ZERO,
        due_at=ZERO,
        ended_at=None,
    )


class FakeJobs:
    """Work that waits, and how it ended."""

    def __init__(self, *waiting):
        self.waiting, self.asked, self.ended = list(waiting), [], []
        self.wanted = True

    def ask(self, order, _now):
        self.asked.append(order)
        return job(order.kind, order.plant)

    def claim(self, _worker, kinds, _now, _lease):
        for one in self.waiting:
            if one.kind in kinds:
                self.waiting.remove(one)
                return one
        return None

    def renew(self, _held, _until, progress=0.0):
        return self.wanted and progress == 0.0

    def done(self, held, _now, result):
        self.ended.append((held.id, "done", result))
        return True

    def failed(self, held, error, _now):
        self.ended.append((held.id, "failed", error))


class Rhythm:
    """Nothing by itself, but what it is told."""

    def __init__(self, *orders):
        self.orders = list(orders)

    def due(self, plants):
        orders, self.orders = self.orders, []
        return [one for one in orders if one.plant in plants]


class Sum:
    """Adds in another process and tells the sum."""

    kind = "sum"

    def __init__(self, kept):
        self.kept = kept

    def work(self, held):
        if "trouble" in held.job.payload:
            raise InputError(held.job.payload["trouble"])
        return partial(sum, held.job.payload["of"])

    async def keep(self, _held, found, _intake):
        return found

    def record(self, held, found):
        self.kept.append((held.plant, held.folder.name, found))
        return {"sum": found}

    def settle(self, _held, found):
        self.settled = found


@contextmanager
def whole(kept):
    """What is kept meanwhile is undone by an error."""
    before = list(kept)
    try:
        yield
    except Exception:
        kept[:] = before
        raise


def bench_of(*handlers, rhythm=None, kept=()):
    return Workbench(at_once=partial(whole, kept), handlers=handlers, rhythm=rhythm or Rhythm())


def worked(jobs, rhythm, folders, ended, *handlers):
    """Run a queue until so many jobs ended."""

    async def some():
        bench = bench_of(*handlers, rhythm=rhythm)
        queue = JobQueue(folders, jobs, bench, Clocks(lambda: ZERO))
        task = asyncio.create_task(queue.run(None))
        async with asyncio.timeout(60):
            while len(jobs.ended) < ended or queue.state()["at"]:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        state = queue.state()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return state

    return asyncio.run(some())


def test_each_kind_has_its_handler_and_failures_end_only_their_job(tmp_path):
    kept = []
    jobs = FakeJobs(
        job(payload={"trouble": "no data"}),
        job(plant="gone"),
        job("other"),
        job(payload={"of": [1, 2, 3]}),
    )
    state = worked(jobs, Rhythm(), {"p": tmp_path / "plant"}, 3, Sum(kept))
    assert jobs.ended == [
        ("sum p", "failed", "no data"),
        ("sum gone", "failed", "its dossier is gone"),
        ("sum p", "done", {"sum": 6}),
    ]
    assert kept == [("p", "plant", 6)]
    assert [one.kind for one in jobs.waiting] == ["other"]
    assert (state["done"], state["trouble"], state["plants"]) == (1, "", 1)


def test_what_is_due_is_put_in_the_queue_and_strangers_are_refused(tmp_path):
    order = Order(kind="sum", plant="p")
    jobs = FakeJobs()
    bench = bench_of(Sum([]), rhythm=Rhythm(order, replace(order, plant="q")))
    queue = JobQueue({"p": tmp_path}, jobs, bench, Clocks(lambda: ZERO))
    assert queue._take("w") is None
    assert jobs.asked == [order]
    with pytest.raises(KeyError):
        queue.ask(replace(order, plant="q"), jobs)
    queue.welcome("q", tmp_path)
    assert queue.ask(replace(order, plant="q"), jobs).plant == "q"


def half_done_for_ever(place):
    """Write the number of the process, say a half, and go on without end."""
    tell(0.5)
    place.write_text(str(os.getpid()))
    signal.sigwait([signal.SIGUSR1])


def lost():
    os.kill(os.getpid(), signal.SIGKILL)


class Does(Sum):
    """What a job's payload names."""

    def work(self, held):
        return held.job.payload["does"]


def test_work_nobody_wants_any_more_is_stopped_and_how_far_it_was_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("loopkeeper.app.use_cases.queue.LOOK", 0.1)
    jobs, place = FakeJobs(), tmp_path / "pid"
    endless = job(payload={"does": partial(half_done_for_ever, place)})
    jobs.waiting = [endless, job(payload={"does": partial(sum, [1, 2])})]

    def renew(_held, _until, progress):
        jobs.told.append(progress)
        return progress == 0.0

    jobs.told, jobs.renew = [], renew
    kept = []
    worked(jobs, Rhythm(), {"p": tmp_path}, 1, Does(kept))
    assert jobs.ended == [("sum p", "done", {"sum": 3})]
    assert jobs.told.count(0.5) == 1
    assert not psutil.pid_exists(int(place.read_text()))


@pytest.mark.slow
def test_a_process_that_dies_ends_its_job_and_no_other(tmp_path, monkeypatch):
    jobs = FakeJobs(job(payload={"does": lost}), job(payload={"does": partial(sum, [1, 2])}))
    worked(jobs, Rhythm(), {"p": tmp_path}, 2, Does([]))
    assert jobs.ended == [
        ("sum p", "failed", "the process that worked on it is gone"),
        ("sum p", "done", {"sum": 3}),
    ]
    monkeypatch.setattr("loopkeeper.app.hands.LONGEST", 3.0)
    jobs = FakeJobs(job(payload={"does": partial(signal.sigwait, [signal.SIGUSR1])}))
    worked(jobs, Rhythm(), {"p": tmp_path}, 1, Does([]))
    assert jobs.ended == [("sum p", "failed", "took longer than 0 minutes")]


def test_nothing_is_kept_of_a_job_that_is_another_s_now(tmp_path):
    """Its lease ended meanwhile: who holds it now keeps what is found, once."""
    kept, jobs = [], FakeJobs()
    jobs.done = lambda held, *_: held.worker == "w"
    handler = Sum(kept)
    queue = JobQueue({"p": tmp_path}, jobs, bench_of(handler, kept=kept), Clocks(lambda: ZERO))
    lost = Held(job=replace(job(), worker="another"), folder=tmp_path, now=ZERO)
    queue._record(lost, handler, 6)
    assert kept == []
    assert not hasattr(handler, "settled")
    queue._record(Held(job=job(), folder=tmp_path, now=ZERO), handler, 6)
    assert kept == [("p", tmp_path.name, 6)]
    assert queue.state()["done"] == 1


def test_a_file_lands_whole_under_its_digest_or_not_at_all(tmp_path, monkeypatch):
    place = tmp_path / "p"
    with Landing(place, "../Mai 2026.CSV") as landing:
        landing.add(b"a")
        landing.add(b"bc")
        sent = landing.landed()
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4
    assert sent == SentFile(file=place / f"{digest}.csv", name="../Mai 2026.CSV", sha256=digest)
    assert sent.file.read_bytes() == b"abc"
    assert import_of("p", sent).key == import_of("p", replace(sent, name="other")).key
    monkeypatch.setattr(landings, "LARGEST", 3)
    with Landing(place, "b.x/y") as landing, pytest.raises(InputError, match="more than 3 bytes"):
        landing.add(b"abcd")
    with Landing(place, "c") as landing:
        landing.add(b"ab")
    assert list(place.iterdir()) == [sent.file]
    sent.file.with_name("wall").write_text("")
    with pytest.raises(OutsideError, match="wall"):
        Landing(place / "wall" / "p", "d")


class OneFile:
    """A port that reads any file as the same readings."""

    def __init__(self, frame):
        self.dossiers, self.frame = self, frame

    def read_dossier(self, _folder):
        class Nothing:
            plant = None

        return Nothing

    def read_export(self, _path, name, _plant):
        return self.frame, (Verdict("dossier.time.no_zone", {"file": name}),)


class Keeps:
    """An intake that puts the first reading of each batch aside."""

    def __init__(self):
        self.batches = []

    async def keep(self, frame, feed):
        self.batches.append((frame, feed))
        return (Aside("too new", frame.head(1)),)


def frame_of(*values):
    times = [ZERO + n * timedelta(hours=1) for n in range(len(values))]
    if values:
        times[-1] = None
    return pl.DataFrame(
        {
            "time": times,
            "point": ["a"] * len(values),
            "value": values,
            "known_at": [ZERO + timedelta(days=900)] * len(values),
            "quality": pl.Series([0] * len(values), dtype=pl.Int8),
        },
        schema_overrides={"time": pl.Datetime("us", "UTC"), "value": pl.Float64},
    )


def test_readings_of_a_file_are_kept_in_batches_and_all_of_them_told(tmp_path, monkeypatch):
    monkeypatch.setattr(imports, "TOGETHER", 2)
    outside = OneFile(frame_of(1.0, None, 3.0, 4.0))
    with Landing(tmp_path / "p", "a.csv") as landing:
        landing.add(b"abc")
        sent = landing.landed()
    held = Held(
        job=job("import", payload=dict(import_of("p", sent).payload)), folder=tmp_path, now=ZERO
    )
    handler = ImportWork(outside=outside, place=tmp_path)
    intake = Keeps()
    kept = asyncio.run(handler.keep(held, handler.work(held)(), intake))
    assert sent.file.exists()
    told = handler.record(held, kept)
    assert sent.file.exists()  # what is done twice when the end of the job is lost finds it
    handler.settle(held, kept)
    assert (told["kept"], told["put_aside"], told["without_time"], told["points"]) == (1, 2, 1, 1)
    assert told["put_aside_why"] == ["too new"]
    assert told["said"][0]["code"] == "dossier.time.no_zone"
    rows = pl.concat([frame for frame, _ in intake.batches])
    assert rows["quality"].to_list() == [0, 2, 0]  # what has no value is bad
    assert rows["known_at"].null_count() == 3  # nothing is known before it is here
    assert [feed for _, feed in intake.batches] == ["import", "import"]
    assert not sent.file.exists()
    with pytest.raises(InputError, match="changed or is gone"):
        handler.work(held)()


def test_a_file_of_which_nothing_is_kept_fails_and_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(imports, "TOGETHER", 1)
    with Landing(tmp_path / "p", "old.csv") as landing:
        landing.add(b"abc")
        sent = landing.landed()
    held = Held(
        job=job("import", payload=dict(import_of("p", sent).payload)), folder=tmp_path, now=ZERO
    )
    handler = ImportWork(outside=OneFile(frame_of(1.0, 2.0, 3.0)), place=tmp_path)
    with pytest.raises(InputError, match=r"old\.csv: nothing was kept: too new"):
        asyncio.run(handler.keep(held, handler.work(held)(), Keeps()))
    assert sent.file.exists()


def test_a_file_without_readings_says_why(tmp_path):
    with Landing(tmp_path, "letter.txt") as landing:
        landing.add(b"Dear Sir")
        sent = landing.landed()
    with pytest.raises(InputError, match=r"letter\.txt: no reading can be used: "):
        read_sent(OneFile(frame_of()), tmp_path, sent)
    sent.file.write_bytes(b"Dear Madam")
    with pytest.raises(InputError, match="changed or is gone"):
        read_sent(OneFile(frame_of()), tmp_path, sent)
