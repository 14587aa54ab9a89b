"""No test waits without end: every wait has a limit, and behind it stands one of the test."""

import ast
import subprocess
import sys
import time
from pathlib import Path

import pytest

from each import wrong
from peers import waiting

ROOT = Path(__file__).parents[2]
TESTS = sorted(
    path for path in (ROOT / "tests").rglob("*.py") if path.parts[-2:] != ("peers", "waiting.py")
)
STARTS = {"run", "call", "check_call", "check_output", "getoutput", "getstatusoutput"}
WAITS = {"wait", "join", "communicate", "get", "result", "acquire"}
PIPES = {"stdout", "stderr"}


def endless(source):
    """Lines of calls that may never come back."""
    tree = ast.parse(source)
    awaited = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Await)}
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and id(n) not in awaited]
    found = [n for n in calls if isinstance(n.func, ast.Attribute) and _endless(n)]
    loops = [n for n in ast.walk(tree) if isinstance(n, ast.For | ast.comprehension)]
    found += [n.iter for n in loops if _is_pipe(n.iter)]
    return sorted(n.lineno for n in found)


def _endless(call):
    of, name = call.func.value, call.func.attr
    limited = call.args or any(k.arg in {"timeout", "seconds"} for k in call.keywords)
    if isinstance(of, ast.Name) and of.id == "subprocess":
        return name in STARTS
    return (name in WAITS and not limited) or (
        name in {"read", "readline", "readlines"} and _is_pipe(of)
    )


def _is_pipe(node):
    return isinstance(node, ast.Attribute) and node.attr in PIPES


def _every_wait_has_a_limit(path):
    assert endless(path.read_text(encoding="utf-8")) == []


def test_every_wait_has_a_limit():
    assert wrong(TESTS, _every_wait_has_a_limit, str) == {}


@pytest.mark.parametrize(
    "line",
    [
        "subprocess.run(['x'], timeout=1)",
        "process.wait()",
        "process.stderr.read()",
        "process.stdout.readline()",
        "process.communicate()",
        "thread.join()",
        "line.get()",
        "future.result()",
        "[x for x in process.stderr]",
        "lock.acquire()",
    ],
)
def test_what_would_wait_for_ever_is_seen(line):
    assert endless(line) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "waiting.run(['x'])",
        "process.wait(5)",
        "', '.join(x)",
        "x.get('a')",
        "thread.join(5)",
        "waiting.said(process)",
        "path.read()",
        "process.wait(timeout=5)",
    ],
)
def test_what_ends_is_let_be(line):
    assert endless(line) == []


SLEEPS = """
import subprocess, sys, time

def test_sleeps():
    time.sleep(60)

def test_reads_the_pipe_of_a_living_process():
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            assert process.poll() is not None, process.stderr.read()
        finally:
            process.kill()

def test_goes_on():
    pass
"""


def test_a_test_that_never_ends_fails_and_the_rest_goes_on(tmp_path):
    (tmp_path / "test_sleeping.py").write_text(SLEEPS, encoding="utf-8")
    begun = time.monotonic()
    done = waiting.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-c",
            ROOT / "pyproject.toml",
            "--rootdir",
            tmp_path,
            "-o",
            "timeout=1",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            tmp_path,
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        seconds=60,
    )
    assert time.monotonic() - begun < 50
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.count("Failed: Timeout (>1.0s)") >= 2
    assert "2 failed, 1 passed" in done.stdout


def test_every_test_has_a_limit(pytestconfig, request):
    assert 0 < float(pytestconfig.getini("timeout")) <= 600
    assert request.node.get_closest_marker("timeout") is None


SILENT = "import time; time.sleep(60)"


@pytest.mark.parametrize("wait", [waiting.line, waiting.said, waiting.ended])
def test_a_process_that_says_nothing_is_ended(wait):
    with subprocess.Popen(
        [sys.executable, "-c", SILENT], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as silent:
        with pytest.raises(waiting.NeverCameError):
            wait(silent, seconds=0.2)
        assert waiting.ended(silent, 10) != 0


def test_a_program_that_does_not_end_is_ended():
    with pytest.raises(waiting.NeverCameError, match=r"did not end in 0\.2 s"):
        waiting.run([sys.executable, "-c", SILENT], seconds=0.2)


def test_an_error_of_what_is_waited_for_is_its_own():
    with pytest.raises(ValueError, match="invalid literal"):
        waiting.within(5, int, "x")
