"""A script that calls the program without a guard, and commands that start processes."""

import json
import sys

import pytest

from peers import waiting


@pytest.mark.slow
def test_workers_do_not_run_the_command_again(tmp_path):
    script = tmp_path / "program"
    script.write_text("from loopkeeper.cli.main import main\nmain()\n", encoding="utf-8")
    for name in ("one", "two"):
        (tmp_path / "fleet" / name).mkdir(parents=True)
        (tmp_path / "fleet" / name / "plant.toml").write_text("", encoding="utf-8")
    done = waiting.run(
        [sys.executable, script, "fleet", tmp_path / "fleet", "--json"],
        capture_output=True,
        text=True,
        seconds=120,
    )
    assert "Traceback" not in done.stderr
    assert len(json.loads(done.stdout)["plants"]) == 2
