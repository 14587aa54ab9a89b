"""
Plant wrong edits in physics, measure and diagnose, and see whether a quick test fails.

``python -m mutation [seeds] [--write]`` (from ``tests``); ``make mutants`` writes
``docs/mutation.md``. mutmut and cosmic-ray do the like for every edit of a program; here a sample
drawn by a seed suffices, the tests that see an edit have to be chosen to stay within minutes, and
what numba compiled of the callers of an edited function has to be forgotten: neither does that.
"""

import argparse
import csv
import json
import sys
from collections import Counter
from pathlib import Path

from mutation import suite
from mutation.reach import Users, bare
from mutation.sites import Mutation, draw

ROOMS = ("loopkeeper/physics", "loopkeeper/measure", "loopkeeper/lifecycle/diagnose")
COUNT, SEEDS = 48, (1, 2)
LONGEST = 40.0
"""Of the tests that see an edit, the quickest that fit into so much time judge it. [s]"""
LIMIT = 200.0
"""Processor time after which an edit is taken to have no end. [s]"""
HEAD = """# Planted edits

Edits drawn by seed from `src/loopkeeper` ({count} a seed, evenly over three rooms: an operator, a
comparison, a number by a tenth, a sign, a return of nought, …), and whether one of the quick
tests that see the edited function fails: {tests} tests of {files} files of `tests/unit`,
`tests/property` and `tests/validation`, none of more than ten seconds. Edits that change no answer
are judged by a person and listed with a reason in `tests/mutation/equivalent.csv`; they are not
counted. Written by `python -m mutation {asked}` (`make mutants` asks {usual} edits of seeds 1, 2).

| seed | room | drawn | change no answer | killed | survived |
|---|---|---|---|---|---|
"""


class Judge:
    """Knows which tests see an edit, and asks them."""

    def __init__(self):
        if not suite.PAGE.exists() or _newest(suite.ROOT) > suite.PAGE.stat().st_mtime:
            suite.measure()
        suite.refresh()
        reach = json.loads(suite.PAGE.read_text(encoding="utf-8"))
        self.seen, self.seconds = reach["seen"], reach["seconds"]
        known = suite.FATES.exists() and suite.FATES.stat().st_mtime > suite.PAGE.stat().st_mtime
        self.fates = json.loads(suite.FATES.read_text(encoding="utf-8")) if known else {}
        self.users = Users(suite.COPY)
        files = [p for s in suite.SUITES for p in (suite.ROOT / s).rglob("test_*.py")]
        self.texts = {str(p.relative_to(suite.ROOT)): p.read_text("utf-8") for p in files}

    def kills(self, edit: Mutation) -> bool:
        """Whether a test fails with it; who was judged before a run was broken off stays so."""
        name = f"{edit.file} {edit.start} {edit.after}"
        if name not in self.fates:
            self.fates[name] = self._asked(edit)
            suite.FATES.write_text(json.dumps(self.fates), encoding="utf-8")
        return self.fates[name]

    def _asked(self, edit: Mutation) -> bool:
        functions, compiled = self.users.lead_to(f"{edit.file}:{edit.function}", self.seen)
        tests = {test for key in functions for test in self.seen[key]}
        tests |= {t for t in self.seconds if self._names(t, compiled)}
        chosen, total = [], 0.0
        for test in sorted(tests, key=lambda t: (self.seconds[t], t)):
            total += self.seconds[test]
            if total < LONGEST:
                chosen.append(test)
        path = suite.COPY / edit.file
        try:
            path.write_bytes(edit.planted(path.read_bytes()))
            return bool(chosen) and suite.fails(chosen, LIMIT, compiled)
        finally:
            suite.refresh()

    def _names(self, test: str, compiled: set[str]) -> bool:
        return any(bare(key) in self.texts[test.partition("::")[0]] for key in compiled)


def _newest(root: Path) -> float:
    of = (*(root / "src").rglob("*.py"), *(root / "tests").rglob("*.py"))
    return max(p.stat().st_mtime for p in of if "mutation" not in p.parts)


def equivalent() -> dict[tuple[str, ...], str]:
    """Reason by identity, of edits that change no answer."""
    with (Path(__file__).parent / "equivalent.csv").open(encoding="utf-8", newline="") as lines:
        return {tuple(row[:-1]): row[-1] for row in list(csv.reader(lines))[1:]}


def judged(seed: int, judge: Judge, count: int) -> list[tuple[str, Mutation, str]]:
    """Room, edit, and what became of it."""
    alike, answers = equivalent(), []
    for edit in draw(suite.COPY, ROOMS, count, seed):
        room = next(r for r in ROOMS if edit.file.startswith(r))
        killed = edit.identity not in alike and judge.kills(edit)
        fate = "killed" if killed else "alike" if edit.identity in alike else "survived"
        answers.append((room, edit, fate))
        print(f"{seed} {fate:8} {place(edit)}", file=sys.stderr, flush=True)  # noqa: T201
    return answers


def place(edit: Mutation) -> str:
    before, after = (" ".join(t.split())[:80] for t in (edit.before, edit.after))
    return f"{edit.file}:{edit.line} {edit.function}: `{before}` → `{after}`"


def main() -> int:
    """Judge the seeds; nought where seven of eight edits and more are killed."""
    asked = argparse.ArgumentParser()
    asked.add_argument("seeds", nargs="*", type=int)
    asked.add_argument("--count", type=int, default=COUNT)
    asked.add_argument("--write", action="store_true")
    options = asked.parse_args()
    judge, rows, left = Judge(), [], []
    for seed in options.seeds or SEEDS:
        fates = Counter()
        for room, edit, fate in judged(seed, judge, options.count):
            fates[room, fate] += 1
            left += [f"- seed {seed}: {place(edit)}"] if fate == "survived" else []
        for room in ROOMS:
            alike, killed, survived = (fates[room, f] for f in ("alike", "killed", "survived"))
            rows.append((seed, room, alike + killed + survived, alike, killed, survived))
    table = "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)
    killed, survived = (sum(row[k] for row in rows) for k in (4, 5))
    said = f"{killed} of {killed + survived} killed"
    files = {test.partition("::")[0] for test in judge.seconds}
    page = (
        HEAD.format(
            count=options.count,
            tests=len(judge.seconds),
            files=len(files),
            asked=" ".join(sys.argv[1:]),
            usual=COUNT,
        )
        + table
        + f"\n\n{said}. What survived:\n\n"
    )
    page += "\n".join(left or ["- none"]) + "\n"
    print(page)  # noqa: T201
    if options.write:
        (suite.ROOT / "docs" / "mutation.md").write_text(page, encoding="utf-8")
    return int(killed < 0.85 * (killed + survived))


if __name__ == "__main__":
    sys.exit(main())
