"""Reports: a year of them for one plant, a month's figures of two hundred plants."""

import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.clock import Row
from loopkeeper.adapters.report.document import Document
from loopkeeper.adapters.report.printing import printed
from loopkeeper.adapters.report.review import review_document
from loopkeeper.app.reviewing import Review
from loopkeeper.app.use_cases.fleet import fleet, plant_folders
from loopkeeper.app.use_cases.reviews import Library, library, review_basis
from loopkeeper.bootstrap.outside import outside
from loopkeeper.plant.words import Language
from loopkeeper.virtual.build import Life, Recording, build_virtual_plant

PLANTS = 200


def reports() -> Iterator[Row]:
    """Seventeen reports of a plant-year as PDF, then the fleet."""
    with tempfile.TemporaryDirectory() as place:
        yield from _reports(Path(place))


def _reports(place: Path) -> Iterator[Row]:
    first = place / "first"
    build_virtual_plant(first, Life("office", years=1), Recording(10))
    started = time.perf_counter()
    shelf, basis = library(outside, first), review_basis(outside)
    months = [f"{y}-{m:02d}" for y, m in [(2022, 12), *((2023, m) for m in range(1, 11))]]
    asked = [("monthly", m) for m in [*months, "2022-11-01/2022-12-01"]]
    asked += [("quarterly", f"2023-Q{q}") for q in (1, 2, 3)]
    asked += [("quarterly", "heating-2022"), ("annual", "2022-11-01/2023-11-01")]
    for kind, name in asked:
        printed(_document(shelf, shelf.review(kind, name, basis)), ".pdf")
    spent = time.perf_counter() - started
    met = "met" if spent <= 20 else "MISSED"
    yield Row(
        f"{len(asked)} reports of a plant-year as PDF, reading and evaluation included",
        f"{spent:.1f} s",
        "≤ 20 s",
        met,
    )
    root = place / "fleet"
    text = (first / "plant.toml").read_text(encoding="utf-8")
    for n in range(PLANTS):
        shutil.copytree(first, root / f"p{n:03d}")
        own = re.sub(r'^id = "\w+"', f'id = "p{n:03d}"', text, count=1, flags=re.MULTILINE)
        (root / f"p{n:03d}" / "plant.toml").write_text(own, encoding="utf-8")
    started = time.perf_counter()
    members = fleet(outside, plant_folders(root), "2023-01")
    spent = time.perf_counter() - started
    known = sum(m.figures.get("cop_heating") is not None for m in members)
    met = "met" if spent <= 60 and known == PLANTS else "MISSED"
    yield Row(
        f"a month's key figures of {PLANTS} plants, two processes",
        f"{spent:.0f} s",
        "≤ 60 s",
        f"{known} with a heating factor: {met}",
    )


def _document(shelf: Library, review: Review) -> Document:
    return review_document(review, Language.ENGLISH, shelf.made(review))
