"""``loopkeeper points``: from the names of a building to a point list, and what it lacks."""

import csv
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from loopkeeper.adapters.files.point_table import read_point_table
from loopkeeper.adapters.files.read import read_dossier
from loopkeeper.cli.shared import (
    AsJson,
    Language,
    PlantFolder,
    chosen_language,
    existing_folder,
    out,
    print_json,
    say,
    spoken,
)
from loopkeeper.lifecycle.monitor.point_mapping import (
    Named,
    Suggestion,
    missing_points,
    suggest,
)
from loopkeeper.plant.verdict import Verdict

app = typer.Typer(no_args_is_help=True, help="Point lists: suggested from names, checked.")
CLEAR = 0.85
"""From this confidence on a suggestion needs a glance only. [-]"""
COLUMNS = ("point", "quantity", "of", "statistic", "unit", "accuracy", "calibrated_on",
           "calibration_months", "address", "low", "high")  # fmt: skip


@app.command(name="suggest")
def suggest_points(
    names: Annotated[
        Path, typer.Argument(help="CSV with a column point, and name, unit, address.", exists=True)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="points.csv to write.")],
    plant: Annotated[
        Path | None, typer.Option(help="Dossier whose machines, pumps and wells count.")
    ] = None,
    as_json: AsJson = False,
    lang: Language = "en",
) -> None:
    """Suggest quantity, place and unit of points by their names, Chinese or English."""
    language = chosen_language(lang)
    with spoken():
        rows = read_point_table(names, {"point": "its name in the system"})
        parts = [] if plant is None else _parts(plant)
        named = [Named(r["point"], r.get("name") or r["point"], r.get("unit", "")) for r in rows]
        found = suggest(named, parts)
        addresses = [r.get("address", "") for r in rows]
        _write(output, found, addresses)
    unclear = [s for s in found if s.confidence < CLEAR]
    if as_json:
        print_json({"points": [_plain(s) for s in found], "unclear": len(unclear)})
        return
    if unclear:
        figures = {"count": len(unclear), "total": len(found), "first": unclear[0].named.address}
        say([Verdict("monitor.points.unclear", figures)], language)
    table = Table(title=str(output), box=SIMPLE_HEAD)
    for heading in ("point", "quantity", "of", "unit", "sure"):
        table.add_column(heading, justify="right" if heading == "sure" else "left")
    for one in sorted(found, key=lambda s: s.confidence):
        table.add_row(
            one.named.address, one.quantity or "?", one.of or "?", one.unit or "?",
            f"{one.confidence:.0%}", style="" if one.confidence >= CLEAR else "yellow",
        )  # fmt: skip
    out.print(table)


@app.command()
def check(plant: PlantFolder, as_json: AsJson = False, lang: Language = "en") -> None:
    """Compare a plant's points with the minimum list: what cannot be judged without them."""
    language = chosen_language(lang)
    with spoken():
        dossier = read_dossier(existing_folder(plant))
        found = dossier.plant
        machines, pumps = [m.id for m in found.machines], [p.id for p in found.pumps]
        said = missing_points(found.points, found.source.kind, machines, pumps)
    if as_json:
        print_json({"missing": [v.as_dict(language) for v in said]})
        return
    say(said, language)
    out.print("the minimum list is complete" if not said else f"{len(said)} points are missing")


def _parts(folder: Path) -> list[str]:
    plant = read_dossier(existing_folder(folder)).plant
    return [*(m.id for m in plant.machines), *(p.id for p in plant.pumps)]


def _plain(one: Suggestion) -> dict[str, object]:
    return {
        "point": one.named.address, "quantity": one.quantity, "of": one.of, "unit": one.unit,
        "statistic": one.statistic, "confidence": one.confidence, "reason": one.reason,
    }  # fmt: skip


def _write(target: Path, found: tuple[Suggestion, ...], addresses: list[str]) -> None:
    """Write a point list; what is not clear is left empty for a person to fill in."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for one, address in zip(found, addresses, strict=True):
            row = {"point": one.named.address, "statistic": one.statistic, "address": address}
            sure = one.confidence >= CLEAR
            row |= {"quantity": one.quantity, "of": one.of if sure else "", "unit": one.unit}
            table.writerow(row)
