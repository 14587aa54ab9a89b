"""``loopkeeper survey water``: analyses of groundwater to class, charges and scaling."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from loopkeeper.app.use_cases.water_samples import Baseline, analysed, keep_water
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.measure.water_quality import EDITIONS, indices
from loopkeeper.plant.words import Language, chosen, listed, word

NAMED = 5
"""Findings that are written out."""


def water(
    files: Annotated[
        list[Path], typer.Argument(help="Analyses, one result or one sample a row.", exists=True)
    ],
    edition: Annotated[str, typer.Option(help="Edition of GB/T 14848: 2017 or 1993.")] = "2017",
    temperature: Annotated[
        float, typer.Option(help="Warmest surface the water meets, for scaling [°C].")
    ] = 25.0,
    into: Annotated[
        Path | None,
        typer.Option(help="Dossier to keep the result in, under survey/.", exists=True),
    ] = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Water quality baseline: class of GB/T 14848, charge balance, scaling and corrosion."""
    if edition not in EDITIONS:
        raise typer.BadParameter(f"{edition}: expected 2017 or 1993", param_hint="--edition")
    with screen.spoken():
        found = analysed(
            outside.field_tests, tuple(files), edition=edition, temperature=temperature
        )
        if into is not None:
            keep_water(outside, into, found, language)
    if as_json:
        screen.print_json(found.as_json(language))
        return
    screen.say(found.verdicts, language)
    for one in found.places if len(found.places) <= NAMED else ():
        screen.say(one.verdicts, language)
    screen.out.print(_table(found.places, edition, language))


def _table(found: tuple[Baseline, ...], edition: str, language: Language) -> Table:
    heads = (
        "report.place",
        "report.samples",
        "water.class_median",
        "water.newest",
        "water.decided_by",
        "water.charges",
        "LSI",
        "RSI",
    )
    title = word("water.groundwater", language, edition=edition)
    table = screen.table_of(heads, language, left=(0, 4), title=title)
    for one in found:
        balance = one.balance
        table.add_row(
            one.place,
            str(one.samples),
            one.class_name,
            one.newest_name,
            listed([_index(i, edition, language) for i in one.grade.decided_by[:3]], language),
            "" if balance is None else f"{balance.value:+z.1f}",
            "" if one.lsi is None else f"{one.lsi:+z.2f}",
            "" if one.rsi is None else f"{one.rsi:.2f}",
        )
    return table


def _index(name: str, edition: str, language: Language) -> str:
    return chosen(name.replace("_", " "), indices(edition)[name].chinese, language)
