"""
Diagnose a folder of emulated plants and hold the answers against their truth.

``PYTHONPATH=tests python tests/diagnosis/judge.py PLANTS RESULTS [--split open] [--jobs 2]``
answers every plant that has no answer in RESULTS yet (so that a killed run goes on where it
stopped) and prints the scores. Two baselines, rules and a regression, answer from the same reading
of the meters into RESULTS/rules and RESULTS/regression. ``--write`` publishes the scores, and only
of a complete frozen split.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from diagnosis.baseline import Seen
from diagnosis.regression_baseline import regression_answer
from diagnosis.rule_baseline import rule_answer
from loopkeeper.app.answers.loop import diagnosis_json
from loopkeeper.app.closing_the_loop import diagnose_plant, evaluate_plant
from loopkeeper.errors import LoopkeeperError

KINDS = (
    "design", "operation", "thermal_balance", "construction", "resource", "hydraulic",
    "commissioning",
)  # fmt: skip
LEAST_SHARE, ALARM, SURE = 0.10, 0.03, 0.5
"""A share that counts, and a false deviation: above 3 % of the electricity, surer than half."""
HEAD = "# Plants of another emulator, diagnosed\n\nWritten by `make diagnosis-emulator`.\n\n"
ASKED = {"ours": ".", "rules": "rules", "regression": "regression"}
"""Who answers, and the folder of their answers within the results."""
FROZEN = 40
"""Frozen plants of the 120 seeds: a partial run never overwrites the page."""
PAGE = Path(__file__).parents[2] / "docs" / "diagnosis-emulator.md"


def _own(seen: Seen, draws: int) -> dict[str, object]:
    evaluation = evaluate_plant(seen.ground)
    found = diagnose_plant(seen.ground, evaluation, draws=draws)
    return diagnosis_json(seen.plant, evaluation, found, "en")


def _told(answer: Callable[[], dict], error: type[Exception], opening: float) -> dict[str, object]:
    """Ask for an answer; an error is an answer with its reason. Seconds count the reading."""
    start = time.perf_counter()
    try:
        said = answer()
    except error as reason:
        said = {"error": str(reason) or type(reason).__name__}
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**said, "seconds": opening + time.perf_counter() - start, "megabytes": used}


def answered(folder: Path, draws: int) -> dict[str, dict[str, object]]:
    """Read a plant once and let everybody answer it; a baseline never fails the run."""
    start = time.perf_counter()
    try:
        seen = Seen.of(folder)
    except LoopkeeperError as error:
        refused = {"error": str(error), "seconds": time.perf_counter() - start, "megabytes": 0.0}
        return dict.fromkeys(ASKED, refused)
    opening = time.perf_counter() - start
    return {
        "rules": _told(lambda: rule_answer(seen), Exception, opening),
        "regression": _told(lambda: regression_answer(seen), Exception, opening),
        "ours": _told(lambda: _own(seen, draws), LoopkeeperError, opening),
    }


def answer_all(folders: list[Path], results: Path, jobs: int, draws: int) -> None:
    """Answer what has no answer yet, telling how far it is."""
    for place in ASKED.values():
        (results / place).mkdir(parents=True, exist_ok=True)
    open_ = [
        f
        for f in folders
        if not all((results / place / f"{f.name}.json").exists() for place in ASKED.values())
    ]
    with ProcessPoolExecutor(jobs, max_tasks_per_child=1) as pool:
        asked = {pool.submit(answered, folder, draws): folder for folder in open_}
        for done, future in enumerate(as_completed(asked), 1):
            name, said = asked[future].name, future.result(0)
            for who, place in ASKED.items():
                part = results / place / f"{name}.part"
                part.write_text(json.dumps(said[who], indent=1), encoding="utf-8")
                part.rename(results / place / f"{name}.json")
            sys.stdout.write(f"{done}/{len(open_)} {name} {said['ours']['seconds']:.0f} s\n")
            sys.stdout.flush()


@dataclass(frozen=True)
class Judged:
    """One plant: its truth and its answer by kind. Energies in kWh, shares of the shortfall."""

    name: str
    truth: dict
    answer: dict

    @property
    def kinds(self) -> dict[str, dict[str, float]]:
        """Energies and bounds by kind, several deviations of one kind added up."""
        found: dict[str, dict[str, float]] = {}
        for one in self.answer.get("deviations", ()):
            own = found.setdefault(
                one["kind"], {"share": 0.0, "value": 0.0, "low": 0.0, "high": 0.0, "sure": 0.0}
            )
            own["share"] += max(one["share"], 0.0)
            for key in ("value", "low", "high"):
                own[key] += one["energy_kWh"][key]
            own["sure"] = max(own["sure"], one["confidence"])
        return found

    @property
    def first(self) -> str | None:
        """The kind that is said to weigh most."""
        kinds = {k: v for k, v in self.kinds.items() if v["share"] > 0}
        return max(kinds, key=lambda k: kinds[k]["share"]) if kinds else None

    @property
    def alarms(self) -> list[str]:
        """Deviations named with confidence."""
        used = 1000 * self.truth["measured"]["electricity_MWh"]
        return [k for k, v in self.kinds.items() if v["value"] > ALARM * used and v["sure"] > SURE]


def judged(plants: Path, results: Path, split: str) -> list[Judged]:
    """Truth and answer of every plant of a split that has both."""
    rows = []
    for file in sorted(plants.glob("*.truth.json")):
        truth = json.loads(file.read_text(encoding="utf-8"))
        name = file.name.removesuffix(".truth.json")
        answer = results / f"{name}.json"
        if split in ("all", truth.get("split", "open")) and answer.exists():
            rows.append(Judged(name, truth, json.loads(answer.read_text(encoding="utf-8"))))
    return rows


def table(rows: list[Judged]) -> Iterator[str]:
    """One line a plant."""
    yield "| plant | source | loss % | said % | truth | answer | first |"
    yield "|---|---|---|---|---|---|---|"
    for one in rows:
        t, base = one.truth, one.truth["promised_electricity_for_actual_heat_kWh"]
        said = one.answer.get("shortfall_kWh", {}).get("value")
        true = ", ".join(f"{k} {v:.0%}" for k, v in _large(t["share"]).items()) or "–"
        found = {k: v["share"] for k, v in one.kinds.items()}
        answer = ", ".join(f"{k} {v:.0%}" for k, v in _large(found).items()) or "–"
        if "error" in one.answer:
            answer = one.answer["error"].replace("\n", " ")[:90]
        mark = (
            ("FALSE ALARM" if one.alarms else "quiet")
            if t["healthy"]
            else ("yes" if one.first == t["dominant"] else "NO")
        )
        told = "–" if said is None else f"{100 * said / base:.1f}"
        source, loss = t["source"].replace("_", " "), f"{100 * t['shortfall_kWh'] / base:.1f}"
        yield f"| {one.name} | {source} | {loss} | {told} | {true} | {answer} | {mark} |"


def _large(shares: dict[str, float]) -> dict[str, float]:
    kept = {k: v for k, v in shares.items() if v >= LEAST_SHARE}
    return dict(sorted(kept.items(), key=lambda item: -item[1]))


def scores(rows: list[Judged]) -> dict[str, float | str]:
    """The figures that the bars are set for."""
    sick = [r for r in rows if not r.truth["healthy"]]
    well = [r for r in rows if r.truth["healthy"]]
    single = [r for r in sick if len(_large(r.truth["share"])) <= 1]
    mixed = [r for r in sick if r not in single]

    def right(some: list[Judged]) -> str:
        hits = sum(r.first == r.truth["dominant"] for r in some)
        return f"{hits} of {len(some)}" + (f" ({hits / len(some):.0%})" if some else "")

    f1 = []
    for kind in KINDS:
        truth = [r.truth["share"].get(kind, 0) >= LEAST_SHARE for r in sick]
        said = [r.kinds.get(kind, {"share": 0})["share"] >= LEAST_SHARE for r in sick]
        hit = sum(a and b for a, b in zip(truth, said, strict=True))
        if any(truth) or any(said):
            f1.append(2 * hit / (sum(truth) + sum(said)))
    errors = [
        sum(abs(r.truth["share"].get(k, 0) - r.kinds.get(k, {"share": 0})["share"]) for k in KINDS)
        / len(KINDS)
        for r in sick
    ]
    held = [
        v["low"] <= r.truth["energy_kWh"].get(k, 0.0) <= v["high"]
        for r in rows
        for k, v in r.kinds.items()
    ]
    short = [
        (
            r.answer["shortfall_kWh"],
            r.truth["shortfall_kWh"],
            r.truth["promised_electricity_for_actual_heat_kWh"],
        )
        for r in rows
        if "shortfall_kWh" in r.answer
    ]
    inside = [said["low"] <= true <= said["high"] for said, true, _ in short]
    off = [abs(said["value"] - true) / promised for said, true, promised in short]
    return {
        "first kind, single cause": right(single),
        "first kind, mixed causes": right(mixed),
        "macro-F1": f"{sum(f1) / max(len(f1), 1):.2f}",
        "mean share error": f"{sum(errors) / max(len(errors), 1):.3f}",
        "energies in their 90 % interval": f"{sum(held)} of {len(held)}",
        "shortfall in its 90 % interval": f"{sum(inside)} of {len(short)}",
        "mean error of the shortfall, % of promised": f"{100 * sum(off) / max(len(off), 1):.1f}",
        "false deviations in healthy plants": f"{sum(len(r.alarms) for r in well)} of {len(well)}",
        "no answer": str(sum("error" in r.answer for r in rows)),
        "longest, s": f"{max((r.answer['seconds'] for r in rows), default=0):.0f}",
        "largest, MB": f"{max((r.answer['megabytes'] for r in rows), default=0):.0f}",
    }


def side_by_side(everybody: dict[str, dict[str, float | str]]) -> Iterator[str]:
    """Scores of all who answered, a column each."""
    yield "| score | " + " | ".join(everybody) + " |"
    yield "|---|" + "---|" * len(everybody)
    for score in next(iter(everybody.values())):
        yield f"| {score} | " + " | ".join(str(own[score]) for own in everybody.values()) + " |"


def main() -> int:
    """Answer, judge, print; publish when asked and complete."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("plants", type=Path)
    ask.add_argument("results", type=Path)
    ask.add_argument("--split", default="open", choices=("open", "frozen", "all"))
    ask.add_argument("--jobs", type=int, default=1)
    ask.add_argument("--draws", type=int, default=40)
    ask.add_argument("--most", type=int, help="only so many plants")
    ask.add_argument("--write", action="store_true")
    given = ask.parse_args()
    truths = {
        f.name.removesuffix(".truth.json"): json.loads(f.read_text(encoding="utf-8"))
        for f in sorted(given.plants.glob("*.truth.json"))
    }
    chosen = [n for n, t in truths.items() if given.split in ("all", t.get("split", "open"))]
    answer_all(
        [given.plants / n for n in chosen[: given.most]], given.results, given.jobs, given.draws
    )
    rows = {
        who: judged(given.plants, given.results / place, given.split)
        for who, place in ASKED.items()
    }
    lines = [*side_by_side({who: scores(own) for who, own in rows.items()})]
    for who, own in rows.items():
        lines += ["", f"## {who}", "", *table(own)]
    sys.stdout.write("\n".join(lines) + "\n")
    if given.write and given.split == "frozen" and len(rows["ours"]) == FROZEN:
        PAGE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
