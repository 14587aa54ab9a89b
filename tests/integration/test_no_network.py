"""No command asks anybody anything over a network: the interpreter itself tells what was tried."""

import os
import sys
from importlib import resources

import pytest

from peers import waiting

PLANT = resources.files("loopkeeper.adapters") / "demo" / "office"
WATCHED = """
import sys
ASKED = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
def told(event, arguments):
    if event in ASKED:
        print("ASKED", event, arguments[-1], file=sys.stderr, flush=True)
sys.addaudithook(told)
from loopkeeper.cli.main import main
if __name__ == "__main__":
    main()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ["design", "check", "PLANT"],
        ["report", "PLANT", "--kind", "monthly", "--lang", "en", "-o", "out.html"],
        ["report", "PLANT", "--kind", "monthly", "--lang", "en", "-o", "out.pdf"],
    ],
    ids=lambda c: " ".join(c[:1] + c[-1:]),
)
def test_a_command_asks_nobody(tmp_path, command):
    script = tmp_path / "watched.py"
    script.write_text(WATCHED)
    done = waiting.run(
        [sys.executable, script, *(str(PLANT) if word == "PLANT" else word for word in command)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        seconds=300,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode in {0, 1}, done.stderr
    assert "ASKED" not in done.stderr
    assert "Traceback" not in done.stderr
    if "-o" in command:
        assert (tmp_path / command[-1]).stat().st_size > 10_000


def test_the_watch_would_see_it(tmp_path):
    script = tmp_path / "asking.py"
    asking = "import socket\nsocket.getaddrinfo('localhost', 1)\n"
    script.write_text(WATCHED.split("from loopkeeper", maxsplit=1)[0] + asking)
    done = waiting.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert "ASKED socket.getaddrinfo" in done.stderr
