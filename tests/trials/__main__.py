"""Draw plants: ``python -m trials OUT --seeds 1-3 [--kind KIND] [--fault FAULT]``."""

import argparse
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from trials.draw import FAULTS, drawn
from trials.nature import KINDS
from trials.write import write_plant

Draw = Callable[[Path, str, str, int], Path]
"""Write the plant of a kind, fault and seed into a folder."""


def draw(out: Path, kind: str, fault: str, seed: int) -> Path:
    """Write one plant; its truth stands beside it, not in it."""
    rng = np.random.default_rng([seed, zlib.crc32(f"{kind}/{fault}".encode())])
    build = drawn(kind, fault, rng)
    folder = out / f"{kind}-{fault}-{seed}"
    write_plant(build, folder, rng)
    truth = {"kind": kind, "fault": fault, "seed": seed, "size": build.wrong.get(fault)}
    (out / f"{folder.name}.json").write_text(json.dumps(truth))
    return folder


def main(name: str, draw: Draw) -> None:
    """Draw what is asked for."""
    asked = argparse.ArgumentParser(prog=f"python -m {name}")
    asked.add_argument("out", type=Path)
    asked.add_argument("--seeds", default="1-1")
    asked.add_argument("--kind", choices=KINDS)
    asked.add_argument("--fault", choices=FAULTS)
    given = asked.parse_args()
    first, _, last = given.seeds.partition("-")
    for kind in [given.kind] if given.kind else KINDS:
        for fault in [given.fault] if given.fault else FAULTS:
            if kind in FAULTS[fault][0]:
                for seed in range(int(first), int(last or first) + 1):
                    draw(given.out, kind, fault, seed)


if __name__ == "__main__":
    main("trials", draw)
