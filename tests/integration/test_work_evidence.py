"""Evidence of hidden works: files under their hashes, and what became of them since."""

import hashlib
import io
import json
import random
import shutil
import sys

import pytest
from PIL import Image

from loopkeeper.adapters.files.dossier.read import inspect_dossier
from loopkeeper.adapters.ledger import evidence as kept
from loopkeeper.adapters.ledger.photographs import photograph
from loopkeeper.app.paper import PrintOrder
from loopkeeper.app.reviewing import Made
from loopkeeper.app.use_cases.reviews import ledger_of, printed_records
from loopkeeper.bootstrap.outside import outside
from loopkeeper.plant.words import Language
from peers.small_works import SITE
from peers.small_works import built as asked

pytestmark = pytest.mark.integration
PLANT = f"""{SITE}[source]
kind = "borehole_field"
[source.borehole_field]
count = 4
length_m = 120.0
diameter_m = 0.15
"""
HEAD = "item,item_kind,check,drawn,found,unit,checked_at,checked_by,evidence\n"
ROW = "B001,borehole,active_length,120,120.0,m,2026-03-02,crew 1,{}\n"
PHOTO = bytes(range(256)) * 3


@pytest.fixture
def plant(tmp_path, monkeypatch):
    monkeypatch.setenv("LOOPKEEPER_LEDGER_KEY", str(tmp_path / "key"))
    monkeypatch.setattr(sys, "argv", ["loopkeeper", "--json"])
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "plant.toml").write_text(PLANT, encoding="utf-8")
    return folder


def table(folder, *texts, name="rows.csv"):
    rows = [ROW.format(text).replace("B001", f"B{n:03d}") for n, text in enumerate(texts, 1)]
    (folder / name).write_text(HEAD + "".join(rows), encoding="utf-8")
    return folder / name


def codes(answer):
    return [one["code"] for one in answer["verdicts"]]


def sealed(plant):
    lines = (plant / "ledger" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if not line.startswith('{"seal"')]


def test_a_file_is_kept_under_its_hash_and_the_record_is_sealed_with_it(plant, tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "one.JPG").write_bytes(PHOTO)
    (photos / "two.pdf").write_bytes(PHOTO[1:])
    file = table(tmp_path, "one.JPG", "one.JPG；two.pdf", "seen by the engineer")
    first = asked("import", plant, file, "--evidence", photos)
    names = [hashlib.sha256(raw).hexdigest() for raw in (PHOTO, PHOTO[1:])]
    folder = plant / "ledger" / "evidence"
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        [f"{names[0]}.jpg", f"{names[1]}.pdf"]
    )
    assert [one.get("evidence") for one in sealed(plant)] == [[names[0]], names, None]
    assert sealed(plant)[2]["note"] == "seen by the engineer"
    assert "works.evidence.kept" in codes(first)
    again = asked("import", plant, file, "--evidence", photos)
    assert (again["new"], again["known"], again["root"]) == (0, 3, first["root"])
    shutil.rmtree(photos)
    without = asked("import", plant, file)
    assert (without["new"], without["root"]) == (0, first["root"])
    assert asked("verify", plant)["verdicts"] == []


def test_a_photograph_that_comes_later_supersedes_the_row_that_only_named_it(plant, tmp_path):
    file = table(tmp_path, "late.jpg")
    asked("import", plant, file)
    (tmp_path / "late.jpg").write_bytes(PHOTO)
    assert asked("import", plant, file)["new"] == 1
    before, after = sealed(plant)
    assert after["supersedes"] == before["id"]
    assert len(inspect_dossier(plant)[0].plant.ledger) == 1


def test_missing_and_altered_files_are_told_and_the_ledger_stands(plant, tmp_path):
    (tmp_path / "a.jpg").write_bytes(PHOTO)
    (tmp_path / "b.jpg").write_bytes(PHOTO[:9])
    asked("import", plant, table(tmp_path, "a.jpg", "b.jpg"))
    folder = plant / "ledger" / "evidence"
    one, two = (hashlib.sha256(raw).hexdigest() for raw in (PHOTO, PHOTO[:9]))
    (folder / f"{one}.jpg").unlink()
    (folder / f"{two}.jpg").write_bytes(b"another")
    found = asked("verify", plant, code=1)  # a file that is another is as bad as a record
    assert found["sound"]
    told = {v["code"]: (v["figures"]["item"], v["figures"]["hash"]) for v in found["verdicts"]}
    assert told == {
        "works.evidence.missing": ("B001", one),
        "works.evidence.altered": ("B002", two),
    }
    asked("import", plant, tmp_path / "rows.csv")
    assert asked("verify", plant)["verdicts"] == []


def test_each_of_500_edits_of_a_file_is_found(plant, tmp_path):
    """A byte changed, put in, taken away, or the end cut off: SHA-256 differs."""
    (tmp_path / "a.jpg").write_bytes(PHOTO)
    asked("import", plant, table(tmp_path, "a.jpg"))
    digest = hashlib.sha256(PHOTO).hexdigest()
    file = plant / "ledger" / "evidence" / f"{digest}.jpg"
    dice = random.Random(7)
    for _ in range(500):
        at, edit = dice.randrange(len(PHOTO)), dice.choice(["flip", "add", "drop", "cut"])
        change = bytes([PHOTO[at] ^ dice.randrange(1, 256)])
        raw = {
            "flip": PHOTO[:at] + change + PHOTO[at + 1 :],
            "add": PHOTO[:at] + change + PHOTO[at:],
            "drop": PHOTO[:at] + PHOTO[at + 1 :],
            "cut": PHOTO[:at],
        }[edit]
        file.write_bytes(raw)
        assert kept.evidence_state(plant, [digest]) == {digest: "altered"}
    file.write_bytes(PHOTO)
    assert kept.evidence_state(plant, [digest]) == {}


@pytest.mark.parametrize("name", ["../secret.txt", "{top}/secret.txt", "link.txt", "n" * 5000])
def test_no_name_leads_out_of_the_folder(plant, tmp_path, name):
    (tmp_path / "secret.txt").write_bytes(b"key")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link.txt").symlink_to(tmp_path / "secret.txt")
    asked("import", plant, table(inner, name.format(top=tmp_path)))
    assert not (plant / "ledger" / "evidence").exists()
    assert "evidence" not in sealed(plant)[0]


def test_a_file_that_is_too_large_stays_a_text(plant, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "LARGEST", len(PHOTO) - 1)
    (tmp_path / "a.mov").write_bytes(PHOTO)
    (tmp_path / "b.jpg").write_bytes(PHOTO[1:])
    found = asked("import", plant, table(tmp_path, "a.mov", "b.jpg"))
    assert "works.evidence.large" in codes(found)
    assert [len(one.get("evidence", ())) for one in sealed(plant)] == [0, 1]


def test_two_laptops_that_differ_are_named_until_a_record_settles_it(plant, tmp_path):
    """Neither knew the other's; what happened last counts, whichever came last."""
    other = tmp_path / "other"
    shutil.copytree(plant, other)
    (other / "a.jpg").write_bytes(PHOTO)
    late = HEAD + ROW.format("").replace("120.0", "117.0").replace("03-02", "03-09")
    (tmp_path / "mine.csv").write_text(late, encoding="utf-8")
    asked("import", plant, tmp_path / "mine.csv")
    asked("import", other, table(other, "a.jpg"))
    asked("import", plant, other / "ledger" / "ledger.jsonl")
    assert asked("verify", plant)["verdicts"] == []
    dossier, said = inspect_dossier(plant)
    assert [one.found for one in dossier.plant.ledger if one.item == "B001"] == ["117.0"]
    told = [v for v in said if v.code == "dossier.ledger.contested"]
    assert [v.severity for v in told] == ["caution"]
    for part in ("B001", "active length", "117.0", "120.0", "2026-03-09"):
        assert part in told[0].sentence()
    assert "dossier.ledger.contested" in codes(asked("check", plant, code=1))
    settled = late.replace("117.0", "119.0").replace("03-09", "03-01")
    (tmp_path / "settled.csv").write_text(settled, encoding="utf-8")
    asked("import", plant, tmp_path / "settled.csv")
    dossier, said = inspect_dossier(plant)
    assert [one.found for one in dossier.plant.ledger if one.item == "B001"] == ["119.0"]
    assert not [v for v in said if v.code == "dossier.ledger.contested"]


@pytest.mark.parametrize(
    ("language", "changed"), [("en", "has 1 changes since it was sealed"), ("zh", "有 1 处改动")]
)
def test_reports_end_with_the_root_of_the_ledger_or_say_that_it_was_changed(
    plant, tmp_path, language, changed
):
    def printed():
        file = tmp_path / "trials.html"
        order = PrintOrder(suffix=".html", language=Language(language))
        file.write_bytes(printed_records(outside, plant, "commissioning", order))
        return file.read_text(encoding="utf-8")

    asked("import", plant, table(tmp_path, "", ""))
    found = asked("verify", plant)
    root = f"{found['size']}:{found['root']}"
    assert root in printed()
    made = Made("d", "c", "p", ledger_of(outside, plant))
    assert made.foot("a – b", Language(language)).endswith(root)
    file = plant / "ledger" / "ledger.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"120.0"', b'"121.0"', 1))
    text = printed()
    assert changed in text
    assert root not in text
    shutil.rmtree(plant / "ledger")
    assert ledger_of(outside, plant) is None


def picture(day="2026:03:02 10:00:00", north=(39.0, 54.0, 0.0), east=(116.0, 24.0, 0.0)):
    """A JPEG with what a phone writes into it."""
    made, told = io.BytesIO(), Image.Exif()
    told.get_ifd(0x8769)[0x9003] = day
    told.get_ifd(0x8825).update({1: "N", 2: north, 3: "E", 4: east})
    Image.new("RGB", (8, 8)).save(made, "JPEG", exif=told)
    return made.getvalue()


def test_a_photograph_of_another_day_or_place_is_a_caution_with_figures(plant, tmp_path):
    """A minute of latitude is a nautical mile, 1.852 km."""
    text = PLANT.replace("[source]", "latitude = 39.9\nlongitude = 116.4\n[source]")
    (plant / "plant.toml").write_text(text, encoding="utf-8")
    (tmp_path / "good.jpg").write_bytes(picture("2026:03:03 09:00:00", (39.0, 54.9, 0.0)))
    (tmp_path / "late.jpg").write_bytes(picture("2026:03:22 10:00:00"))
    (tmp_path / "far.jpg").write_bytes(picture(north=(40.0, 4.0, 0.0)))
    (tmp_path / "none.jpg").write_bytes(PHOTO)
    file = table(tmp_path, "good.jpg", "late.jpg", "far.jpg", "none.jpg")
    found = asked("import", plant, file)
    told = {
        v["figures"]["item"]: (v["code"], v["figures"].get("count", v["figures"].get("km")))
        for v in found["verdicts"]
        if v["code"].startswith("works.photograph")
    }
    assert told == {
        "B002": ("works.photograph.day", 20),
        "B003": ("works.photograph.place", pytest.approx(18.52, abs=0.05)),
    }


def test_no_bytes_stop_the_reader_of_photographs(tmp_path):
    dice, whole = random.Random(3), picture()
    file = tmp_path / "a.jpg"
    for n in range(len(whole)):
        file.write_bytes(whole[:n])
        photograph(file)
    for _ in range(1500):
        raw = bytearray(whole)
        for _ in range(dice.randrange(1, 12)):
            raw[dice.randrange(2, min(len(raw), 260))] = dice.randrange(256)
        file.write_bytes(bytes(raw))
        photograph(file)
        file.write_bytes(dice.randbytes(dice.randrange(400)))
        photograph(file)
    file.write_bytes(whole)
    read = photograph(file)
    assert str(read.taken) == "2026-03-02"
    assert (read.latitude, read.longitude) == pytest.approx((39.9, 116.4))
