"""
How late the daily update calls what began, and how often it calls nothing that began.

    python -m tests.diagnosis.daily_delays --seeds 120-159 [--json]

Each seed makes two plants of the second emulator with 26 months on record: one sound, one in
which a cause of operation begins within the last year. The first year on record is diagnosed, the
days after it are judged one by one. Frozen seeds are left out.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from emulator.__main__ import seeds
from emulator.causes import ROWS, Cause, Timing
from emulator.plant import Plant
from emulator.truth import write_plant
from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.telemetry.telemetry import read_telemetry
from loopkeeper.app.daily import replayed
from loopkeeper.app.groundwork import admit_readings
from loopkeeper.errors import LoopkeeperError

MONTHS, YEAR = 26, 8760
SHOWS = {
    "set_point_drift": {"supply", "total"},
    "schedule_at_night": {"source_pumps", "load_pumps", "total"},
    "source_fouling": {"machines", "inlet", "total"},
    "load_fouling": {"machines", "total"},
    "refrigerant": {"machines", "total"},
    "reinjection_decline": {"source_pumps", "inlet", "total"},
    "no_maintenance": {"machines", "inlet", "source_pumps", "total"},
}
"""Charts in which a cause of the emulator acts; a call of another chart did not find it."""


@dataclass(frozen=True)
class Outcome:
    """A plant: its cause and onset (None when sound), calls as (day, chart), days judged."""

    name: str
    cause: str | None
    onset: np.datetime64 | None
    calls: tuple[tuple[np.datetime64, str], ...]
    judged: tuple[np.datetime64, ...]

    @property
    def false(self) -> int:
        """Calls before anything began."""
        return sum(self.onset is None or bool(day < self.onset) for day, _ in self.calls)

    @property
    def found(self) -> tuple[np.datetime64, str] | None:
        """The first call after the onset of a chart in which the cause acts."""
        if self.onset is None:
            return None
        shown = SHOWS[self.cause or ""]
        right = ((d, c) for d, c in self.calls if d >= self.onset and c in shown)
        return next(right, None)

    def delays(self) -> tuple[int, int] | None:
        """Days, and judged days, from the true onset to the first call."""
        if self.found is None or self.onset is None:
            return None
        days = int((self.found[0] - self.onset).astype(int))
        return days, int(sum(self.onset <= day < self.found[0] for day in self.judged))

    def before(self) -> int:
        """Days judged before anything began."""
        return sum(self.onset is None or bool(day < self.onset) for day in self.judged)


def later(seed: int, plant: Plant) -> tuple[Cause, ...]:
    """One cause of operation that begins 0.4 to 0.95 years before the end."""
    rng = np.random.default_rng([seed, 5])
    rows = [r for r in ROWS if r.later and plant.kind in r.sources and r.fits(plant)]
    row = rows[int(rng.integers(len(rows)))]
    severity = row.mild + rng.uniform(0.2, 1.0) * (row.severe - row.mild)
    onset = plant.years * YEAR - int(rng.uniform(0.4, 0.95) * YEAR)
    return (Cause(row, severity, Timing(onset, int(rng.uniform(100, 4000)))),)


def judged(folder: Path) -> Outcome:
    """Replay a plant."""
    truth = json.loads(folder.with_suffix(".truth.json").read_text(encoding="utf-8"))
    dossier = read_dossier(folder)
    readings, said = read_telemetry(folder, dossier.plant)
    days = replayed(dossier, admit_readings(dossier, readings, said)).days
    calls = tuple(
        (one.day, v.code.rpartition(".")[2])
        for one in days
        for v in one.verdicts
        if v.code not in {"monitor.daily.passed", "monitor.daily.too_few"}
    )
    cause = truth["causes"][0] if truth["causes"] else None
    onset = np.datetime64(cause["onset"], "D") if cause else None
    name = cause["name"] if cause else None
    return Outcome(folder.name, name, onset, calls, tuple(d.day for d in days if d.judged))


def outcomes(wanted: list[int]) -> Iterator[Outcome]:
    """Make and judge every plant; one that is refused says why on standard error."""
    for seed in wanted:
        for kind in ("sound", "faulty"):
            with tempfile.TemporaryDirectory() as place:
                name = f"{kind}-{seed:03d}"
                planted = (lambda _: ()) if kind == "sound" else (lambda p, s=seed: later(s, p))
                write_plant(seed, name, Path(place), planted, MONTHS)
                try:
                    yield judged(Path(place) / name)
                except LoopkeeperError as error:
                    sys.stderr.write(f"{name}: {error} {getattr(error, 'reasons', '')}\n")


def summary(found: list[Outcome]) -> dict[str, object]:
    """The figures of all plants."""
    faulty = [one for one in found if one.onset is not None]
    delays = np.array([one.delays() for one in faulty if one.found])
    false, before = sum(one.false for one in found), sum(one.before() for one in found)
    return {
        "plants": len(found),
        "faulty": len(faulty),
        "found": len(delays),
        "named": sum(one.found is not None and one.found[1] != "total" for one in faulty),
        "days": np.percentile(delays[:, 0], [25, 50, 75]).tolist(),
        "judged_days": np.percentile(delays[:, 1], [25, 50, 75]).tolist(),
        "false": false,
        "judged_before": before,
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="120-159")
    parser.add_argument("--json", action="store_true", help="figures only")
    a = parser.parse_args()
    found = []
    for one in outcomes([s for s in seeds(a.seeds) if s % 3 != 2]):
        found.append(one)
        if not a.json:
            first = "" if one.found is None else f"{one.found[1]} after {one.delays()}"
            line = f"{one.name} {one.cause or 'sound'} {one.onset or ''} {first} {one.false} false"
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{json.dumps(summary(found))}\n")


if __name__ == "__main__":
    main()
