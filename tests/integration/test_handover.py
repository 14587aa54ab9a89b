"""Hand-overs by the command line: packed, held against their manifest, shown in part."""

import hashlib
import json
import os
import re
import shutil
import stat
import sys
import time
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from loopkeeper.app.use_cases import handing_over
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli.main import app
from peers import waiting
from peers.handed_over import (
    DAY,
    asked,
    body,
    holes,
    pretty,
    resigned,
    rewritten,
    sealed,
    wells,
)

pytestmark = pytest.mark.integration
SHEETS = [
    "Instruction", "Contact", "Facility", "Floor", "Space", "Zone", "Type", "Component",
    "System", "Assembly", "Connection", "Spare", "Resource", "Job", "Impact", "Document",
    "Attribute", "Coordinate", "Issue", "PickLists",
]  # fmt: skip
"""Of COBie 2.4."""
PACKED_WITHIN = 5.0
"""Time that a plant of 400 holes may take. [s]"""
KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in (1,)]
EVALUATOR, AUTHORITY = "evaluator", "water-authority"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Plants, and packages of them, made once."""
    root = tmp_path_factory.mktemp("handed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOPKEEPER_LEDGER_KEY", str(root / "key"))
        patch.setattr(sys, "argv", ["loopkeeper", "--json"])
        sealed(holes(root / "holes"))
        sealed(wells(root / "wells"))
        asked("make", root / "holes", "-o", root / "whole", "--on", DAY, code=1)
        yield root


@pytest.fixture
def whole(home, tmp_path):
    """A package that may be changed."""
    shutil.copytree(home / "whole", tmp_path / "whole")
    return tmp_path / "whole"


def table(folder, sheet):
    rows = openpyxl.load_workbook(folder / "cobie.xlsx")[sheet].values
    head, *others = rows
    return [dict(zip(head, row, strict=True)) for row in others]


def refusal(path):
    return asked("check", path, code=1)["error"]


def test_the_dossier_is_packed_byte_for_byte_with_what_is_missing_and_open(home, tmp_path):
    told = asked("make", home / "holes", "-o", tmp_path / "a", "--on", DAY, code=1)
    for file in (home / "holes").rglob("*"):
        if file.is_file() and not file.name.startswith("."):
            there = tmp_path / "a" / "dossier" / file.relative_to(home / "holes")
            assert there.read_bytes() == file.read_bytes()
    made = {one.name for one in (tmp_path / "a").iterdir() if one.is_file()}
    assert made == {
        *(f"handover.{lang}.{kind}" for lang in ("en", "zh") for kind in ("html", "pdf", "docx")),
        "cobie.xlsx",
        "points.xlsx",
        "verify.py",
        "manifest.json",
    }
    assert (
        told["completeness"]["there"] + len(told["completeness"]["missing"])
        == (told["completeness"]["asked"])
    )
    missing = {one["item"]: one["clause"] for one in told["completeness"]["missing"]}
    assert missing["survey_tests"] == "GB 50411-2019 14.2.2"
    assert not {"operating_instructions", "warranty", "ledger_sealed"} & set(missing)
    said = {one["id"]: one for one in told["open_items"]}
    assert said["trial-flow_balance"]["owner"] == "Contractor Ten"
    assert said["trial-flow_balance"]["due"] == "2026-12-20"
    assert said["works-B002-active_length"]["sentence"] == (
        "B002: active length is 110.0 m, asked for was 120."
    )
    assert "works-missing-borehole-x" in said


def test_the_same_dossier_and_day_give_the_same_bytes(home, tmp_path):
    asked("make", home / "holes", "-o", tmp_path / "b", "--on", DAY, code=1)
    assert (tmp_path / "b.zip").read_bytes() == (home / "whole.zip").read_bytes()


def test_folder_and_archive_are_sound_and_tell_completeness_again(home):
    folder, archive = (asked("check", home / name) for name in ("whole", "whole.zip"))
    assert folder == archive
    assert folder["sound"]
    assert folder["completeness"]["there"] == folder["told"]["there"]
    assert folder["ledger"]["sealed"]
    root = folder["root"]
    assert asked("check", home / "whole", "--root", root)["sound"]
    wrong = asked("check", home / "whole", "--root", "0" * 64, code=1)
    assert wrong["changes"] == [{"change": "root", "name": "0" * 64, "other": ""}]


def test_the_root_is_that_of_rfc_6962_over_the_files_themselves(home):
    """By a few lines that share nothing with ours but the line that stands for a file."""
    files = [p for p in (home / "whole").rglob("*") if p.is_file() and p.name != "manifest.json"]
    level = [
        hashlib.sha256(
            b"\0%s %d %s" % (hashlib.sha256(raw).hexdigest().encode(), len(raw), name.encode())
        ).digest()
        for name, raw in sorted(
            (p.relative_to(home / "whole").as_posix(), p.read_bytes()) for p in files
        )
    ]
    while len(level) > 1:
        pairs = [level[n : n + 2] for n in range(0, len(level), 2)]
        level = [
            hashlib.sha256(b"\1" + b"".join(p)).digest() if len(p) > 1 else p[0] for p in pairs
        ]
    assert level[0].hex() == asked("check", home / "whole")["root"]


def test_the_script_says_the_same_without_this_program(whole):
    def run():
        done = waiting.run(
            [sys.executable, "-I", whole / "verify.py"],
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        return done.returncode, done.stdout.split("\n")[:-1]

    key = json.loads((whole / "manifest.json").read_text(encoding="utf-8"))["key"]
    assert run() == (0, ["As it was packed.", f"Signed with key {key}."])
    (whole / "points.xlsx").write_bytes(b"other")
    (whole / "cobie.xlsx").rename(whole / "cobie_2.xlsx")
    assert run() == (1, ["ADDED cobie_2.xlsx", "ALTERED points.xlsx", "MISSING cobie.xlsx"])
    found = asked("check", whole, code=1)["changes"]
    assert [(c["change"], c["name"], c["other"]) for c in found] == [
        ("renamed", "cobie.xlsx", "cobie_2.xlsx"),
        ("altered", "points.xlsx", ""),
    ]
    (whole / "manifest.json").write_text("{", encoding="utf-8")
    assert run() == (1, ["ALTERED manifest.json"])


def test_a_ledger_that_was_changed_before_is_packed_and_said(home, tmp_path):
    plant = tmp_path / "plant"
    shutil.copytree(home / "holes", plant)
    file = plant / "ledger" / "ledger.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"110.0"', b'"120.0"'))
    told = asked("make", plant, "-o", tmp_path / "c", "--on", DAY, code=1)
    assert told["open_items"][-1]["id"] != "works-ledger"
    assert "works-ledger" in [one["id"] for one in told["open_items"]]
    assert not told["ledger"]["sealed"]
    found = asked("check", tmp_path / "c", code=1)["changes"]
    assert [one["change"] for one in found] == ["ledger"]


def test_the_workbook_has_the_shape_of_cobie(home):
    book = openpyxl.load_workbook(home / "whole" / "cobie.xlsx")
    assert book.sheetnames == SHEETS
    sheets = {name: list(book[name].values) for name in SHEETS}
    for name, (head, *rows) in sheets.items():
        assert all(cell not in {None, ""} for row in rows for cell in row), name
        if "Name" in head:
            names = [str(row[head.index("Name")]).lower() for row in rows]
            assert len(set(names)) == len(names), name
            assert not [one for one in names if "," in one], name
    parts = {one["Name"]: one for one in table(home / "whole", "Component")}
    assert {"borehole-B001", "machine-hp1", "pump-sp1", "sensor-t_sup"} <= set(parts)
    types = {one["Name"] for one in table(home / "whole", "Type")}
    spaces = {one["Name"] for one in table(home / "whole", "Space")}
    assert {one["TypeName"] for one in parts.values()} == types
    assert {one["Space"] for one in parts.values()} == spaces
    systems = table(home / "whole", "System")
    inside = [name for one in systems for name in one["ComponentNames"].split(",")]
    assert sorted(inside) == sorted(parts)
    assert all(one["RowName"] in parts for one in table(home / "whole", "Attribute"))
    assert len(table(home / "whole", "Coordinate")) == 6


def test_documents_jobs_and_issues_are_filled(home):
    for one in table(home / "whole", "Document"):
        raw = (home / "whole" / one["Directory"] / one["File"]).read_bytes()
        assert one["Reference"] == f"sha256:{hashlib.sha256(raw).hexdigest()}"
    jobs = {one["Name"]: one for one in table(home / "whole", "Job")}
    assert jobs["calibration-t_sup"]["Start"] == "2028-06-01"
    assert jobs["calibration-flow"]["Start"] == "2025-01-15"
    assert jobs["calibration-taken"]["Start"] == "n/a"
    assert jobs["loop_check-borehole-double_u-120m".replace("double_u", "single_u")]
    issues = {one["Name"]: one for one in table(home / "whole", "Issue")}
    assert issues["trial-flow_balance"]["Owner"] == "Contractor Ten"
    assert issues["trial-flow_balance"]["Mitigation"].startswith("2026-12-20")


def test_the_register_tells_when_a_calibration_is_due(home):
    book = openpyxl.load_workbook(home / "whole" / "points.xlsx")
    _, register = book.worksheets
    rows = {row[0]: row[3:] for row in register.values}
    assert rows["t_sup"][:3] == ("2026-06-01", 24, "2028-06-01")
    assert [rows[name][3].split(" · ")[0] for name in ("t_sup", "flow", "taken")] == [
        "valid",
        "overdue",
        "never",
    ]


def test_an_evaluator_gets_no_price_and_no_name(home, tmp_path):
    told = asked(
        "make", home / "holes", "-o", tmp_path / "e", "--on", DAY, "--for", EVALUATOR, code=1
    )
    whole = asked("check", home / "whole")
    assert told["whole"] == {"files": whole["files"], "root": whole["root"]}
    assert asked("check", tmp_path / "e.zip")["sound"]
    assert asked("check", tmp_path / "e", "--root", whole["root"])["sound"]
    for name, raw in unpacked(tmp_path / "e"):
        assert not re.search(b"Crew Nine|Contractor Ten|0\\.6789|Two years", raw), name
    assert b"Crew Nine" in (home / "whole" / "dossier" / "ledger" / "people.csv").read_bytes()
    assert "110.0" in (tmp_path / "e" / "dossier" / "ledger.csv").read_text(encoding="utf-8")


def unpacked(folder):
    """Every file, and every part of those that are archives themselves; PDF is left out."""
    for file in folder.rglob("*"):
        if file.suffix in {".xlsx", ".docx"}:
            with zipfile.ZipFile(file) as parts:
                yield from ((f"{file.name}/{n}", parts.read(n)) for n in parts.namelist())
        elif file.is_file():
            yield file.name, file.read_bytes()


def test_a_water_authority_gets_the_wells_each_proved(home, tmp_path):
    told = asked(
        "make", home / "wells", "-o", tmp_path / "a", "--on", DAY, "--for", AUTHORITY, code=0
    )
    assert asked("check", tmp_path / "a")["sound"]
    names = {p.relative_to(tmp_path / "a").as_posix() for p in (tmp_path / "a").rglob("*.*")}
    assert {"dossier/documents/water_licence.txt", "dossier/water_quality.csv"} <= names
    assert {"proofs/w1.json", "proofs/w2.json"} <= names
    assert not [n for n in names if "H1" in n or "prices" in n or "ledger.jsonl" in n]
    proof = json.loads((tmp_path / "a" / "proofs" / "w1.json").read_text(encoding="utf-8"))
    assert (proof["size"], proof["root"]) == (told["ledger"]["size"], told["ledger"]["root"])
    missing = {one["item"] for one in told["completeness"]["missing"]}
    assert missing == {"well_tests", "trial_reinjection"}
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text(encoding="utf-8"))
    proved = {one["name"] for one in manifest["files"] if "proof" in one}
    assert "dossier/documents/water_licence.txt" in proved
    assert "dossier/plant.toml" not in proved
    bad = asked("make", home / "holes", "-o", tmp_path / "n", "--for", AUTHORITY, code=1)
    assert "has no wells" in bad["error"]


def test_a_view_of_another_whole_is_noticed(home, tmp_path):
    asked("make", home / "wells", "-o", tmp_path / "a", "--on", DAY, "--for", AUTHORITY)
    file = tmp_path / "a" / "manifest.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    told["whole"]["root"] = "1" * 64
    file.write_bytes(resigned(told, KEYS[0]))
    found = asked("check", tmp_path / "a", code=1)["changes"]
    assert {one["change"] for one in found} == {"proof"}


def test_who_signed_is_told_and_held_against_who_was_expected(home):
    own = Ed25519PrivateKey.from_private_bytes((home / "key").read_bytes())
    key = own.public_key().public_bytes_raw().hex()
    folder = home / "whole"
    assert asked("check", folder)["signature"] == {"state": "holds", "key": key}
    assert asked("check", folder, "--key", key.upper())["sound"]
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    own.public_key().verify(bytes.fromhex(told["signature"]), body(told))
    other = asked("check", folder, "--key", "0" * 64, code=1)
    assert other["signature"] == {"state": "other_key", "key": key}
    assert other["changes"] == [{"change": "key", "name": key, "other": ""}]
    assert "is no public key" in asked("check", folder, "--key", "AB", code=1)["error"]
    for language in ("en", "zh"):
        assert key in (folder / f"handover.{language}.html").read_text(encoding="utf-8")


def test_a_manifest_changed_by_one_byte_is_noticed_by_program_and_script(whole):
    """Also one that is written anew with its digest: only the key could have signed it."""
    file = whole / "manifest.json"
    raw = file.read_bytes()
    told = json.loads(raw)
    last = "0" if told["signature"][-1] != "0" else "1"
    changed = {**told, "completeness": {**told["completeness"], "there": 99}}
    for text, said in (
        (raw.replace(told["signature"].encode(), told["signature"][:-1].encode() + b"?"), None),
        (raw.replace(told["signature"].encode(), (told["signature"][:-1] + last).encode()), "b"),
        (pretty({**changed, "digest": hashlib.sha256(body(changed)).hexdigest()}), "b"),
        (raw + b" ", "holds"),
    ):
        file.write_bytes(text)
        answer = asked("check", whole, code=1)
        if said is None:
            assert "manifest.json" in answer["error"]
        else:
            assert answer["signature"]["state"].startswith(said)
            named = {(one["change"], one["name"]) for one in answer["changes"]}
            change = "manifest" if said == "holds" else "signature"
            assert named == {(change, "manifest.json")}
        done = waiting.run(
            [sys.executable, "-I", whole / "verify.py"], capture_output=True, text=True
        )
        assert done.returncode == 1
        assert "manifest.json" in done.stdout


def test_who_rewrites_a_package_signs_with_another_key_or_not_at_all(whole):
    file = whole / "manifest.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    own = told["key"]
    file.write_bytes(resigned({**told, "open_items": 0}, KEYS[0]))
    forged = asked("check", whole)
    assert forged["signature"]["state"] == "holds"
    assert forged["signature"]["key"] == KEYS[0].public_key().public_bytes_raw().hex()
    assert [c["change"] for c in asked("check", whole, "--key", own, code=1)["changes"]] == ["key"]
    file.write_bytes(resigned({**told, "open_items": 0}, None))
    bare = asked("check", whole)
    assert bare["signature"] == {"state": "unsigned", "key": None}
    assert [c["change"] for c in asked("check", whole, "--key", own, code=1)["changes"]] == ["key"]
    done = CliRunner().invoke(app, ["handover", "check", str(whole), "--lang", "zh"])
    assert done.exit_code == 0
    assert "清单未签名" in done.output
    done = waiting.run([sys.executable, "-I", whole / "verify.py"], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["As it was packed.", "Nobody signed it."]


@pytest.mark.parametrize(
    ("seed", "text"),
    [(b"\0" * 32, b""), (b"\7" * 32, b"x" * 5000), (bytes(range(32)), "移交".encode())],
)
def test_the_script_judges_signatures_as_another_library_does(home, seed, text):
    space = {"__name__": "verify"}
    script = (home / "whole" / "verify.py").read_text(encoding="utf-8")
    exec(compile(script, "verify.py", "exec"), space)  # noqa: S102
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key, signature = private.public_key().public_bytes_raw(), private.sign(text)
    assert space["holds"](key, signature, text)
    assert not space["holds"](key, signature, text + b" ")
    order = 2**252 + 27742317777372353535851937790883648493
    again = int.from_bytes(signature[32:], "little") + order
    assert not space["holds"](key, signature[:32] + again.to_bytes(32, "little"), text)
    for place in range(0, 64, 7):
        broken = bytearray(signature)
        broken[place] ^= 1
        told = {"key": key.hex(), "signature": broken.hex()}
        assert not space["signed"](told, text)


def test_where_it_is_written_must_be_free_and_outside(home, tmp_path):
    plant = home / "holes"
    assert "lies in the dossier" in asked("make", plant, "-o", plant / "out", code=1)["error"]
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine.txt").write_text("mine", encoding="utf-8")
    taken = asked("make", plant, "-o", tmp_path / "taken", code=1)
    assert "there already" in taken["error"]
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]


def test_a_link_in_a_dossier_is_not_followed(home, tmp_path):
    plant = tmp_path / "plant"
    shutil.copytree(home / "holes", plant)
    (plant / "secret.txt").symlink_to("/etc/hostname")
    told = asked("make", plant, "-o", tmp_path / "out", code=1)
    assert "secret.txt: is a link" in told["error"]


def member(name, mode=0o644, raw=b"x"):
    head = zipfile.ZipInfo(name)
    head.external_attr, head.compress_type = mode << 16, zipfile.ZIP_DEFLATED
    return head, raw


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (member("../out.txt"), "is no path"),
        (member("dossier/../../out.txt"), "is no path"),
        (member("/etc/out.txt"), "is no path"),
        (member("C:/out.txt"), "is no path"),
        (member("a\\..\\out.txt"), "is no path"),
        (member("link", stat.S_IFLNK | 0o777, b"/etc/hostname"), "is a link"),
        (member("cobie.xlsx"), "two files of one name"),
        (member("bomb", raw=b"\0" * 60_000_000), "grows more than"),
    ],
    ids=["up", "up within", "absolute", "drive", "backslash", "link", "twice", "bomb"],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_that_leads_out_is_refused_and_writes_nothing(home, tmp_path, bad, said):
    archive = tmp_path / "in" / "bad.zip"
    archive.parent.mkdir()
    shutil.copy(home / "whole.zip", archive)
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as out:
        out.writestr(*bad)
    began = time.process_time()
    assert said in refusal(archive)
    assert time.process_time() - began < PACKED_WITHIN
    assert [p.name for p in tmp_path.rglob("*")] == ["in", "bad.zip"]


def told_otherwise(home, change):
    told = json.loads((home / "whole" / "manifest.json").read_text(encoding="utf-8"))
    change(told)
    return json.dumps(told).encode()


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (lambda _: b"{", "no JSON that can be read"),
        (lambda _: b"\xff\xfe", "no JSON that can be read"),
        (lambda _: b"[" * 200_000, "no JSON that can be read"),
        (lambda _: b"[]", "no manifest"),
        (lambda _: b'{"format": "other"}', "no manifest"),
        (lambda h: told_otherwise(h, lambda t: t.update(version=3)), "version 3"),
        (lambda h: told_otherwise(h, lambda t: t.pop("files")), "missing or of another kind"),
        (lambda h: told_otherwise(h, lambda t: t.update(files=7)), "missing or of another kind"),
        (lambda h: told_otherwise(h, lambda t: t.update(view="all")), "another kind"),
        (lambda h: told_otherwise(h, lambda t: t.update(created_on="now")), "another kind"),
        (lambda h: told_otherwise(h, lambda t: t["files"][0].update(size=-1)), "another kind"),
        (lambda h: told_otherwise(h, lambda t: t["files"][0].update(name="../x")), "is no path"),
        (lambda h: told_otherwise(h, lambda t: t["files"][0].update(sha256="x")), "another kind"),
        (lambda h: told_otherwise(h, lambda t: t["files"].reverse()), "another kind"),
    ],
)
def test_a_manifest_that_is_none_is_refused_with_a_sentence(home, tmp_path, manifest, said):
    raw = manifest(home)
    bad = rewritten(home / "whole.zip", tmp_path / "bad.zip", **{"manifest.json": raw})
    told = refusal(bad)
    assert "manifest.json" in told
    assert said in told


def test_what_is_no_package_is_refused(home, tmp_path):
    assert "is missing; this is no hand-over" in refusal(home / "holes")
    (tmp_path / "a.zip").write_bytes(b"PK no archive")
    assert "no archive that can be read" in refusal(tmp_path / "a.zip")
    cut = (home / "whole.zip").read_bytes()
    (tmp_path / "b.zip").write_bytes(cut[: len(cut) // 2])
    assert "no archive that can be read" in refusal(tmp_path / "b.zip")


def test_a_file_without_end_and_a_link_in_a_folder_are_refused(whole):
    with (whole / "huge.bin").open("wb") as out:
        os.truncate(out.fileno(), 9_000_000_000)
    began = time.process_time()
    assert "bytes when unpacked, more than" in refusal(whole)
    assert time.process_time() - began < 1.0
    (whole / "huge.bin").unlink()
    (whole / "to").symlink_to("/etc")
    assert "to: is a link" in refusal(whole)


def test_an_archive_packed_again_with_a_folder_around_it_is_the_same(home, tmp_path):
    with zipfile.ZipFile(tmp_path / "again.zip", "w", zipfile.ZIP_DEFLATED) as out:
        for file in sorted((home / "whole").rglob("*")):
            if file.is_file():
                out.write(file, f"hand-over/{file.relative_to(home / 'whole')}")
    assert asked("check", tmp_path / "again.zip")["sound"]


def test_the_report_says_it_in_both_languages(home):
    english, chinese = (
        (home / "whole" / f"handover.{lang}.html").read_text(encoding="utf-8")
        for lang in ("en", "zh")
    )
    assert "P, north · Hand-over" in english
    assert "Trial not accepted: flow balance by branch (valve, stuck)." in english
    assert "Contractor Ten" in english
    assert "北站 · 移交资料" in chinese
    assert "岩土热响应试验及原始记录" in chinese
    told = asked("check", home / "whole")["ledger"]
    assert f"{told['size']}:{told['root']}" in english


def test_what_people_are_told(home, tmp_path):
    words = ["handover", "make", str(home / "holes"), "-o", str(tmp_path / "z"), "--lang", "zh"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 1
    assert "请留存根哈希" in done.output
    (tmp_path / "z" / "points.xlsx").unlink()
    done = CliRunner().invoke(app, ["handover", "check", str(tmp_path / "z"), "--lang", "zh"])
    assert done.exit_code == 1
    assert "points.xlsx 缺失" in done.output


@pytest.mark.slow
def test_four_hundred_holes_are_packed_and_checked_in_time(tmp_path, monkeypatch):
    monkeypatch.setenv("LOOPKEEPER_LEDGER_KEY", str(tmp_path / "key"))
    plant = sealed(holes(tmp_path / "many", 20, 20))
    order = handing_over.HandoverOrder(
        view=handing_over.PackageView.WHOLE, on=date.fromisoformat(DAY), program="test"
    )
    began = time.process_time()
    handing_over.handed_over(outside, plant, tmp_path / "out", order)
    assert time.process_time() - began < PACKED_WITHIN
    began = time.process_time()
    assert handing_over.checked(outside, tmp_path / "out.zip").sound
    assert time.process_time() - began < PACKED_WITHIN
    assert len(table(Path(tmp_path / "out"), "Component")) == 400 + 2 + 3
