"""The design report: does it pass, what it promises, how the source lasts, what it costs."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from loopkeeper.adapters.report import plots
from loopkeeper.adapters.report.document import (
    Beside,
    Block,
    Bullets,
    Document,
    Heading,
    Picture,
    Table,
    Text,
    Tile,
    Tiles,
)
from loopkeeper.adapters.report.drawing import AMBER, BLUE, GREY, HALF, RED, WIDTH, Line
from loopkeeper.app.designing import DesignBook, Hybridised, Sized
from loopkeeper.app.telling.headlines import design_sentence, metres
from loopkeeper.app.telling.money import large_sum, sum_text
from loopkeeper.app.telling.variants import variant_name
from loopkeeper.app.telling.wording import confident
from loopkeeper.lifecycle.design.consistency import Consistency
from loopkeeper.lifecycle.design.economy import Account
from loopkeeper.lifecycle.design.horizon import Horizon
from loopkeeper.lifecycle.design.selection import Choice
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.series import Floats, LoadYear
from loopkeeper.plant.kinds import Carrier
from loopkeeper.plant.site import Promise
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language, chosen, listed, name_of, word
from loopkeeper.units import HOUR, KWH

MWH = 1000 * KWH
CHOICES = 5
"""Units from the catalogue that are shown."""


def design_document(dossier: Dossier, book: DesignBook, language: Language, foot: str) -> Document:
    """
    Return a design: does it pass, how the source lasts, how long its field is, what it costs.

    ``foot`` is the last line.
    """
    plant, check = dossier.plant, book.check
    carrier = plant.source.traits.carrier
    verdict, tone = design_sentence(plant, book.size, passes=check.passes, language=language)
    blocks: list[Block] = [
        Text(verdict, tone),
        Tiles(tuple(design_tiles(check, book.promise, book.size, (carrier, language)))),
        Heading(word("report.source_years", language)),
        years(check.horizon, language, carrier),
        Heading(word("report.design_checks", language)),
        _said(check.verdicts, language),
        *_loads(dossier, check.horizon, language),
        *_lengths(book.size, language),
    ]
    if book.units is not None and book.units.choices:
        blocks += [
            Heading(word("report.units", language)),
            _units(book.units.choices[:CHOICES], language),
        ]
    if book.costs is not None:
        blocks += _costs(book.costs, language)
    name = plant.site.called(language)
    title = f"{name} · {word('document.design_report', language)}"
    return Document(title, word("report.design_basis", language), language, tuple(blocks), foot)


def _said(verdicts: tuple[Verdict, ...], language: Language) -> Bullets:
    return Bullets(tuple((v.sentence(language), str(v.severity)) for v in verdicts))


def design_tiles(
    found: Consistency, promise: Promise | None, size: Sized | None, told: tuple[Carrier, Language]
) -> Iterator[Tile]:
    """Yield the figures a client looks at first; ``told`` what carries the heat, and language."""
    run, (carrier, language) = found.horizon, told
    over = word("report.over_years", language, years=run.years)
    yield Tile(
        word("figure.thermal_balance_ratio", language),
        f"{run.balance_ratio:.2f}",
        word("report.balance_note", language),
    )
    temperatures = {"report.coldest_to_machines": run.coldest.min()}
    if np.isfinite(run.entering).any():
        temperatures[f"coldest_back.{carrier}"] = np.nanmin(run.entering)
    temperatures["report.warmest_to_machines"] = run.warmest.max()
    for name, value in temperatures.items():
        yield Tile(word(name, language), f"{value:z.1f} °C", over)
    if size is not None:
        field = size.found.size
        note = f"{size.found.task.geometry.count} × {field.length:.1f} m"
        yield Tile(word("report.needed", language), f"{field.total_length:,.0f} m", note)
    if promise is None:
        return
    for mode in ("heating", "cooling"):
        value = getattr(promise, f"system_cop_{mode}")
        if value is not None:
            yield Tile(word(f"cop.{mode}", language), f"{value:.2f}", "GB/T 50801")
    if promise.annual_electricity is not None:
        energy = f"{promise.annual_electricity / MWH:,.0f} MWh"
        yield Tile(word("report.promised", language), energy, word("report.a_year", language))


def years(run: Horizon, language: Language, carrier: Carrier = Carrier.PIPES) -> Picture:
    """Return the source's water over the years, named by what carries its heat. [°C]"""
    drawn = [
        Line(word(name, language), values, colour, dashed)
        for values, name, colour, dashed in (
            (run.warmest, "report.warmest_to_machines", RED, False),
            (run.mean, "report.mean", GREY, False),
            (run.coldest, "report.coldest_to_machines", BLUE, False),
            (run.entering, f"coldest_back.{carrier}", BLUE, True),
        )
        if np.isfinite(values).any()
    ]
    axis = np.arange(1.0, run.years + 1)
    return plots.lines(axis, drawn, "°C", across=word("report.year", language), size=(WIDTH, 2.5))


def _loads(dossier: Dossier, run: Horizon, language: Language) -> Iterator[Block]:
    """How the load lasts, and what it draws from the source and puts into it."""
    if dossier.design_loads is None:
        return
    month = local_calendar(dossier.design_loads.time, dossier.plant.site.timezone)[0]
    yield Beside(
        (
            (word("report.duration", language), duration(dossier.design_loads, language)),
            (word("report.source_heat", language), balance(run, month, language)),
        )
    )


def duration(design: LoadYear, language: Language) -> Picture:
    """Return the load duration of the design year. [kW]"""
    hours = np.arange(1.0, len(design.heating) + 1, 20)
    loads: tuple[tuple[str, Floats, str], ...] = (
        ("report.heating_load", design.heating + design.hot_water, RED),
        ("mode.cooling", design.cooling, BLUE),
    )
    drawn = [
        Line(word(name, language), np.sort(load)[::-1][::20] / 1e3, colour)
        for name, load, colour in loads
    ]
    return plots.lines(
        hours, drawn, "kW", across=word("report.hours_axis", language), size=(HALF, 2.2)
    )


def balance(run: Horizon, month: NDArray[np.int64], language: Language) -> Picture:
    """Return heat drawn from and put into the source by month of the last year. [MWh]"""
    rate = run.last["ground_heat_rate"]
    drawn = []
    for name, values, colour in (
        ("report.drawn", np.maximum(rate, 0), BLUE),
        ("report.put_in", np.maximum(-rate, 0), AMBER),
    ):
        monthly = np.bincount(month - 1, values[: len(month)], minlength=12) * HOUR / MWH
        drawn.append(Line(word(name, language), np.asarray(monthly, np.float64), colour))
    names = [str(n) for n in range(1, 13)]
    return plots.bars(names, drawn, "MWh", across=word("report.month", language), size=(HALF, 2.2))


def _lengths(size: Sized | None, language: Language) -> Iterator[Block]:
    """How long each hole must be to keep the limits with a probability."""
    if size is None:
        return
    lengths = size.reliability.length_for
    if lengths:
        row = tuple(metres(v, language) for v in lengths.values())
        strong = {(0, n): "strong" for n in range(len(row))}
        yield Heading(word("report.lengths", language))
        yield Table(tuple(f"{p:.0%}" for p in lengths), (row,), tuple(range(len(row))), strong)
    yield Bullets(tuple((v.sentence(language), "note") for v in size.verdicts))


def _units(choices: tuple[Choice, ...], language: Language) -> Table:
    """Units of the catalogue that cover the load, the best first."""
    keys = (
        "module",
        "type",
        "unit_count",
        "margin",
        "efficiency_grade",
        "flow_m3h",
        "price_cost_cny",
        "price_contract_cny",
        "price_list_cny",
    )
    head = tuple(word(f"report.{key}", language) for key in keys)
    rows = []
    for one in choices:
        row = one.row
        kind = (
            name_of("family", row.family, language),
            name_of("circulation", row.circulation, language),
            row.module,
        )
        rows.append(
            (
                listed(kind, language, "mark.beside"),
                row.type,
                str(one.count),
                f"{one.margin:+z.0%}",
                _graded(one, language),
                f"{one.flow * HOUR:.1f}",
                *(f"{p:,.0f}" for p in one.prices),
            )
        )
    strong = {(n, 0): "strong" for n in range(len(rows))}
    return Table(head, tuple(rows), (2, 3, 5, 6, 7, 8), strong)


def _graded(one: Choice, language: Language) -> str:
    grade = one.grade
    if not grade:
        return ""
    told = f"{grade.metric} {grade.value:.2f}, {grade.standard}"
    shown = grade.grade or word("report.below", language)
    aside = word("mark.aside", language, text=confident(told, grade.confidence, language))
    return f"{shown}{aside}"


def _costs(costs: Hybridised, language: Language) -> Iterator[Block]:
    """What the best splits and other systems cost over their life, and what they emit."""
    keys = ("way", "investment_sum", "yearly_sum", "life_cycle_sum", "primary", "carbon_year")
    head = tuple(word(f"report.{key}", language) for key in keys)
    beside = {s.account.name: s.measures for s in costs.found.splits}
    rows = []
    for one in accounts(costs):
        measures = (variant_name(m.replace("_", " "), language) for m in beside.get(one.name, ()))
        name = " + ".join((variant_name(one.name, language), *measures))
        rows.append(
            (
                name,
                *(sum_text(s, language) for s in (one.investment, one.yearly, one.life_cycle)),
                f"{one.primary / MWH:,.0f}",
                f"{one.carbon / 1000:,.0f}",
            )
        )
    strong = {(n, 3): "strong" for n in range(len(rows))}
    grid = costs.grid
    region = chosen(grid.region, grid.region_zh, language)
    factor = confident(f"{region} {grid.year}: {grid.factor} kg/kWh", grid.confidence, language)
    yield Heading(word("report.costs", language))
    yield compared(costs, language)
    yield Table(head, tuple(rows), (1, 2, 3, 4, 5), strong)
    yield Text(f"{word('report.costs_note', language)} {factor}", "small")


def compared(costs: Hybridised, language: Language) -> Picture:
    """Return investment and present value of running, of the best splits and other systems."""
    rows = accounts(costs)
    drawn = [
        Line(word(name, language), np.array([large_sum(v, language) for v in values]), colour)
        for name, values, colour in (
            ("report.investment", [r.investment for r in rows], GREY),
            ("report.running_cost", [r.life_cycle - r.investment for r in rows], BLUE),
        )
    ]
    names = [variant_name(r.name, language) for r in rows]
    return plots.stacks(names, drawn, word("report.million", language), size=(WIDTH, 2.8))


def accounts(costs: Hybridised) -> list[Account]:
    """Return the three best splits, all from the ground, and the other systems."""
    splits = costs.found.splits
    whole = [s for s in splits if s.heating_share == s.cooling_share == 1.0]
    chosen = [*splits[:3], *(s for s in whole if s not in splits[:3])]
    return [*(s.account for s in chosen), *costs.found.others]
