"""Fifty years of a design, hour by hour: does the ground hold, and how deep must holes be?"""

import sys
from pathlib import Path

import loopkeeper as lk

out = Path(sys.argv[1] if len(sys.argv) > 1 else "out")
out.mkdir(parents=True, exist_ok=True)
office = lk.read(lk.demo())
run = lk.simulate(office, years=50)
print(f"heat put in over heat drawn: {run.balance_ratio:.2f}")
for year in (1, 10, 25, 50):
    print(f"year {year:2d}: {run.coldest[year - 1]:5.2f} to {run.warmest[year - 1]:5.2f} °C")
answer = lk.size(office, years=25)
print(f"{answer.found.task.geometry.count} holes need {answer.found.size.length:.1f} m each")
lk.plot(run).save(out / "fifty-years.svg")
