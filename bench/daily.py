"""The daily update: seconds of a day on top of yesterday's state, and how late it calls."""

import json
import subprocess
import sys
from collections.abc import Iterator

from bench.clock import Row

CHILD = """
import json, time
import numpy as np
from loopkeeper.adapters.files.dossier.daily_state import state_of, state_text
from loopkeeper.virtual.build import Life, Recording, emulate
from loopkeeper.app.daily import CONTEXT, advanced, replayed
from loopkeeper.app.groundwork import admit_readings
plant = emulate(Life("office", (), 4, 3), Recording(10, 2))
whole = replayed(plant.dossier, admit_readings(plant.dossier, plant.telemetry))
kept = state_text(whole.state)
day = np.timedelta64(24, "h")
times = plant.telemetry["time"].dt.replace_time_zone(None).to_numpy()
found = []
for back in range(1, 11):
    # the last ten days, each from a state whose text has to be read, as if it were new
    state = state_of(kept)
    until = state.until - back * day
    inside = (times >= until - np.timedelta64(CONTEXT)) & (times < until + day)
    readings = plant.telemetry.filter(inside)
    text = kept.replace(f'"until": "{state.until}"', f'"until": "{until}"')
    start = time.process_time()
    after = advanced(state_of(text), plant.dossier, admit_readings(plant.dossier, readings).hours)
    state_text(after.state)
    found.append(time.process_time() - start)
    assert len(after.days) == 1
print(json.dumps({"seconds": sorted(found), "rows": readings.height, "charts":
    len(whole.state.gauges), "points": len(plant.dossier.plant.points)}))
"""


def daily() -> Iterator[Row]:
    found = _last_line([sys.executable, "-c", CHILD])
    seconds = found["seconds"]
    yield Row(
        f"daily update of a plant ({found['points']} points, {found['charts']} charts, "
        f"{found['rows']:,} readings of eight days admitted, state read and written)",
        f"{seconds[len(seconds) // 2]:.2f} s, slowest of ten {seconds[-1]:.2f} s",
        "≤ 2 s",
        "met" if seconds[-1] <= 2 else "MISSED",
    )
    told = _last_line(
        [sys.executable, "-m", "tests.diagnosis.daily_delays", "--seeds", "120-149", "--json"]
    )
    (early, days, late), (few, ran, many) = told["days"], told["judged_days"]
    yield Row(
        f"… days from the onset of a growing cause to the call, {told['faulty']} plants of the "
        "other emulator",
        f"median {days:.0f} ({early:.0f} to {late:.0f} in half of them); of days that run "
        f"{ran:.0f} ({few:.0f} to {many:.0f})",
        "",
        f"{told['found']} found, {told['named']} by the chart of the cause",
    )
    rate = told["judged_before"] / max(told["false"], 1)
    yield Row(
        f"… days judged for each false call, {told['plants']} plants before anything began",
        f"{rate:.0f} ({told['false']} in {told['judged_before']})",
        "≥ 730 stated",
        "met" if rate >= 730 else "MISSED",
    )


def _last_line(command: list[str]) -> dict:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])
