"""One self-contained HTML file: verdict first, then charts, causes, figures, cautions."""

from importlib import resources
from typing import Any

from jinja2 import (
    Environment,
    FunctionLoader,
    StrictUndefined,
    Template,
    select_autoescape,
)
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from loopkeeper.adapters.report import charts, courses
from loopkeeper.app.telling.headlines import (
    amounts,
    left_over,
    unexplained_only,
    verdict_sentence,
)
from loopkeeper.app.telling.weather import weather_lines
from loopkeeper.app.telling.wording import (
    confident,
    period_text,
    priced,
    settling_words,
)
from loopkeeper.lifecycle.diagnose.result import Deviation, Diagnosis
from loopkeeper.lifecycle.evaluate.result import Evaluation, measured_factor, promised_of
from loopkeeper.measure.kpi_basis import KpiValue
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Tariff
from loopkeeper.plant.words import Language, name_of, word
from loopkeeper.units import KWH

SURE, WHOLE = 0.99, 100
"""Confidence beyond which none is told apart [-]; figures that are written without decimals."""

MWH = 1000 * KWH


def render_report(
    plant: Plant,
    evaluation: Evaluation,
    diagnosis: Diagnosis,
    *,
    language: Language,
    generated_on: str,
    code_version: str,
) -> str:
    """
    Render the report of a diagnosed period.

    Parameters
    ----------
    plant : Plant
        The plant.
    evaluation : Evaluation
        Promised, expected and measured.
    diagnosis : Diagnosis
        The explained shortfall.
    language : Language
        Language of every word.
    generated_on : str
        When the report was made, local time.
    code_version : str
        Version of the program.

    Returns
    -------
    str
        HTML that needs nothing else.
    """
    template = page("report.html")
    zone = plant.site.timezone
    figures = {
        "waterfall": charts.waterfall(diagnosis, language),
        "electricity": charts.electricity(evaluation, zone, language),
        "source": charts.source_water(evaluation, zone, language),
        "split": charts.split(evaluation, language),
    }
    if evaluation.ground is not None and len(evaluation.ground.year):
        figures["ground"] = charts.ground(evaluation.ground, language)
    return template.render(
        title=word("document.diagnosis", language),
        w=lambda key: word(key, language),
        named=lambda family, name: name_of(family, name, language),
        language=language,
        plant=plant,
        name=plant.site.called(language),
        period=period_text(evaluation.period, zone),
        verdict=verdict_sentence(diagnosis, language),
        light=_light(diagnosis),
        tiles=figure_tiles(plant, evaluation, diagnosis, language),
        weather=weather_lines(diagnosis, language),
        deviations=[
            deviation_words(d, language) | {"chart": _course_chart(d, n, language)}
            for n, d in enumerate(diagnosis.deviations)
        ],
        unexplained=_energy(left_over(diagnosis)),
        unexplained_share=f"{diagnosis.unexplained_share:.0%}",
        charts={name: Markup(charts.as_html(f, name)) for name, f in figures.items()},  # noqa: S704
        kpis=[kpi_words(k, language) for k in evaluation.kpis],
        quality=sorted(evaluation.quality, key=lambda q: q.coverage),
        cautions=[(str(c.severity), c.sentence(language)) for c in diagnosis.cautions],
        plotly=Markup(get_plotlyjs()),  # noqa: S704 - the library's own script
        generated_on=generated_on,
        code_version=code_version,
    )


def page(name: str) -> Template:
    """Return a template of this package; every page extends ``base.html``."""
    folder = resources.files("loopkeeper.adapters.report") / "templates"
    environment = Environment(
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        loader=FunctionLoader(lambda part: (folder / part).read_text(encoding="utf-8")),
    )
    return environment.get_template(name)


def _course_chart(deviation: Deviation, number: int, language: Language) -> Markup | None:
    if deviation.course is None:
        return None
    drawn = courses.figure(deviation.course, language)
    return Markup(charts.as_html(drawn, f"course-{number}"))  # noqa: S704 - plotly's own


def _light(diagnosis: Diagnosis) -> str:
    if diagnosis.healthy:
        return "amber" if unexplained_only(diagnosis) else "green"
    short, promised = diagnosis.shortfall, diagnosis.promised.value
    return "red" if short.low > 0 or short.value > 0.08 * promised else "amber"


def _interval(estimate: Estimate) -> str:
    return f"{estimate.low / MWH:,.1f} … {estimate.high / MWH:,.1f} (90 %)"


def _energy(estimate: Estimate) -> str:
    low, high = estimate.low / MWH, estimate.high / MWH
    return f"{estimate.value / MWH:,.1f} ({low:,.1f} … {high:,.1f})"


def figure_tiles(
    plant: Plant, evaluation: Evaluation, diagnosis: Diagnosis, language: Language
) -> list[tuple[str, str, str]]:
    """Return the figures an operator looks at first: label, value, small print."""
    promise, found = promised_of(evaluation), amounts(diagnosis)
    tiles = [
        (
            word("report.promised", language),
            f"{found.promised:,.1f} MWh",
            word("report.at_heat", language),
        ),
        (
            word("report.measured", language),
            f"{found.measured:,.1f} MWh",
            _interval(diagnosis.measured),
        ),
        (
            word("report.weather_use", language),
            f"{found.exogenous:+,.1f} MWh",
            _interval(diagnosis.exogenous),
        ),
        (
            word("report.shortfall", language),
            f"{found.shortfall:+,.1f} MWh",
            _interval(diagnosis.shortfall),
        ),
    ]
    for mode in ("heating", "cooling"):
        was, wanted = measured_factor(evaluation, mode), getattr(promise, f"cop_{mode}")
        if was is not None and wanted is not None:
            note = f"{word('report.promised', language)} {wanted:.2f}"
            tiles.append((word(f"cop.{mode}", language), f"{was:.2f}", note))
    if plant.tariff is not None and diagnosis.shortfall.value > 0:
        money = _mean_price(plant.tariff) * diagnosis.shortfall.value / KWH
        tiles.append(
            (
                word("report.shortfall_cost", language),
                priced(money, plant.tariff.currency, language),
                word("report.cost_note", language),
            )
        )
    return tiles


def _mean_price(tariff: Tariff) -> float:
    """Mean of the bands by the hours they hold. [currency per kWh]"""
    hours = [sum(sum(band.shares(m)) for m in range(1, 13)) for band in tariff.bands]
    total = sum(h * band.price for h, band in zip(hours, tariff.bands, strict=True))
    return total / sum(hours)


def deviation_words(deviation: Deviation, language: Language) -> dict[str, Any]:
    """Return a deviation in words."""
    return {
        "kind": str(deviation.kind),
        "name": word(f"kind.{deviation.kind}", language),
        "finding": deviation.finding.sentence(language),
        "energy": _energy(deviation.energy),
        "fix": f"{deviation.saving_if_fixed.value / MWH:,.1f}",
        "alone": f"{deviation.if_alone.value / MWH:,.1f}",
        "share": f"{deviation.share:.0%}",
        "width": max(0, min(100, round(100 * deviation.share))),
        "onset": deviation.onset.isoformat()
        if deviation.onset
        else word("report.from_start", language),
        "confidence": "> 99%" if deviation.sure > SURE else f"{deviation.sure:.0%}",
        "merged": [word(f"kind.{kind}", language) for kind in deviation.merged],
        "evidence": [v.sentence(language) for v in deviation.evidence],
        "settles": [settling_words(s, language) for s in deviation.settles_by],
        "actions": [v.sentence(language) for v in deviation.actions],
        "readings": deviation.readings,
    }


_SHOWN = {"J": ("MWh", MWH), "J m-3": ("kWh/m³", KWH)}
"""Units of people for units of the program: name and size."""


def kpi_words(kpi: KpiValue, language: Language) -> dict[str, str]:
    """Return a key figure in words and units of people."""
    unit, size = _SHOWN.get(kpi.unit, (kpi.unit.replace("-", ""), 1.0))
    value, low, high = (v / size for v in (kpi.value.value, kpi.value.low, kpi.value.high))
    return {
        "name": word(f"figure.{kpi.name}", language),
        "boundary": name_of("place", kpi.boundary, language),
        "mode": word(f"mode.{kpi.mode}", language),
        "value": _figure(value),
        "interval": f"{_figure(low)} … {_figure(high)}",
        "unit": unit,
        "coverage": f"{kpi.coverage:.1%}",
        "clause": confident(name_of("clause", kpi.clause, language), kpi.confidence, language),
    }


def _figure(value: float) -> str:
    """Three figures, thousands apart, never an exponent."""
    if abs(value) >= WHOLE:
        return f"{value:,.0f}"
    return f"{value:.{2 if abs(value) >= 1 else 3}f}"
