"""``loopkeeper design``: is a design sound, how long must its field be, what may it promise?"""

from math import isfinite
from pathlib import Path
from typing import Annotated

import typer

from loopkeeper.app.answers.common import verdicts_json
from loopkeeper.app.answers.design import (
    check_json,
    hybrid_json,
    layout_json,
    phases_json,
    select_json,
    size_json,
    wet_json,
)
from loopkeeper.app.answers.forms.design import DesignReportForm
from loopkeeper.app.paper import SUFFIXES
from loopkeeper.app.telling.headlines import design_sentence
from loopkeeper.app.telling.money import sum_text
from loopkeeper.app.telling.variants import variant_name
from loopkeeper.app.use_cases import designs
from loopkeeper.app.use_cases.designs import Account, LandOrder, LayoutSearch, ReportOrder, WetSize
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.cli.design_loads import loads
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.kinds import Section
from loopkeeper.plant.words import Language, listed, word

app = screen.commands("Check and size a design, with its uncertainty.")
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
    return designs.opened(outside.dossiers, options.existing_folder(folder))


@app.command()
def check(
    plant: options.PlantFolder,
    years: Years = 25,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Resource, load and system against each other; thermal balance is a hard check."""
    with screen.spoken(), screen.working(word("cli.running_design", language)):
        dossier = _opened(plant)
        answer = designs.checked(dossier, years)
        sure = designs.surety(dossier, years) if answer.passes else None
    verdict, tone = design_sentence(dossier.plant, sure, passes=answer.passes, language=language)
    if as_json:
        screen.print_json(check_json(answer, sure, verdict, language))
    else:
        screen.say(answer.verdicts, language)
        run = answer.horizon
        title = word("sizes.over_years", language, plant=plant.name, years=run.years)
        heads = (
            "report.year",
            "sizes.coldest",
            f"water_back.{dossier.plant.source.traits.carrier}",
            "sizes.warmest",
            "sizes.mean",
            "sizes.used",
        )
        table = screen.table_of(heads, language, left=(), title=title)
        shown = sorted({0, 1, 4, 9, 19, run.years - 1} & set(range(run.years)))
        for n in shown:
            table.add_row(
                str(n + 1),
                f"{run.coldest[n]:z.1f}",
                f"{run.entering[n]:z.1f}",
                f"{run.warmest[n]:z.1f}",
                f"{run.mean[n]:z.1f}",
                f"{run.electricity[n] / 3.6e9:,.1f}",
            )
        screen.out.print(table)
        colour = {"good": "green", "caution": "yellow"}.get(tone, "red")
        ratio = word("sizes.balance", language, ratio=f"{run.balance_ratio:.2f}")
        said = f"[{colour}]{verdict[0].lower()}{verdict[1:]}[/]"
        text = listed((ratio, said), language, "mark.semicolon")
        screen.out.print(text, highlight=False, soft_wrap=True)
    raise typer.Exit(0 if answer.passes else screen.PROBLEMS)


@app.command()
def size(
    plant: options.PlantFolder,
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
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Shortest field that keeps its limits, hour by hour, machines included; and how surely."""
    with screen.spoken(), screen.working(word("cli.sizing", language)):
        dossier = _opened(plant)
        if dossier.plant.source.traits.section is not Section.BOREHOLE_FIELD:
            wet = designs.sized_wet(dossier, low=low, high=high, years=years)
            _show_wet(wet, language, as_json=as_json)
            return
        answer = designs.sized(
            dossier, low=low, high=high, field_low=field_low, years=years, deepest=deepest
        )
        found_layouts = None
        if land is not None:
            where = LandOrder(
                outline=land, kept_free=tuple(kept_free or ()), prices=prices, deepest=deepest
            )
            found_layouts = designs.laid_out(outside.design_files, answer, where)
    if found_layouts is not None:
        if as_json:
            screen.print_json(layout_json(found_layouts, answer.verdicts, language))
            return
        screen.say(answer.verdicts, language)
        _show_layouts(found_layouts, language)
        return
    if as_json:
        screen.print_json(size_json(answer, language))
        return
    screen.say(answer.verdicts, language)
    found, sure = answer.found.size, answer.reliability
    count = answer.found.task.geometry.count
    shown = {"length": f"{found.length:.1f}", "total": f"{found.total_length:,.0f}"}
    screen.out.print(word("sizes.holes", language, count=count, **shown))
    heads = [f"{probability:.0%}" for probability in sure.length_for]
    table = screen.table_of(heads, language, left=(), title=word("report.lengths", language))
    lengths, none = sure.length_for.values(), word("sizes.none", language)
    table.add_row(*(f"{m:.1f} m" if isfinite(m) else none for m in lengths))
    screen.out.print(table)


def _show_wet(found: WetSize, language: Language, *, as_json: bool) -> None:
    """Wells or exchanger that are enough."""
    answer = wet_json(found, language)
    if as_json:
        screen.print_json(answer)
        return
    screen.say(found.verdicts, language)
    parts = [
        word(f"sizes.{k}", language, value=f"{v:,.1f}")
        for k, v in answer.items()
        if isinstance(v, float | int)
    ]
    screen.out.print(listed(parts, language, "mark.comma"), highlight=False)


def _show_layouts(found: LayoutSearch, language: Language) -> None:
    """Layouts, the cheapest first."""
    title = word("layouts.title", language, tried=found.tried, deep=found.too_deep)
    heads = (
        "layouts.holes",
        "layouts.length",
        "layouts.total",
        "layouts.spacing",
        "layouts.bearing",
        "layouts.cost",
    )
    table = screen.table_of(heads, language, left=(), title=title)
    for one in found.best:
        table.add_row(
            str(len(one.places)),
            f"{one.length:.1f}",
            f"{one.total_length:,.0f}",
            f"{one.spacing:g}",
            f"{one.bearing:g}",
            f"{one.cost / 1e3:,.0f}",
        )
    screen.out.print(table)


@app.command()
def select(
    plant: options.PlantFolder,
    catalogue: Catalogue = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Units from a catalogue: type by the coldest water, grade by standard, three prices."""
    with screen.spoken(), screen.working(word("cli.selecting", language)):
        dossier = _opened(plant)
        rows = designs.rows_of(outside.design_files, catalogue)
        answer = designs.selected(dossier, rows)
    said = designs.told(dossier)
    if as_json:
        screen.print_json(select_json(answer, said, language))
        return
    screen.say(said, language)
    need = answer.need
    asked: dict[str, object] = {
        "heating": f"{need.heating / 1e3:,.0f}",
        "cooling": f"{need.cooling / 1e3:,.0f}",
        "coldest": f"{need.coldest:.1f}",
        "type": need.type,
    }
    key = "select.need" if need.ground is None else "select.need_ground"
    asked |= {} if need.ground is None else {"ground": f"{need.ground:.1f}"}
    screen.out.print(word(key, language, **asked), highlight=False)
    heads = (
        "select.module",
        "report.type",
        "report.unit_count",
        "report.margin",
        "report.efficiency_grade",
        "report.price_cost",
        "report.price_contract",
        "report.price_list",
    )
    table = screen.table_of(heads, language, title=word("select.prices", language))
    below = word("report.below", language)
    for c in answer.choices[:6]:
        grade = "" if c.grade is None else f"{c.grade.grade or below} ({c.grade.confidence})"
        prices = (f"{p:,.0f}" for p in c.prices)
        table.add_row(c.row.module, c.row.type, str(c.count), f"{c.margin:+z.0%}", grade, *prices)
    screen.out.print(table)


@app.command()
def hybrid(
    plant: options.PlantFolder,
    prices: PricesFile = None,
    region: Region = "china",
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Split between ground and others of least life-cycle cost, with the ground in balance."""
    with screen.spoken(), screen.working(word("cli.searching", language)):
        dossier = _opened(plant)
        costs = outside.design_files.read_prices(prices)
        answer = designs.hybridised(dossier, prices=costs, region=region)
    said = designs.told(dossier)
    if as_json:
        screen.print_json(hybrid_json(answer, said, language))
        return
    screen.say(said, language)
    heads = (
        "",
        "splits.field",
        "report.balance",
        "splits.covered",
        "splits.built",
        "splits.year",
        "splits.life",
        "t CO₂/a",
    )
    table = screen.table_of(heads, language, title=word("splits.title", language))
    table.padding = (0, 0, 0, 1)
    table.columns[0].no_wrap = True
    for s in answer.found.splits[:6]:
        own = (f"{s.field.total_length:,.0f}", f"{s.balance:.2f}", f"{s.covered:.0%}")
        beside = "".join(f"\n  + {variant_name(m, language)}" for m in s.measures)
        name = variant_name(s.account.name, language) + beside
        table.add_row(name, *own, *_money(s.account, language))
    for a in answer.found.others:
        name = variant_name(a.name, language)
        table.add_row(name, "", "", "", *_money(a, language), style="dim")
    screen.out.print(table)
    screen.out.print(f"[dim]{word('splits.assumed', language)}", highlight=False)


def _money(account: Account, language: Language) -> list[str]:
    sums = (account.investment, account.yearly, account.life_cycle)
    return [*(sum_text(s, language) for s in sums), f"{account.carbon / 1e3:,.0f}"]


@app.command()
def report(
    plant: options.PlantFolder,
    output: Annotated[
        Path, typer.Option("--output", "-o", help=".html, .pdf or .docx file to write.")
    ],
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
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Write the design report; with --promise also what operation will be measured against."""
    if output.suffix not in SUFFIXES:
        raise typer.BadParameter(f"{output.name}: {' '.join(SUFFIXES)}", param_hint="--output")
    promise = promise or bool(replace_promise)
    order = ReportOrder(
        paper=screen.print_order(output.suffix, language),
        years=years,
        prices=prices,
        region=region,
        catalogue=catalogue,
        promise=promise,
        replacing=replace_promise,
    )
    with screen.spoken(), screen.working(word("cli.designing", language)):
        made = designs.report(outside, options.existing_folder(plant), order)
        screen.write_file(made.raw, output)
        kept = designs.promise(outside, plant, made, replace_promise) if promise else None
    said = made.verdicts
    if as_json:
        before = None if kept is None else str(kept)
        passes = made.book.check.passes
        screen.print_json(
            DesignReportForm(
                report=str(output),
                lang=language,
                passes=passes,
                promise=promise,
                promise_before=before,
                verdicts=verdicts_json(said, language),
            )
        )
        return
    screen.say(said, language)
    done = [str(output)] + [
        word("cli.promise_written", language, file=plant / "plant.toml")
    ] * promise
    done += [] if kept is None else [word("cli.promise_kept", language, file=kept)]
    for line in done:
        screen.out.print(f"[green]✓[/] {line}", soft_wrap=True)


@app.command()
def phases(
    plant: options.PlantFolder,
    share: Annotated[
        list[float], typer.Option(help="Share of the final load after each phase; repeatable.")
    ],
    years: Years = 25,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Holes that each phase of building needs to stand on its own; the whole plan comes last."""
    with screen.spoken(), screen.working(word("cli.phasing", language)):
        dossier = _opened(plant)
        answer, steps = designs.in_phases(dossier, share, years)
    whole = answer.found
    if as_json:
        screen.print_json(phases_json(whole.size.length, steps, answer.verdicts, language))
        return
    screen.say(answer.verdicts, language)
    title = word("phases.title", language, length=f"{whole.size.length:.1f}")
    heads = ("phases.load", "layouts.holes", "phases.added", "phases.margin")
    table = screen.table_of(heads, language, left=(), title=title)
    for one in steps:
        table.add_row(f"{one.share:.0%}", str(one.count), str(one.added), f"{one.margin:+z.1%}")
    screen.out.print(table)
