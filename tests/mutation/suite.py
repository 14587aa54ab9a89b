"""
The quick tests against a copy of the source, each time in a process of its own.

A child has the heavy libraries from its parent, who never imports the program itself.
"""

import os
import resource
import shutil
import sys
from pathlib import Path

import numba
import polars as pl  # noqa: F401
import pytest
import scipy.optimize  # noqa: F401

from mutation.reach import Reach, bare

ROOT = Path(__file__).parents[2]
OUT = ROOT / "out" / "mutation"
COPY, COMPILED, CACHE = OUT / "src", OUT / "compiled", OUT / "cache"
SUITES = ("tests/unit", "tests/property", "tests/validation")
PAGE, FATES = OUT / "reach.json", OUT / "fates.json"


def measure() -> None:
    """Copy the source, and note what each test calls and how long it takes."""
    shutil.rmtree(OUT, ignore_errors=True)
    shutil.copytree(ROOT / "src", COPY, ignore=shutil.ignore_patterns("__pycache__"))
    _child(SUITES, Reach(COPY, PAGE), COMPILED, limit=None)


def refresh() -> None:
    """Make the copy what the source is, also after a run that was broken off."""
    for path in (ROOT / "src").rglob("*.py"):
        copy = COPY / path.relative_to(ROOT / "src")
        if copy.read_bytes() != path.read_bytes():
            shutil.copy2(path, copy)


def fails(tests: list[str], seconds: float, stale: set[str]) -> bool:
    """Whether a test fails now, or they take processor time without end. [s]"""
    shutil.rmtree(CACHE, ignore_errors=True)
    names = {f".{bare(key)}-" for key in stale}
    shutil.copytree(
        COMPILED,
        CACHE,
        copy_function=os.link,
        ignore=lambda _, files: [f for f in files if any(name in f for name in names)],
    )
    return _child(
        sorted({test.partition("::")[0] for test in tests}), Only(tests), CACHE, int(seconds)
    ) not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}


class Only:
    """Of all tests of some files these, in this order."""

    def __init__(self, tests):
        self.place = {test: n for n, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items):
        items[:] = sorted(
            (item for item in items if item.nodeid in self.place),
            key=lambda item: self.place[item.nodeid],
        )


def _child(files, plugin, cache, limit) -> int:
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            status = _pytest(files, plugin, cache, limit)
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _pytest(files, plugin, cache, limit) -> int:
    numba.config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"] = str(cache)
    os.environ["PYTHONPATH"] = f"{COPY}:{ROOT / 'tests'}"
    os.chdir(ROOT)
    judged = ["-x", "--timeout=0"]
    if limit is None:
        judged = ["--timeout=60", "-o", "timeout_func_only=true"]
    else:
        sys.dont_write_bytecode = True
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no", *judged]
    return int(pytest.main([*options, "-o", f"pythonpath={COPY} tests", *files], [plugin]))
