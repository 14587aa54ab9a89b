"""
Which tests see which function: measured once, kept in ``out/mutation``.

A pytest plugin notes the calls into the judged rooms while a test runs (``sys.settrace``, calls
only: no dependency, and a few per cent of time). Compiled functions and constants of a module are
not called; they are seen by whoever sees the functions that name them (``Users``).
"""

import ast
import json
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

import pytest

QUICK = 10.0
"""A test that takes more processor time kills nothing. [s]"""
COMPILED = {"compiled", "inlined"}


class Reach:
    """Functions called by each test; what a fixture of a file calls, all its tests may see."""

    def __init__(self, source: Path, page: Path):
        self.source, self.page = str(source) + "/", page
        self.calls, self.seconds = defaultdict(set), {}
        self.now: set = set()

    def note(self, frame, event, arg):
        """Every call passes here: no line is traced."""
        del event, arg
        code = frame.f_code
        if code.co_filename.startswith(self.source):
            self.now.add((code.co_filename, code.co_qualname))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item):
        self.now = self.calls[item.nodeid.partition("::")[0]]
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        self.now = self.calls[item.nodeid]
        sys.settrace(self.note)
        begun = time.process_time()
        answer = yield
        taken = time.process_time() - begun
        if taken < QUICK:
            self.seconds[item.nodeid] = round(taken, 4)
        return answer

    def pytest_sessionstart(self):
        sys.settrace(self.note)
        threading.settrace(self.note)

    def pytest_sessionfinish(self):
        sys.settrace(None)
        seen = defaultdict(list)
        for test in self.seconds:
            for path, name in self.calls[test] | self.calls[test.partition("::")[0]]:
                seen[f"{path.removeprefix(self.source)}:{name.partition('.<')[0]}"].append(test)
        self.page.write_text(json.dumps({"seen": seen, "seconds": self.seconds}))


class Users:
    """Who names whom, over the whole source; and who is compiled."""

    def __init__(self, source: Path):
        self.names, self.compiled = defaultdict(set), set()
        for path in sorted(source.rglob("*.py")):
            file = str(path.relative_to(source))
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                self._member(node, file, "")

    def _member(self, node, file, owner):
        name = owner + named(node)
        key = f"{file}:{name}"
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                self._member(part, file, f"{name}.")
            return
        for part in ast.walk(node):
            if isinstance(part, ast.Name | ast.Attribute):
                self.names[part.id if isinstance(part, ast.Name) else part.attr].add(key)
        if any(ast.unparse(d) in COMPILED for d in getattr(node, "decorator_list", ())):
            self.compiled.add(key)

    def lead_to(self, key: str, seen: dict) -> tuple[set, set]:
        """Functions that tests were seen to call and that lead to this one, and compiled ones."""
        found, waiting, done = set(), [key], set()
        while waiting:
            one = waiting.pop()
            done.add(one)
            if one in seen and one not in self.compiled:
                found.add(one)
            else:
                waiting += [user for user in self.names[bare(one)] if user not in done]
        return found, done & self.compiled


def named(node) -> str:
    """What a statement of a module or class defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    return targets[0].id if isinstance(targets[0], ast.Name) else "<module>"


def bare(key: str) -> str:
    """Name of a function or constant without its place; of a method, without its class."""
    return key.rpartition(":")[2].rpartition(".")[2]
