"""Diagnosis of a plant-year from ten-minute readings, in a process of its own for its memory."""

import json
import subprocess
import sys
from collections.abc import Iterator

from bench.clock import Row

# Peak memory is that of the program itself: ru_maxrss would begin at its parent's.
CHILD = """
import json, re, time
from pathlib import Path
from loopkeeper.virtual.build import Life, Recording, emulate
from loopkeeper.virtual.causes import parse_cause
from loopkeeper.app.closing_the_loop import diagnose_plant, evaluate_plant
from loopkeeper.app.groundwork import admit_readings, lay_groundwork
causes = ("construction.grout:0.7", "operation.fouling:0.4@2024-01-10", "hydraulic.bypass:0.5")
plant = emulate(Life("office", tuple(parse_cause(c) for c in causes), 4), Recording(10, 1))
start = time.process_time()
ground = lay_groundwork(plant.dossier, admit_readings(plant.dossier, plant.telemetry))
diagnosis = diagnose_plant(ground, evaluate_plant(ground))
print(json.dumps({"seconds": time.process_time() - start, "rows": plant.telemetry.height,
    "points": len(plant.dossier.plant.points), "players": len(diagnosis.deviations),
    "MB": int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024}))
"""


def diagnosis() -> Iterator[Row]:
    done = subprocess.run(
        [sys.executable, "-c", CHILD], capture_output=True, text=True, check=True
    )
    figures = json.loads(done.stdout.splitlines()[-1])
    seconds, memory = figures["seconds"], figures["MB"]
    yield Row(
        f"diagnosis of a plant-year ({figures['points']} points, {figures['rows']:,} readings, "
        f"{figures['players']} causes found)",
        f"{seconds:.1f} s, {memory:.0f} MB",
        "≤ 60 s, ≤ 1000 MB",
        "met" if seconds <= 60 and memory <= 1000 else "MISSED",
    )
