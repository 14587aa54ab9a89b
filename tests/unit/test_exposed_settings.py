"""A file of settings with secrets is said to be open exactly when a stranger can read it."""

import json
import os
import tempfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loopkeeper.adapters.settings.exposed import exposed
from loopkeeper.cli.main import app
from peers import waiting
from peers.processes import Serve

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
HOLDING = '[[feed]]\nkind = "mqtt"\npassword = "hush"\n'
TABLES = ({"kind": "mqtt", "password": "hush"},)
NOBODY = 65534
MODES = [0o600, 0o640, 0o644, 0o660, 0o604, 0o602, 0o666, 0o400]


@pytest.fixture
def place():
    """A folder that others may enter, as pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        if any(not up.stat().st_mode & 0o001 for up in folder.resolve().parents):
            pytest.skip("temporary folders of this machine are shut to others")
        yield folder


def written(folder, mode, text=HOLDING):
    path = folder / "lk.toml"
    path.write_text(text)
    path.chmod(mode)
    return path


def reached_by_a_stranger(path):
    """Whether a process of another user, in no group of ours, may read or change the file."""
    done = waiting.run(
        ["/bin/sh", "-c", 'test -r "$1" || test -w "$1"', "sh", str(path)],
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        cwd="/",
    )
    return done.returncode == 0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs another user")
@pytest.mark.parametrize("mode", MODES, ids=oct)
@pytest.mark.parametrize("around", [0o755, 0o750, 0o701], ids=oct)
def test_said_exactly_when_a_stranger_reaches_it(place, mode, around):
    path = written(place, mode)
    place.chmod(around)
    assert bool(exposed(path, TABLES)) == reached_by_a_stranger(path)


@pytest.mark.parametrize(
    "table",
    [
        {"password": "x"},
        {"token": "x"},
        {"sha256": "0" * 64},
        {"webhook": "http://host/key"},
        {"url": "mqtt://user:word@host/topic"},
    ],
)
def test_what_counts_as_a_secret(place, table):
    path = written(place, 0o644)
    assert [v.code for v in exposed(path, [{}, table])] == ["service.settings.open"]
    assert exposed(path, [{"url": "http://host/topic", "username": "u"}]) == []


def test_the_check_names_file_and_mode_and_stays_content(place):
    path = written(place, 0o644)
    answer = CliRunner().invoke(app, ["serve", "--check", str(path)], terminal_width=300)
    assert answer.exit_code == 0
    said = " ".join(answer.stderr.split())
    assert f"{path}: mode 644: every user of this machine can read it" in said
    assert "hush" not in answer.output
    path.chmod(0o600)
    assert "mode" not in CliRunner().invoke(app, ["serve", "--check", str(path)]).stderr


def test_the_check_is_silent_where_nothing_is_secret(place):
    path = written(place, 0o644, '[[feed]]\nkind = "mqtt"\n')
    assert CliRunner().invoke(app, ["serve", "--check", str(path)]).stderr == ""


def test_a_running_service_logs_it_and_serves(place):
    text = f'[store]\nfolder = "store"\n[[token]]\nname = "a"\nsha256 = "{"0" * 64}"\n'
    served = Serve(written(place, 0o644, text))
    served.start()
    line = json.loads(waiting.line(served.process, "stderr"))
    served.stop()
    assert line["level"] == "warning"
    assert "mode 644" in line["message"]
    assert "0" * 64 not in line["message"]


def test_a_refusal_shows_no_secret(place):
    wrong = (
        '[[token]]\nname = "a"\nsha256 = "hush"\n[[push]]\nurl = "http://x/y"\ntoken = ["hush"]\n'
    )
    path = written(place, 0o600, wrong + 'password = {hush = "hush"}\n')
    answer = CliRunner().invoke(app, ["serve", "--check", str(path)])
    assert answer.exit_code == 1
    assert answer.stderr.count("a secret, not shown") == 3
    assert "hush" not in answer.output
