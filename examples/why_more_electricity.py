"""Why does a plant use more electricity than promised? Figures, a chart and a report."""

import sys
from pathlib import Path

import loopkeeper as lk
from loopkeeper.units import KWH

out = Path(sys.argv[1] if len(sys.argv) > 1 else "out")
out.mkdir(parents=True, exist_ok=True)
found = lk.diagnose(lk.demo())
print(f"{found.case.plant.site.name}: {found.diagnosis.measured.value / KWH:,.0f} kWh measured")
for one in found.diagnosis.deviations:
    energy = one.energy.scaled(1 / KWH)
    print(f"{one.kind}: {energy.value:,.0f} kWh ({energy.low:,.0f} to {energy.high:,.0f})")
    print(f"  {one.finding.sentence()}")
lk.plot(found).save(out / "why.svg")
lk.report(found, out / "why.html")
print(f"chart and report in {out}")
