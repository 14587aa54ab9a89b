"""
Run this tree beside another commit: `python -m bench.beside REV [PART …]`.

Each part runs in both trees in turn, several times; of each row the best time of either counts,
for what else runs on a machine only ever adds. A row is compared where its figure begins with a
number and a unit of time or a rate.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.parts import PARTS

ROOT = Path(__file__).parents[1]
FIGURE = re.compile(r"([\d.,]+) (ms|s|M/s|readings/s|bytes)")
SCALE = {"ms": 1e-3, "s": 1.0, "M/s": -1e6, "readings/s": -1.0, "bytes": 1.0}
"""Into seconds or bytes; negative where more is better."""
ONE = """
from {module} import {part}
for row in {part}():
    print(f"{{row.what}}|{{row.figure}}", flush=True)
"""
TOLD = 1.05
"""A row that takes so much longer is marked. [-]"""


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m bench.beside")
    asked.add_argument("rev")
    asked.add_argument("parts", nargs="*", default=list(PARTS))
    asked.add_argument("--turns", type=int, default=2)
    given = asked.parse_args()
    print("| what | before | now | now : before |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        tree = Path(place) / "before"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", tree, given.rev], check=True)
        try:
            for part in given.parts:
                beside(part, tree, given.turns)
        finally:
            subprocess.run([*git, "remove", "--force", tree], check=True)


def beside(part: str, tree: Path, turns: int) -> None:
    """Run a part in both trees in turn, and print its rows."""
    before: dict[str, str] = {}
    now: dict[str, str] = {}
    for _ in range(turns):
        for where, best in ((tree, before), (ROOT, now)):
            for what, figure in run(part, where):
                best[what] = min(best.get(what, figure), figure, key=cost)
    for what, figure in now.items():
        old = before.get(what, "-")
        ratio = cost(figure) / cost(old) if old in before.values() and cost(old) else 0.0
        ratio = 1 / ratio if ratio and cost(figure) < 0 else ratio
        mark = " SLOWER" if ratio > TOLD else ""
        print(f"| {what} | {old} | {figure} | {ratio:.2f}{mark} |", flush=True)


def run(part: str, tree: Path) -> list[tuple[str, str]]:
    """Return the rows of a part as a tree measures them: what, figure."""
    around = {**os.environ, "PYTHONPATH": f"{tree / 'src'}:{tree}:{tree / 'tests'}"}
    done = subprocess.run(
        [sys.executable, "-c", ONE.format(module=PARTS[part].__module__, part=part)],
        cwd=tree,
        env=around,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
    rows = (line.split("|", 1) for line in done.stdout.splitlines() if "|" in line)
    return [(re.sub(r"\d{4,}|\d+,\d+[\d,]*", "…", what), figure) for what, figure in rows]


def cost(figure: str) -> float:
    """Return a figure in seconds or bytes, negative where more is better, 0 for neither."""
    found = FIGURE.match(figure)
    if found is None:
        return 0.0
    scale = SCALE[found[2]]
    return float(found[1].replace(",", "")) * scale


if __name__ == "__main__":
    main()
