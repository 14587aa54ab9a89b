"""Public cases of design, run as their own ``run.sh`` does, on a copy."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from peers import waiting

SHARED = Path(os.environ.get("LOOPKEEPER_SHARED", Path(__file__).parents[2].parent / "shared"))
CASES = SHARED / "cases" / "design"


@pytest.fixture(scope="session")
def design_case(tmp_path_factory):
    """Run a copy of a case by its number, on one made office; returns what it printed."""
    if not CASES.is_dir():
        pytest.skip("the folder of public cases is not beside the repository")
    base = tmp_path_factory.mktemp("design")
    script = base / "loopkeeper"
    script.write_text(
        f"#!{sys.executable}\nfrom loopkeeper.cli.main import main\nmain()\n", encoding="utf-8"
    )
    script.chmod(0o755)
    environment = os.environ | {
        "LOOPKEEPER": str(script),
        "PYTHON": sys.executable,
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
        "COLUMNS": "400",
    }
    waiting.run(
        [script, "virtual", base / "office"], env=environment, check=True, capture_output=True
    )

    def go(number):
        (source,) = CASES.glob(f"{number}-*")
        folder = base / source.name
        shutil.copytree(source, folder)
        folder.chmod(0o755)
        (folder / "work").mkdir()
        shutil.copytree(base / "office", folder / "work" / "office")
        done = waiting.run(
            ["bash", "run.sh"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            seconds=900,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done.stdout, done.stderr

    go.program, go.environment, go.base = script, environment, base
    return go
