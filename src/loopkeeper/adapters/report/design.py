"""The design report: does it pass, what it promises, how the source lasts, what it costs."""

import numpy as np
import plotly.graph_objects as go
from markupsafe import Markup
from numpy.typing import NDArray
from plotly.offline import get_plotlyjs

from loopkeeper.adapters.report import charts
from loopkeeper.adapters.report.render import page
from loopkeeper.app.designing import DesignBook, Hybridised, Sized
from loopkeeper.app.telling.headlines import design_sentence, metres
from loopkeeper.app.telling.variants import variant_name
from loopkeeper.lifecycle.design.consistency import Consistency
from loopkeeper.lifecycle.design.economy import Account
from loopkeeper.lifecycle.design.horizon import Horizon
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.series import LoadYear
from loopkeeper.plant.site import Promise
from loopkeeper.plant.words import Language, chosen, word
from loopkeeper.units import HOUR, KWH

MWH = 1000 * KWH


def render_design(
    dossier: Dossier, book: DesignBook, *, language: Language, generated_on: str, code_version: str
) -> str:
    """
    Render the report of a design.

    Parameters
    ----------
    dossier : Dossier
        The design.
    book : DesignBook
        Its check, promise, size, units and costs.
    language : Language
        Of every word.
    generated_on, code_version : str
        When and by which version it was made.

    Returns
    -------
    str
        HTML that needs nothing else.
    """
    found, size, units, costs = book.check, book.size, book.units, book.costs
    plant = dossier.plant
    verdict, tone = design_sentence(plant, size, passes=found.passes, language=language)
    figures = {"years": years(found.horizon, language)}
    if dossier.design_loads is not None:
        figures["loads"] = duration(dossier.design_loads, language)
        month = local_calendar(dossier.design_loads.time, plant.site.timezone)[0]
        figures["balance"] = balance(found.horizon, month, language)
    if costs is not None:
        figures["costs"] = compared(costs, language)
    return page(
        "design.html"
    ).render(
        title=word("document.design_report", language),
        w=lambda key: word(key, language),
        language=language,
        name=plant.site.called(language),
        passes=found.passes,
        light={"good": "green", "caution": "amber"}.get(tone, "red"),
        verdict=verdict,
        tiles=design_tiles(found, book.promise, size, language),
        charts={name: Markup(charts.as_html(f, name)) for name, f in figures.items()},  # noqa: S704
        verdicts=[(str(v.severity), v.sentence(language)) for v in found.verdicts],
        sizes=[] if size is None else [v.sentence(language) for v in size.verdicts],
        lengths={}
        if size is None
        else {p: metres(v, language) for p, v in size.reliability.length_for.items()},
        choices=[] if units is None else units.choices[:5],
        accounts=[] if costs is None else accounts(costs),
        beside={} if costs is None else {s.account.name: s.measures for s in costs.found.splits},
        variant=lambda name: variant_name(name, language),
        grid=None if costs is None else costs.grid,
        region="" if costs is None else chosen(costs.grid.region, costs.grid.region_zh, language),
        plotly=Markup(get_plotlyjs()),  # noqa: S704 - the library's own script
        generated_on=generated_on,
        code_version=code_version,
    )


def design_tiles(
    found: Consistency, promise: Promise | None, size: Sized | None, language: Language
) -> list[tuple[str, str, str]]:
    """Return the figures a client looks at first: label, value, small print."""
    run = found.horizon
    tiles = [
        (
            word("figure.thermal_balance_ratio", language),
            f"{run.balance_ratio:.2f}",
            word("report.balance_note", language),
        ),
        (
            word("report.coldest_to_machines", language),
            f"{run.coldest.min():.1f} °C",
            f"{run.years} a",
        ),
        (
            word("report.warmest_to_machines", language),
            f"{run.warmest.max():.1f} °C",
            f"{run.years} a",
        ),
    ]
    if np.isfinite(run.entering).any():
        tiles.insert(
            2,
            (
                word("report.coldest_to_field", language),
                f"{np.nanmin(run.entering):.1f} °C",
                f"{run.years} a",
            ),
        )
    if size is not None:
        field = size.found.size
        note = f"{size.found.task.geometry.count} × {field.length:.1f} m"
        tiles.append((word("report.needed", language), f"{field.total_length:,.0f} m", note))
    if promise is not None:
        for mode in ("heating", "cooling"):
            value = getattr(promise, f"system_cop_{mode}")
            if value is not None:
                tiles.append((word(f"cop.{mode}", language), f"{value:.2f}", "GB/T 50801"))
        if promise.annual_electricity is not None:
            electricity = f"{promise.annual_electricity / MWH:,.0f} MWh"
            tiles.append(
                (word("report.promised", language), electricity, word("report.a_year", language))
            )
    return tiles


def years(run: Horizon, language: Language) -> go.Figure:
    """Return the source's water over the years. [°C]"""
    axis = np.arange(1, run.years + 1)
    figure = go.Figure()
    for values, name, colour, dash in (
        (run.warmest, "report.warmest_to_machines", charts.RED, "solid"),
        (run.mean, "report.mean", charts.GREY, "solid"),
        (run.coldest, "report.coldest_to_machines", charts.BLUE, "solid"),
        (run.entering, "report.coldest_to_field", charts.BLUE, "dot"),
    ):
        figure.add_scatter(
            x=axis, y=np.round(values, 2), name=word(name, language), mode="lines+markers",
            line={"color": colour, "width": 2, "dash": dash}, hovertemplate="%{y:.1f} °C",
        )  # fmt: skip
    charts.style(figure, 300, "°C")
    figure.update_xaxes(title=word("report.year", language), tickformat="d")
    return figure


def duration(design: LoadYear, language: Language) -> go.Figure:
    """Return the load duration of the design year. [kW]"""
    figure = go.Figure()
    loads = (("report.heating_load", design.heating + design.hot_water, charts.RED),
             ("mode.cooling", design.cooling, charts.BLUE))  # fmt: skip
    for name, load, colour in loads:
        ordered = np.sort(load)[::-1] / 1e3
        hours = np.arange(1, len(ordered) + 1)
        keep = slice(None, None, 20)
        figure.add_scatter(
            x=hours[keep], y=np.round(ordered[keep], 1), name=word(name, language),
            line={"color": colour, "width": 2}, hovertemplate="%{y:,.0f} kW",
        )  # fmt: skip
    charts.style(figure, 300, "kW")
    figure.update_xaxes(title="h", tickformat="d")
    return figure


def balance(run: Horizon, month: NDArray[np.int64], language: Language) -> go.Figure:
    """Return heat drawn from and put into the source by month of the last year. [MWh]"""
    rate = run.last["ground_heat_rate"]
    figure = go.Figure()
    for name, values, colour in (
        ("report.drawn", np.maximum(rate, 0), charts.BLUE),
        ("report.put_in", np.maximum(-rate, 0), charts.AMBER),
    ):
        monthly = np.bincount(month - 1, values[: len(month)], minlength=12) * HOUR / MWH
        figure.add_bar(
            x=list(range(1, 13)), y=np.round(monthly, 2), name=word(name, language),
            marker={"color": colour}, hovertemplate="%{y:,.1f} MWh",
        )  # fmt: skip
    charts.style(figure, 300, "MWh")
    figure.update_layout(barmode="group")
    figure.update_xaxes(title=word("report.month", language), tickformat="d", dtick=1)
    return figure


def compared(costs: Hybridised, language: Language) -> go.Figure:
    """Return investment and present value of running, of the best splits and other systems."""
    rows = accounts(costs)[::-1]
    names = [variant_name(r.name, language) for r in rows]
    figure = go.Figure()
    for name, values, colour in (
        ("report.investment", [r.investment for r in rows], charts.GREY),
        ("report.running_cost", [r.life_cycle - r.investment for r in rows], charts.BLUE),
    ):
        figure.add_bar(
            y=names, x=np.round(np.array(values) / 1e6, 3), name=word(name, language),
            orientation="h", marker={"color": colour}, hovertemplate="%{x:,.2f}",
        )  # fmt: skip
    charts.style(figure, 320)
    figure.update_layout(barmode="stack", hovermode="closest", margin={"l": 170, "t": 40})
    figure.update_xaxes(
        title=word("report.million", language), gridcolor=charts.GRID, tickformat=",.1f"
    )
    return figure


def accounts(costs: Hybridised) -> list[Account]:
    """Return the three best splits, all from the ground, and the other systems."""
    splits = costs.found.splits
    whole = [s for s in splits if s.heating_share == s.cooling_share == 1.0]
    chosen = [*splits[:3], *(s for s in whole if s not in splits[:3])]
    return [*(s.account for s in chosen), *costs.found.others]
