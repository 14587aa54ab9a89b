"""Draw plants: ``python -m trials_other OUT --seeds 1-2 [--kind KIND] [--fault FAULT]``."""

import json
import zlib
from dataclasses import asdict
from pathlib import Path

import numpy as np

from trials.__main__ import main
from trials_other.dossier import write
from trials_other.draw import drawn


def draw(out: Path, kind: str, fault: str, seed: int) -> Path:
    """Write one plant; its truth stands beside it, not in it."""
    rng = np.random.default_rng([seed, 77, zlib.crc32(f"other/{kind}/{fault}".encode())])
    plant = drawn(kind, fault, rng)
    folder = out / f"{kind}-{fault}-{seed}"
    write(plant, folder, rng)
    truth = {"kind": kind, "fault": fault, "seed": seed, "plant": asdict(plant)}
    (out / f"{folder.name}.json").write_text(json.dumps(truth, indent=1, default=str))
    return folder


if __name__ == "__main__":
    main("trials_other", draw)
