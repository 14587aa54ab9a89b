"""A response test and a pumping test: from a logger's file to the ground, with intervals."""

import sys
from pathlib import Path

import numpy as np
from scipy.special import exp1

import loopkeeper as lk

out = Path(sys.argv[1] if len(sys.argv) > 1 else "out")
out.mkdir(parents=True, exist_ok=True)
log = lk.demo() / "survey" / "trt_1.csv"
ground = lk.read(lk.demo()).plant.source.ground
warm = ground.undisturbed_temperature  # of the dossier: the log begins with heating
test = lk.response_test(log, length=100, diameter=0.15, undisturbed=warm).tests[0]
k = test.conductivity
print(f"conductivity {k.value:.2f} W/(m K), 90 %: {k.low:.2f} to {k.high:.2f}")
print(f"resistance {test.fit.resistance.value:.3f} m K/W")

# A pumping test written by Theis' solution: 36 m³/h, read 10 m away, T = 5e-3 m²/s, S = 1e-3.
minutes = np.geomspace(1, 1440, 60)
drawdown = 0.01 / (4 * np.pi * 5e-3) * exp1(10.0**2 * 1e-3 / (4 * 5e-3 * 60 * minutes))
levels = out / "levels.csv"
rows = "\n".join(f"{t:.4f},{s:.5f}" for t, s in zip(minutes, drawdown, strict=True))
levels.write_text(f"time_min,drawdown_m\n{rows}\n", encoding="utf-8")
best = lk.pumping_test(levels, {0: 36.0}, distance=10.0).test.best
print(f"transmissivity {best.transmissivity.value:.2e} m²/s, storage {best.storage.value:.1e}")
