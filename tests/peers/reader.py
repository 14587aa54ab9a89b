"""
A reader of a page who types what it says and looks whether the program answers so.

Fences ``sh`` hold commands, ``console`` commands behind ``$`` with what they answer, and a fence
with a name behind its language (``toml loopkeeper.toml``) a file to write. A command ends with
zero unless its comment states an exit code; "…" in an answer stands for anything.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from peers import waiting
from peers.processes import answers, free_port, until

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```\s*$", re.MULTILINE | re.DOTALL)
STATED = re.compile(r"(?:exit code|退出码) (\d)")
LASTING = re.compile(r"mosquitto |loopkeeper serve (?!.*--check)")
NEEDED = ("mosquitto", "curl")
PORTS = ("1883", "8470")
"""What pages say of broker and service; a reader beside others takes free ones."""


@dataclass(frozen=True)
class Step:
    """A command and what it answers, or a file to write."""

    line: int
    command: str = ""
    shown: tuple[str, ...] = ()
    file: str = ""
    text: str = ""

    @property
    def code(self) -> int:
        stated = STATED.search(self.command)
        return int(stated[1]) if stated else 0


def steps(text: str) -> list[Step]:
    """All that a page asks its reader to do, in order."""
    found = []
    for fence in FENCE.finditer(text):
        line = text.count("\n", 0, fence.start()) + 2
        language, _, name = fence["info"].strip().partition(" ")
        if name:
            found.append(Step(line, file=name, text=fence["text"]))
        elif language in {"sh", "bash"}:
            found += _typed(fence["text"], line)
        elif language == "console":
            found += _answered(fence["text"], line)
    return found


def _typed(text: str, line: int) -> list[Step]:
    whole = re.sub(r"\\\n\s*", "", text).splitlines()
    return [Step(line, command=one.strip()) for one in whole if one.strip(" #")]


def _answered(text: str, line: int) -> list[Step]:
    found: list[tuple[str, list[str]]] = []
    for one in re.sub(r"\\\n\s*", "", text).splitlines():
        if one.startswith("$ "):
            found.append((one[2:].strip(), []))
        elif one.strip():
            found[-1][1].append(one)
    return [Step(line, command=command, shown=tuple(shown)) for command, shown in found]


def bare(command: str) -> str:
    """A command without comment and language: alike on a page and its twin."""
    return " ".join(re.sub(r"[ ?&](--)?lang[= ](zh|en)| #.*$", "", command).split())


def shows(said: str, shown: tuple[str, ...]) -> str:
    """The first shown line that does not stand in what was said, behind those before it."""
    said, at = " ".join(said.split()), 0
    for line in shown:
        parts = [re.escape(" ".join(p.split())) for p in line.split("…")]
        found = re.search(r"\s*.*?\s*".join(parts), said[at:])
        if found is None:
            return line
        at += found.end()
    return ""


class Reader:
    """Types in a folder of their own, in a language, with the program on the path."""

    def __init__(self, folder: Path, language: str):
        self.folder, self.lasting = folder, []
        tools = folder.parent / "bin"
        tools.mkdir(exist_ok=True)
        program = f"#!{sys.executable}\nfrom loopkeeper.cli.main import main\nmain()\n"
        _executable(tools / "loopkeeper", program)
        _executable(tools / "make", f"#!/bin/sh\n{_MAKE.format(tools=tools)}")
        self.ports = {port: str(free_port()) for port in PORTS}
        self.environment = os.environ | {
            "PATH": os.pathsep.join(
                [str(tools), str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin"]
            ),
            "PYTHONPATH": str(ROOT / "src"),
            "COLUMNS": "80",
            "LC_ALL": "",
            "LANG": "zh_CN.UTF-8" if language == "zh" else "C.UTF-8",
            "OMP_NUM_THREADS": "1",
        }

    def follow(self, text: str) -> None:
        """Do every step; the first that answers otherwise is an error with its line."""
        todo = steps(text)
        for tool in NEEDED:
            used = any(re.search(rf"\b{tool} ", step.command) for step in todo)
            if used and shutil.which(tool, path=self.environment["PATH"]) is None:
                pytest.skip(f"{tool} is not installed (Debian: apt-get install {tool})")
        try:
            for step in todo:
                self._do(step)
        finally:
            ends = [self._ended(process) for process in self.lasting]
        assert not any(ends), f"what was started ended with {ends}"

    def _do(self, step: Step) -> None:
        if step.file:
            target = self.folder / step.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(self._here(step.text), encoding="utf-8")
        elif LASTING.match(step.command):
            self._start(step)
        else:
            done = waiting.run(
                ["bash", "-c", self._here(step.command)],
                cwd=self.folder,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                seconds=1200,
            )
            place = f"line {step.line}: {step.command}\n{done.stdout[-3000:]}"
            assert "Traceback" not in done.stdout, place
            assert done.returncode == step.code, f"ended with {done.returncode}, {place}"
            missing = shows(done.stdout, tuple(map(self._here, step.shown)))
            assert not missing, f"not said: {missing!r}, {place}"

    def _start(self, step: Step) -> None:
        port = self.ports["8470" if step.command.startswith("loopkeeper") else "1883"]
        log = self.folder.parent / f"{port}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                ["bash", "-c", f"exec {self._here(step.command)}"],
                cwd=self.folder,
                env=self.environment,
                stdout=file,
                stderr=file,
            )
        self.lasting.append(process)
        up = until(lambda: answers(int(port)) or process.poll() is not None, waiting.LIMIT)
        said = log.read_text(encoding="utf-8")
        assert up, f"line {step.line}: {step.command} does not answer\n{said}"
        assert process.poll() is None, f"line {step.line}: {step.command} ended\n{said}"
        time.sleep(1.0)  # its peers are found

    def _here(self, text: str) -> str:
        for port, free in self.ports.items():
            text = text.replace(port, free)
        return text

    @staticmethod
    def _ended(process) -> int:
        if process.poll() is None:
            process.terminate()
        return waiting.ended(process, 120)


_MAKE = """case "$1" in
test) exec /usr/bin/make -n BIN={tools} test ;;
*) exec /usr/bin/make BIN={tools} "$@" ;;
esac
"""
"""`make` of a copy whose environment is there already; a test does not run all tests again."""


def _executable(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
