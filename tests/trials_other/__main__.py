"""Draw plants: ``python -m trials_other OUT --seeds 1-2 [--kind KIND] [--fault FAULT]``."""

import argparse
import json
import zlib
from dataclasses import asdict
from pathlib import Path

import numpy as np

from trials_other.dossier import write
from trials_other.draw import FAULTS, KINDS, drawn


def draw(out: Path, kind: str, fault: str, seed: int) -> Path:
    """Write one plant; its truth stands beside it, not in it."""
    rng = np.random.default_rng([seed, 77, zlib.crc32(f"other/{kind}/{fault}".encode())])
    plant = drawn(kind, fault, rng)
    folder = out / f"{kind}-{fault}-{seed}"
    write(plant, folder, rng)
    truth = {"kind": kind, "fault": fault, "seed": seed, "plant": asdict(plant)}
    (out / f"{folder.name}.json").write_text(json.dumps(truth, indent=1, default=str))
    return folder


def main() -> None:
    """Draw what is asked for."""
    asked = argparse.ArgumentParser(prog="python -m trials_other")
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
    main()
