"""
Judge the program by plants under trial: ``python -m trials.score --seeds 1-10 [--write]``.

A fault is found when one of what must name it is among the findings of its trials or of its
ledger; whatever else is found in a plant is counted beside it. A sound plant must have none.
"""

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from loopkeeper.app.use_cases import commissioning, works
from loopkeeper.bootstrap.outside import outside
from loopkeeper.errors import LoopkeeperError
from trials.__main__ import Draw, draw
from trials.draw import FAULTS
from trials.nature import KINDS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "commissioning.md"
Case = tuple[str, str, int]


def found(folder: Path) -> set[str]:
    """Return what trials and ledger of a plant say is wrong."""
    named = set()
    result = commissioning.evaluated(outside, folder)
    for one in result.results:
        named |= {verdict.code for verdict in one.proved.findings}
    if (folder / "ledger.csv").is_file():
        state = works.reconciled(outside, folder).found
        named |= {f"ledger:{one.check.check}" for one in state.deviating}
        drawn = len(state.states)
        named |= {
            f"missing:{m.check.check}"
            for m in state.missing
            if m.check.item_kind == "borehole" and 0 < m.without < drawn
        }
    return named


def judge(draw: Draw, case: Case) -> tuple[Case, set[str]]:
    """Draw one plant and return what is found."""
    kind, fault, seed = case
    with tempfile.TemporaryDirectory() as place:
        folder = draw(Path(place), kind, fault, seed)
        try:
            return case, found(folder)
        except LoopkeeperError as error:
            return case, {f"error: {error}"}


def judged(draw: Draw, cases: list[Case], jobs: int) -> Iterator[tuple[Case, set[str]]]:
    """Judge plants that are drawn."""
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(partial(judge, draw), cases)


def table(results: list[tuple[Case, set[str]]]) -> str:
    """Return the table of a page."""
    rows = defaultdict(list)
    for (_, fault, _), named in results:
        rows[fault].append((bool(named & set(FAULTS[fault][1])), named - set(FAULTS[fault][1])))
    lines = ["| fault | plants | found | something else named |", "|---|---|---|---|"]
    for fault in FAULTS:
        if fault in rows:
            told = rows[fault]
            seen = "–" if fault == "none" else sum(hit for hit, _ in told)
            also = sum(bool(rest) for _, rest in told)
            lines.append(f"| {fault} | {len(told)} | {seen} | {also} |")
    return "\n".join(lines)


def main(name: str, draw: Draw, page: Path, head: str) -> None:
    """Judge and print, or write the page."""
    asked = argparse.ArgumentParser(prog=f"python -m {name}.score")
    asked.add_argument("--seeds", default="1-10")
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--fault", choices=FAULTS)
    asked.add_argument("--kind", choices=KINDS)
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    first, _, last = given.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    faults = [given.fault] if given.fault else FAULTS
    results = []
    kinds = [given.kind] if given.kind else KINDS
    cases = [(k, f, s) for f in faults for k in kinds if k in FAULTS[f][0] for s in seeds]
    for case, named in judged(draw, cases, given.jobs):
        results.append((case, named))
        wanted = set(FAULTS[case[1]][1])
        hit = "found" if named & wanted else "sound" if not (wanted or named) else "MISSED"
        print(*case, hit, *sorted(named - wanted), flush=True)  # noqa: T201
    text = table(results)
    print(text)  # noqa: T201
    if given.write:
        page.write_text(head.format(seeds=given.seeds) + text + "\n", encoding="utf-8")


PAGE_HEAD = """# Faults planted into trials and ledgers

Written by `python -m trials.score --write` (tests/trials): plants of every kind of source, drawn
by a physics that shares nothing with the program, with one fault each, their trials logged every
20 s through meters with offsets, gains and noise; seeds {seeds}, not looked at before. *Found*
means that a finding of the trial, or of the ledger of hidden works, names the fault. *Something
else named* counts plants in which a finding was of another kind, a consequence of the fault or
wrong.

"""

if __name__ == "__main__":
    main("trials", draw, PAGE, PAGE_HEAD)
