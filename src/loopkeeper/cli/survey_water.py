"""``loopkeeper survey water``: analyses of groundwater to class, charges and scaling."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from loopkeeper.adapters.files.dossier.findings import keep_result
from loopkeeper.adapters.files.field_tests.water_samples import read_samples
from loopkeeper.app.answers.survey import water_json
from loopkeeper.cli.shared import AsJson, Spoken, out, print_json, say, spoken, table_of
from loopkeeper.lifecycle.survey.hydrochemistry import Baseline, Sample, baseline
from loopkeeper.measure.water_quality import EDITIONS, indices
from loopkeeper.plant.verdict import Verdict
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
    as_json: AsJson = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Water quality baseline: class of GB/T 14848, charge balance, scaling and corrosion."""
    if edition not in EDITIONS:
        raise typer.BadParameter(f"{edition}: expected 2017 or 1993", param_hint="--edition")
    with spoken():
        places, said = _by_place(files, edition)
        found = [
            baseline(own, edition=edition, temperature=temperature) for own in places.values()
        ]
        answer = water_json(files, found, said, edition, language)
        if into is not None:
            keep_result(into, files[0], "water_quality", answer)
    if as_json:
        print_json(answer)
        return
    say(said, language)
    for one in found if len(found) <= NAMED else ():
        say(one.verdicts, language)
    out.print(_table(found, edition, language))


def _by_place(files: list[Path], edition: str) -> tuple[dict[str, list[Sample]], list[Verdict]]:
    """Samples of every place, over all files."""
    places: dict[str, list[Sample]] = {}
    said: list[Verdict] = []
    for file in files:
        samples, verdicts = read_samples(file, edition)
        said += verdicts
        for sample in samples:
            places.setdefault(sample.place, []).append(sample)
    return places, said


def _table(found: list[Baseline], edition: str, language: Language) -> Table:
    heads = ("report.place", "report.samples", "water.class_median", "water.newest",
             "water.decided_by", "water.charges", "LSI", "RSI")  # fmt: skip
    title = word("water.groundwater", language, edition=edition)
    table = table_of(heads, language, left=(0, 4), title=title)
    for one in found:
        balance = one.balance
        table.add_row(
            one.place,
            str(one.samples),
            one.class_name,
            one.newest_name,
            listed([_index(i, edition, language) for i in one.grade.decided_by[:3]], language),
            "" if balance is None else f"{balance.value:+.1f}",
            "" if one.lsi is None else f"{one.lsi:+.2f}",
            "" if one.rsi is None else f"{one.rsi:.2f}",
        )
    return table


def _index(name: str, edition: str, language: Language) -> str:
    return chosen(name.replace("_", " "), indices(edition)[name].chinese, language)
