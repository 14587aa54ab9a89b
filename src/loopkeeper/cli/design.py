"""``loopkeeper design``: is a design sound, how long must its field be, what may it promise?"""

from collections.abc import Sequence
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from loopkeeper import __version__
from loopkeeper.adapters.design_answers import (
    check_json,
    hybrid_json,
    layout_json,
    phases_json,
    select_json,
    size_json,
    wet_json,
)
from loopkeeper.adapters.files.prices import read_corners, read_prices
from loopkeeper.adapters.files.promise import write_promise
from loopkeeper.adapters.files.read import read_dossier
from loopkeeper.adapters.files.utf8 import utf8_text
from loopkeeper.adapters.report.design import render_design
from loopkeeper.adapters.report.headlines import design_sentence
from loopkeeper.app.design_year import told
from loopkeeper.app.designing import (
    checked,
    designed,
    hybridised,
    promised,
    selected,
    sized,
    sized_wet,
    surety,
)
from loopkeeper.app.surveying import on_measured_ground
from loopkeeper.cli.design_loads import loads
from loopkeeper.cli.shared import (
    PROBLEMS,
    AsJson,
    Language,
    PlantFolder,
    chosen_language,
    existing_folder,
    out,
    print_json,
    say,
    spoken,
    working,
)
from loopkeeper.lifecycle.design.economy import Account
from loopkeeper.lifecycle.design.layout import Land, LayoutSearch, search_layout
from loopkeeper.lifecycle.design.phases import phased
from loopkeeper.lifecycle.design.promise import refuse_silent_change
from loopkeeper.lifecycle.design.selection import CatalogueRow, catalogue_rows
from loopkeeper.lifecycle.design.wet_sizing import WetSize
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.verdict import Verdict

app = typer.Typer(
    no_args_is_help=True, add_completion=False,
    help="Check and size a design, with its uncertainty.",
)  # fmt: skip
app.command()(loads)

Catalogue = Annotated[
    Path | None,
    typer.Option(help="CSV of modules in the example's form; default: the example.", exists=True),
]
PricesFile = Annotated[
    Path | None, typer.Option("--prices", help="TOML with prices to replace.", exists=True)
]
Region = Annotated[str, typer.Option(help="Of the grid's carbon, e.g. china, beijing, 华北.")]
Years = Annotated[int, typer.Option(min=5, max=100, help="Years the design must last.")]


def _opened(folder: Path) -> Dossier:
    """A dossier on the ground that field tests found."""
    return on_measured_ground(read_dossier(existing_folder(folder)))


@app.command()
def check(
    plant: PlantFolder, years: Years = 25, as_json: AsJson = False, lang: Language = "en"
) -> None:
    """Resource, load and system against each other; thermal balance is a hard check."""
    language = chosen_language(lang)
    with spoken(), working("Running the design over its years"):
        dossier = _opened(plant)
        answer = checked(dossier, years)
        sure = surety(dossier, years) if answer.passes else None
    verdict, tone = design_sentence(dossier.plant, sure, passes=answer.passes, language=language)
    if as_json:
        print_json(check_json(answer, sure, language) | {"verdict": verdict})
    else:
        say(answer.verdicts, language)
        run = answer.horizon
        table = Table(title=f"{plant.name} over {run.years} years", box=SIMPLE_HEAD)
        for heading in (
            "year",
            "coldest, °C",
            "to field, °C",
            "warmest, °C",
            "mean, °C",
            "electricity, MWh",
        ):
            table.add_column(heading, justify="right")
        shown = sorted({0, 1, 4, 9, 19, run.years - 1} & set(range(run.years)))
        for n in shown:
            table.add_row(
                str(n + 1), f"{run.coldest[n]:.1f}", f"{run.entering[n]:.1f}",
                f"{run.warmest[n]:.1f}",
                f"{run.mean[n]:.1f}", f"{run.electricity[n] / 3.6e9:,.1f}",
            )  # fmt: skip
        out.print(table)
        colour = {"good": "green", "caution": "yellow"}.get(tone, "red")
        line = f"heat put in / drawn: {run.balance_ratio:.2f}; [{colour}]"
        out.print(f"{line}{verdict[0].lower()}{verdict[1:]}", highlight=False, soft_wrap=True)
    raise typer.Exit(0 if answer.passes else PROBLEMS)


@app.command()
def size(
    plant: PlantFolder,
    low: Annotated[
        float | None, typer.Option(help="Coldest water to the machines [°C]; default: promised.")
    ] = None,
    high: Annotated[
        float | None, typer.Option(help="Warmest water to the machines [°C]; default: promised.")
    ] = None,
    field_low: Annotated[
        float | None,
        typer.Option(help="Coldest water to the field [°C]; default: promised, else GB 50366."),
    ] = None,
    years: Years = 25,
    deepest: Annotated[float, typer.Option(help="Deepest hole allowed [m].")] = 200.0,
    land: Annotated[
        Path | None,
        typer.Option(help="CSV with corners x_m, y_m: search the cheapest layout.", exists=True),
    ] = None,
    kept_free: Annotated[
        list[Path] | None,
        typer.Option(help="CSV of corners of an area without holes; repeatable.", exists=True),
    ] = None,
    prices: PricesFile = None,
    as_json: AsJson = False,
    lang: Language = "en",
) -> None:
    """Shortest field that keeps its limits, hour by hour, machines included; and how surely."""
    language = chosen_language(lang)
    with spoken(), working("Sizing"):
        dossier = _opened(plant)
        if dossier.plant.source.kind is not SourceKind.BOREHOLE_FIELD:
            _show_wet(
                sized_wet(dossier, low=low, high=high, years=years), language, as_json=as_json
            )
            return
        answer = sized(
            dossier, low=low, high=high, field_low=field_low, years=years, deepest=deepest
        )
        found_layouts = None
        if land is not None:
            areas = tuple(read_corners(file) for file in kept_free or ())
            outline = Land(read_corners(land), areas, deepest=deepest)
            found_layouts = search_layout(answer.found.task, outline, read_prices(prices))
    if found_layouts is not None:
        said = _as_json(answer.verdicts, language)
        if as_json:
            print_json({**layout_json(found_layouts), **said})
            return
        say(answer.verdicts, language)
        _show_layouts(found_layouts)
        return
    if as_json:
        print_json(size_json(answer, language))
        return
    say(answer.verdicts, language)
    found, sure = answer.found.size, answer.reliability
    count = answer.found.task.geometry.count
    out.print(f"{count} holes of {found.length:.1f} m, {found.total_length:,.0f} m in all")
    table = Table(title="Length by probability of keeping the limits", box=SIMPLE_HEAD)
    for probability in sure.length_for:
        table.add_column(f"{probability:.0%}", justify="right")
    lengths = sure.length_for.values()
    table.add_row(*(f"{m:.1f} m" if isfinite(m) else "none is enough" for m in lengths))
    out.print(table)


def _as_json(said: Sequence[Verdict], language: str) -> dict[str, Any]:
    """What was said, as a part of an answer."""
    return {"verdicts": [v.as_dict(language) for v in said]}


def _show_wet(found: WetSize, language: str, *, as_json: bool) -> None:
    """Wells or exchanger that are enough."""
    answer = wet_json(found, language)
    if as_json:
        print_json(answer)
        return
    say(found.verdicts, language)
    parts = [
        f"{k.replace('_', ' ')} {v:,.1f}" for k, v in answer.items() if isinstance(v, float | int)
    ]
    out.print(", ".join(parts), highlight=False)


def _show_layouts(found: LayoutSearch) -> None:
    """Layouts, the cheapest first."""
    table = Table(title=f"{found.tried} layouts tried, {found.too_deep} too deep", box=SIMPLE_HEAD)
    for heading in ("holes", "length, m", "total, m", "spacing, m", "bearing, °", "cost, k"):
        table.add_column(heading, justify="right")
    for one in found.best:
        table.add_row(
            str(len(one.places)), f"{one.length:.1f}", f"{one.total_length:,.0f}",
            f"{one.spacing:g}", f"{one.bearing:g}", f"{one.cost / 1e3:,.0f}",
        )  # fmt: skip
    out.print(table)


@app.command()
def select(
    plant: PlantFolder, catalogue: Catalogue = None, as_json: AsJson = False, lang: Language = "en"
) -> None:
    """Units from a catalogue: type by the coldest water, grade by standard, three prices."""
    language = chosen_language(lang)
    with spoken(), working("Selecting units"):
        dossier = _opened(plant)
        answer = selected(dossier, _rows(catalogue))
    said = told(dossier)
    if as_json:
        print_json({**select_json(answer), **_as_json(said, language)})
        return
    say(said, language)
    need = answer.need
    ground = "" if need.ground is None else f", ground {need.ground:.1f} °C"
    out.print(
        f"heating {need.heating / 1e3:,.0f} kW, cooling {need.cooling / 1e3:,.0f} kW, coldest "
        f"water {need.coldest:.1f} °C{ground}: type {need.type}",
        highlight=False,
    )
    table = Table(box=SIMPLE_HEAD)
    for heading in ("module", "type", "number", "margin", "grade", "cost", "contract", "list"):
        table.add_column(heading, justify="left" if heading == "module" else "right")
    for c in answer.choices[:6]:
        grade = "" if c.grade is None else f"{c.grade.grade or 'below'} ({c.grade.confidence})"
        prices = (f"{p:,.0f}" for p in c.prices)
        table.add_row(c.row.module, c.row.type, str(c.count), f"{c.margin:+.0%}", grade, *prices)
    out.print(table)


@app.command()
def hybrid(
    plant: PlantFolder,
    prices: PricesFile = None,
    region: Region = "china",
    as_json: AsJson = False,
    lang: Language = "en",
) -> None:
    """Split between ground and others of least life-cycle cost, with the ground in balance."""
    language = chosen_language(lang)
    with spoken(), working("Searching splits"):
        dossier = _opened(plant)
        answer = hybridised(dossier, prices=read_prices(prices), region=region)
    said = told(dossier)
    if as_json:
        print_json({**hybrid_json(answer), **_as_json(said, language)})
        return
    say(said, language)
    title = "Splits by life-cycle cost, and other systems"
    table = Table(title=title, box=SIMPLE_HEAD, padding=(0, 0, 0, 1))
    for heading in (
        "",
        "field, m",
        "balance",
        "covered",
        "built M",
        "year M",
        "life M",
        "t CO₂/a",
    ):
        left = not heading
        table.add_column(heading, justify="left" if left else "right", no_wrap=left)
    for s in answer.found.splits[:6]:
        own = (f"{s.field.total_length:,.0f}", f"{s.balance:.2f}", f"{s.covered:.0%}")
        beside = "".join(f"\n  + {m.replace('_', ' ')}" for m in s.measures)
        table.add_row(s.account.name + beside, *own, *_money(s.account))
    for a in answer.found.others:
        table.add_row(a.name, "", "", "", *_money(a), style="dim")
    out.print(table)
    out.print("[dim]prices are assumptions unless --prices names a file", highlight=False)


def _money(account: Account) -> list[str]:
    money = (account.investment, account.yearly, account.life_cycle)
    return [*(f"{value / 1e6:,.2f}" for value in money), f"{account.carbon / 1e3:,.0f}"]


@app.command()
def report(
    plant: PlantFolder,
    output: Annotated[Path, typer.Option("--output", "-o", help="HTML file to write.")],
    years: Years = 25,
    prices: PricesFile = None,
    region: Region = "china",
    catalogue: Catalogue = None,
    promise: Annotated[
        bool, typer.Option("--promise", help="Write the promise into plant.toml.")
    ] = False,
    replace_promise: Annotated[
        str, typer.Option(help="Id of a plant in operation whose promise is replaced, and kept.")
    ] = "",
    as_json: AsJson = False,
    lang: Language = "en",
) -> None:
    """Write the design report; with --promise also what operation will be measured against."""
    language = chosen_language(lang)
    with spoken(), working("Designing"):
        dossier = _opened(plant)
        promise = promise or bool(replace_promise)
        if promise:
            refuse_silent_change(dossier.plant, replace_promise)
        book = designed(
            dossier, years=years, prices=read_prices(prices), region=region, rows=_rows(catalogue)
        )
        now = datetime.now(ZoneInfo(dossier.plant.site.timezone))
        html = render_design(
            dossier, book, language="zh" if language == "zh" else "en",
            generated_on=f"{now:%Y-%m-%d %H:%M}", code_version=__version__,
        )  # fmt: skip
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(html, encoding="utf-8")
        kept = None
        if promise:
            made = book.promise or promised(dossier, book.check)
            kept = write_promise(
                dossier.plant, made, plant, replacing=replace_promise, on=now.date()
            )
    said = [*book.check.verdicts, *(() if book.size is None else book.size.verdicts)]
    if as_json:
        passes, before = book.check.passes, None if kept is None else str(kept)
        print_json({"report": str(output), "lang": language, "passes": passes, "promise": promise,
                    "promise_before": before, **_as_json(said, language)})  # fmt: skip
        return
    say(said, language)
    done = [str(output)] + [f"promise written to {plant / 'plant.toml'}"] * promise
    done += [] if kept is None else [f"the promise before it is kept in {kept}"]
    for line in done:
        out.print(f"[green]✓[/] {line}", soft_wrap=True)


@app.command()
def phases(
    plant: PlantFolder,
    share: Annotated[
        list[float], typer.Option(help="Share of the final load after each phase; repeatable.")
    ],
    years: Years = 25,
    as_json: AsJson = False,
    lang: Language = "en",
) -> None:
    """Holes that each phase of building needs to stand on its own; the whole plan comes last."""
    language = chosen_language(lang)
    with spoken(), working("Planning phases"):
        dossier = _opened(plant)
        answer = sized(dossier, low=None, high=None, years=years, deepest=1e4)
        whole = answer.found
        steps = phased(whole.task, whole.size.length, share)
    if as_json:
        print_json({"length_m": round(whole.size.length, 2), "phases": phases_json(steps),
                    **_as_json(answer.verdicts, language)})  # fmt: skip
        return
    say(answer.verdicts, language)
    table = Table(title=f"Holes of {whole.size.length:.1f} m by phase", box=SIMPLE_HEAD)
    for heading in ("load", "holes", "added", "margin"):
        table.add_column(heading, justify="right")
    for one in steps:
        table.add_row(f"{one.share:.0%}", str(one.count), str(one.added), f"{one.margin:+.1%}")
    out.print(table)


def _rows(catalogue: Path | None) -> tuple[CatalogueRow, ...] | None:
    if catalogue is None:
        return None
    return catalogue_rows(utf8_text(catalogue), catalogue.name)
