"""python -m tests.emulator OUT --seeds 0-119 [--frozen-third] [--jobs 2]."""

import argparse
import os
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
# one name for the package, as the tests have it: compiled functions are cached by it
sys.path.insert(0, str(Path(__file__).parents[1]))


def seeds(text: str) -> list[int]:
    """Seeds of "0-119" or "1,5,9"."""
    out: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        out += range(int(first), int(last or first) + 1)
    return out


def make(task: tuple[int, Path]) -> str:
    """Write one plant; the truth is renamed last, so a plant with a truth is complete."""
    from emulator.truth import write_plant  # noqa: PLC0415 - after the environment is set

    seed, out = task
    begun = time.perf_counter()
    name = f"plant-{seed:03d}"
    scratch = out / f".{name}.{os.getpid()}"
    shutil.rmtree(scratch, ignore_errors=True)
    line = write_plant(seed, name, scratch)
    shutil.rmtree(out / name, ignore_errors=True)
    (scratch / name).rename(out / name)
    (scratch / f"{name}.truth.json").rename(out / f"{name}.truth.json")
    scratch.rmdir()
    return f"{name} {time.perf_counter() - begun:5.1f} s  {line}"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.emulator", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seeds", default="0-119")
    parser.add_argument("--frozen-third", action="store_true", help="only the frozen seeds")
    parser.add_argument("--jobs", type=int, default=1)
    a = parser.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    wanted = [s for s in seeds(a.seeds) if not a.frozen_third or s % 3 == 2]
    tasks = [(s, a.out) for s in wanted if not (a.out / f"plant-{s:03d}.truth.json").exists()]
    sys.stdout.write(f"{len(wanted)} plants, {len(wanted) - len(tasks)} are there\n")
    with ProcessPoolExecutor(a.jobs) as pool:
        for i, line in enumerate(pool.map(make, tasks), 1):
            sys.stdout.write(f"[{i}/{len(tasks)}] {line}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
