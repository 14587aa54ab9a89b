"""
Hold the later diagnosis against what ledger and trials proved, for the same planted faults.

``PYTHONPATH=tests python -m trials.later OUT --seeds 400-409 [--jobs 2] [--fault NAME] [--write]``
lets plants of the other emulator live with one fault each of construction or commissioning, with
the records that a site keeps, and asks three things: does a record name the fault, is its kind the
first that the diagnosis of a later year names, and is its energy within the interval told. Plants
that have an answer in OUT are not asked again.
"""

import argparse
import json
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from diagnosis.judge import Judged, answered
from emulator.causes import ROWS, Cause, Timing
from emulator.design import draw_plant
from emulator.truth import write_plant
from loopkeeper.app.use_cases import works
from loopkeeper.bootstrap.outside import outside
from loopkeeper.errors import LoopkeeperError

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "records-and-diagnosis.md"
NAMED = {
    "short_holes": {"active_length"},
    "close_holes": {"x", "y", "spacing"},
    "poor_grout": {"grout_volume_ratio", "grout_conductivity"},
    "blocked_loops": {"pressure_test_2_drop"},
    "bad_wells": {"filter"},
    "broken_seal": {"pressure_test_1_drop"},
    "wrong_set_point": {"setpoint"},
}
"""What of its records must name a fault."""
FAULTS = [row for row in ROWS if row.name in NAMED]
DRAWS, SEEDS_TRIED = 40, 60
"""Draws of a diagnosis; plants of other seeds that are tried until a fault fits. [-]"""
Task = tuple[str, int, Path]


def answer(task: Task) -> str:
    """Write one plant and diagnose it, unless that was done; tell which."""
    fault, number, out = task
    name = f"{fault}-{number}"
    kept = out / f"{name}.answer.json"
    if not kept.exists():
        row = next(one for one in FAULTS if one.name == fault)
        shutil.rmtree(out / name, ignore_errors=True)
        seed = fitting(row, number)
        level = (number * 0.618034) % 1.0
        size = row.mild + level * (row.severe - row.mild)
        write_plant(seed, name, out, lambda _: (Cause(row, size, Timing()),), told=True)
        said = answered(out / name, DRAWS)["ours"]
        said["records"] = sorted(recorded(out / name))
        kept.write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
    return name


def fitting(row, number: int) -> int:
    """A seed of a plant that a fault can be of."""
    first = 1000 * number
    for seed in range(first, first + SEEDS_TRIED):
        plant, _ = draw_plant(seed)
        if plant.kind in row.sources and row.fits(plant):
            return seed
    raise ValueError(f"no plant for {row.name} from seed {first}")


def recorded(folder: Path) -> set[str]:
    """Which checks of the ledger, and which quantities of trials, are said to deviate."""
    try:
        plant = outside.dossiers.read_dossier(folder).plant
        wrong = {one.check.check for one in works.reconciled(outside, folder).found.deviating}
    except LoopkeeperError as error:
        return {f"error: {error}"}
    return wrong | {row.quantity for row in plant.trials if row.accepted is False}


def judged(out: Path, name: str) -> tuple[bool, bool, bool | None, str]:
    """Named by a record; first kind right; energy in its interval where named; a line."""
    truth = json.loads((out / f"{name}.truth.json").read_text(encoding="utf-8"))
    said = json.loads((out / f"{name}.answer.json").read_text(encoding="utf-8"))
    fault = name.rpartition("-")[0]
    one = Judged(name, truth, said)
    (cause,) = truth["causes"]
    own = one.kinds.get(cause["kind"])
    held = None if own is None else own["low"] <= cause["energy_kWh"] <= own["high"]
    shares = ", ".join(f"{k} {v['share']:.0%}" for k, v in one.kinds.items())
    told = said.get("error", shares).replace("\n", " ")[:90]
    line = f"{name}: {cause['energy_kWh']} kWh of {truth['shortfall_kWh']}; {told}"
    return bool(NAMED[fault] & set(said["records"])), one.first == cause["kind"], held, line


def table(out: Path, names: list[str]) -> str:
    """The rows of the page."""
    lines = [
        "| fault | plants | on record | first kind | kind named | energy in its interval |",
        "|---|---|---|---|---|---|",
    ]
    for row in FAULTS:
        own = [judged(out, n) for n in names if n.rpartition("-")[0] == row.name]
        if own:
            held = [one[2] for one in own if one[2] is not None]
            lines.append(
                f"| {row.name} | {len(own)} | {sum(one[0] for one in own)} | "
                f"{sum(one[1] for one in own)} | {len(held)} | {sum(held)} of {len(held)} |"
            )
    return "\n".join(lines)


def main() -> None:
    """Answer, judge, print, and write the page where asked."""
    asked = argparse.ArgumentParser(prog="python -m trials.later")
    asked.add_argument("out", type=Path)
    asked.add_argument("--seeds", default="400-409")
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--fault", choices=NAMED)
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    first, _, last = given.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    faults = [given.fault] if given.fault else [row.name for row in FAULTS]
    tasks = [(fault, seed, given.out) for seed in seeds for fault in faults]
    names = []
    with ProcessPoolExecutor(given.jobs, max_tasks_per_child=1) as pool:
        for name in pool.map(answer, tasks):
            names.append(name)
            named, right, held, line = judged(given.out, name)
            marks = [f"record {named}", f"first {right}", f"held {held}"]
            sys.stdout.write(f"{', '.join(marks)}: {line}\n")
            sys.stdout.flush()
    text = table(given.out, names)
    sys.stdout.write(f"{text}\n")
    if given.write:
        PAGE.write_text(HEAD.format(seeds=given.seeds) + text + "\n", encoding="utf-8")


HEAD = """# Records and the later diagnosis

Written by `python -m trials.later OUT --write` (tests/trials): plants of the second emulator with
one fault of construction or commissioning each, seeds {seeds}, not looked at before; ledger and
trials are kept as sites keep them (every fifth hole; a wrong set-point was accepted). *On record*
means that a check of the ledger or a quantity of a trial deviates that tells of the fault; the
diagnosis is of the last year, with those records on file, and may use them as its prior (decision
0047): this is no test of what the meters alone tell, which is
[another page](diagnosis-emulator.md).

"""

if __name__ == "__main__":
    main()
