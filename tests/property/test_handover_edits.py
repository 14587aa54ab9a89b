"""Any single edit of a package is named, by the program and by the script that stands alone."""

import hashlib
import json
import random
import shutil
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from loopkeeper.app.use_cases import handing_over
from loopkeeper.app.use_cases.handing_over import PackageWitness
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli.main import app
from loopkeeper.errors import InputError
from peers import waiting
from peers.handed_over import DAY, holes, resigned, sealed

EDITS, BY_PROCESS = 500, 20
"""How many edits are made, and of how many of them a process of its own is asked. [-]"""
LEDGER = "dossier/ledger/ledger.jsonl"


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    root = tmp_path_factory.mktemp("edits")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOPKEEPER_LEDGER_KEY", str(root / "key"))
        plant = sealed(holes(root / "plant"))
        made = CliRunner().invoke(
            app, ["handover", "make", str(plant), "-o", str(root / "whole"), "--on", DAY]
        )
        assert (root / "whole" / "manifest.json").exists(), made.output
        yield root / "whole"


def byte(folder, names, dice):
    name = dice.choice(names)
    raw = bytearray((folder / name).read_bytes())
    raw[dice.randrange(len(raw))] ^= dice.randrange(1, 256)
    (folder / name).write_bytes(raw)
    return {name}


def removal(folder, names, dice):
    name = dice.choice(names)
    (folder / name).unlink()
    return {name}


def addition(folder, names, dice):
    name = dice.choice(["", "dossier/", "dossier/ledger/", "proofs/"]) + f"new{dice.random()}.txt"
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(dice.choice([b"", b"x", (folder / names[0]).read_bytes()]))
    return {name}


def rename(folder, names, dice):
    name = dice.choice([one for one in names if one != "manifest.json"])
    (folder / name).rename(folder / f"{name}.old")
    return {name, f"{name}.old"}


def swap(folder, names, dice):
    one, two = dice.sample([n for n in names if n != "manifest.json"], 2)
    first, second = ((folder / name).read_bytes() for name in (one, two))
    if first == second:
        return byte(folder, names, dice)
    (folder / one).write_bytes(second)
    (folder / two).write_bytes(first)
    return {one, two}


def named(folder):
    """The files that the program names, and whether it found the manifest fit to be read."""
    try:
        found = handing_over.checked(outside, folder)
    except InputError as error:
        return {name for name in ("manifest.json",) if name in str(error)}, False
    return {n for c in found.changes for n in (c.name, c.other) if n}, True


def by_script(told):
    return {line.split(" ", 1)[1] for line in told if line != "ROOT"}


def asked_of_a_process(script, folder):
    done = waiting.run(
        [sys.executable, "-I", script, folder], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 1, done.stderr
    return done.stdout.split("\n")[:-1]


@pytest.mark.slow
def test_every_single_edit_is_named(package, tmp_path):
    script = tmp_path / "verify.py"
    shutil.copy(package / "verify.py", script)
    space = {"__name__": "verify"}
    exec(compile(script.read_text(encoding="utf-8"), "verify.py", "exec"), space)  # noqa: S102
    kept = {p: p.read_bytes() for p in package.rglob("*") if p.is_file()}
    names = sorted(p.relative_to(package).as_posix() for p in kept)
    dice = random.Random(4)
    for number in range(EDITS):
        edit = (byte, byte, removal, addition, rename, swap)[number % 6]
        edited = edit(package, names, dice)
        found, readable = named(package)
        told = sorted(space["changes"](package))
        assert edited <= found, (edit.__name__, edited, found)
        assert edited <= by_script(told), (edit.__name__, edited, told)
        if readable and "manifest.json" not in edited:
            assert found - edited <= {LEDGER}
            assert by_script(told) == edited
        if number % (EDITS // BY_PROCESS) == 0:
            assert asked_of_a_process(script, package) == told
        for file in [p for p in package.rglob("*") if p.is_file() and p not in kept]:
            file.unlink()
        for file, raw in kept.items():
            file.write_bytes(raw)
    assert handing_over.checked(outside, package).sound


def test_who_rewrites_the_manifest_too_is_found_by_the_root_that_was_kept(package, tmp_path):
    forged = tmp_path / "forged"
    shutil.copytree(package, forged)
    own = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    root, key = own["root"], own["key"]
    raw = b"Three years.\n"
    (forged / "dossier/documents/warranty.txt").write_bytes(raw)
    told = json.loads((forged / "manifest.json").read_text(encoding="utf-8"))
    for one in told["files"]:
        if one["name"].endswith("warranty.txt"):
            one |= {"size": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
    lines = [f"{one['sha256']} {one['size']} {one['name']}" for one in told["files"]]
    level = [hashlib.sha256(b"\0" + line.encode()).digest() for line in lines]
    while len(level) > 1:
        pairs = [level[n : n + 2] for n in range(0, len(level), 2)]
        level = [
            hashlib.sha256(b"\1" + b"".join(p)).digest() if len(p) > 1 else p[0] for p in pairs
        ]
    told["root"] = level[0].hex()
    (forged / "manifest.json").write_bytes(
        resigned(told, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    )
    assert handing_over.checked(outside, forged).sound  # who has a key can do that
    for witness, said in ((PackageWitness(root=root), "root"), (PackageWitness(key=key), "key")):
        found = handing_over.checked(outside, forged, witness)
        assert [str(one.fate) for one in found.changes] == [said]
