"""
Write the dormitory's analyses: the calendar is published, no result is; every value is made up.

Levels lie within class III of GB/T 14848-93 and scatter as between laboratories, without a trend.
"""

from datetime import date, timedelta
from pathlib import Path

import numpy as np

FILE = Path(__file__).parent / "dormitory" / "water_quality.csv"
LEVELS = {
    "water_temperature": (14.5, 0.05, "degC"), "ph": (7.6, 0.01, ""),
    "turbidity": (0.8, 0.30, "NTU"), "total_hardness": (365.0, 0.04, "mg/L CaCO3"),
    "total_dissolved_solids": (540.0, 0.04, "mg/L"), "sulfate": (62.0, 0.06, "mg/L"),
    "chloride": (45.0, 0.06, "mg/L"), "nitrate": (9.0, 0.10, "mg/L N"),
    "fluoride": (0.35, 0.08, "mg/L"), "permanganate_index": (0.7, 0.15, "mg/L"),
    "iron": (0.05, 0.30, "mg/L"), "zinc": (0.03, 0.30, "mg/L"), "bacteria": (20.0, 0.40, "CFU/mL"),
}  # fmt: skip
"""Level, scatter as a share of it, unit (A)."""
UNSEEN = {
    "manganese": 0.01, "copper": 0.005, "phenols": 0.001, "nitrite": 0.001, "cyanide": 0.001,
    "mercury": 0.00005, "arsenic": 0.001, "selenium": 0.001, "cadmium": 0.0001,
    "chromium_vi": 0.004, "lead": 0.002, "iodide": 0.02, "nickel": 0.005, "barium": 0.01,
    "cobalt": 0.005,
}  # fmt: skip
"""Reporting limit of what is not found (A). [mg/L]"""
SENSED = ("odour", "visible_matter")


def days() -> list[date]:
    """Return the days: 22 in 2001, 12 in 2002, none told of in 2003, then four a year to 2015."""
    first = [date(2001, 1, 8) + timedelta(days=16 * n) for n in range(22)]
    second = [date(2002, month, 15) for month in range(1, 13)]
    seasons = ((1, 15), (3, 5), (7, 1), (8, 20))
    later = [date(year, *day) for year in range(2004, 2016) for day in seasons]
    return first + second + later


def rows() -> list[str]:
    """Return one line of the table a result."""
    chance = np.random.default_rng(2001)
    lines = ["sampled_at,place,parameter,value,unit,below_detection,laboratory"]
    for day in days():
        for name, (level, scatter, unit) in LEVELS.items():
            value = level * float(np.exp(scatter * chance.standard_normal()))
            lines.append(f"{day},w01,{name},{value:.4g},{unit},,assumed")
        lines += [f"{day},w01,{n},{limit:g},mg/L,true,assumed" for n, limit in UNSEEN.items()]
        lines += [f"{day},w01,{name},0,,,assumed" for name in SENSED]
    return lines


if __name__ == "__main__":
    FILE.write_text("\n".join(rows()) + "\n", encoding="utf-8")
