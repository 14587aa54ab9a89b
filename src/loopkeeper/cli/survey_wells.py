"""``loopkeeper survey pumping`` and ``reinjection``: tests of wells."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.table import Table

from loopkeeper.adapters.files.dossier.findings import keep_result
from loopkeeper.adapters.files.field_tests.level_log import Stated, read_levels
from loopkeeper.adapters.report.pumping_test import render_pumping
from loopkeeper.app.answers.survey import aquifer_json, reinjection_json
from loopkeeper.cli.shared import (
    AsJson,
    Spoken,
    out,
    page_details,
    print_json,
    say,
    spoken,
    table_of,
    write_page,
)
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.survey.pumping_test import (
    CANDIDATES,
    SORTS,
    AquiferTest,
    Observations,
    Schedule,
    aquifer_test,
    equivalent_time,
    unconfined_correction,
)
from loopkeeper.lifecycle.survey.step_test import (
    StepTest,
    conduct,
    injectivity,
    step_test,
    without_well_loss,
)
from loopkeeper.lifecycle.survey.well_verdicts import well_verdicts
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language, word
from loopkeeper.units import DAY, HOUR

Files = Annotated[
    list[Path], typer.Argument(help="Level logs, one well each: time and drawdown.", exists=True)
]
Rates = Annotated[
    str,
    typer.Option(
        "--rates", "--flow",
        help="Flow [m³/h], or START:FLOW,START:FLOW,… in the file's time unit (minutes from its "
        "first row where it has dates); 0 stops the pump.",
    ),
]  # fmt: skip
Distances = Annotated[
    list[float] | None,
    typer.Option("--distance", min=0.01, help="From the well's axis [m], once per file."),
]
TimeUnit = Annotated[str | None, typer.Option(help="s, min, h or d, where the file does not say.")]
LevelUnit = Annotated[str | None, typer.Option(help="m, cm, ft …, where the file does not say.")]
Static = Annotated[
    float | None,
    typer.Option(help="Depth or height of the water at rest, when the file holds such."),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        help="time=NAME or level=NAME, where the header does not tell; level once for each well.",
    ),
]
Into = Annotated[
    Path | None,
    typer.Option("--into", help="Dossier to keep the result in, under survey/.", exists=True),
]


OWN_RADIUS = 0.15
"""Taken where nobody says how far the levels were read from the well's axis. [m]"""
STEPS = 3
"""Flows above zero from which a test counts as a step test. [-]"""


@dataclass(frozen=True)
class _Opened:
    """Tests as read: observations, schedule, the file's unit of time [s], and what was said."""

    observations: tuple[Observations, ...]
    schedule: Schedule
    unit: float
    verdicts: tuple[Verdict, ...]


def pumping(
    files: Files,
    rates: Rates,
    distance: Distances = None,
    thickness: Annotated[
        float | None,
        typer.Option(
            min=0.1,
            help="Of an unconfined aquifer: its thinning and late yield are allowed for [m].",
        ),
    ] = None,
    recovered_after: Annotated[
        float | None,
        typer.Option(help="The file is the recovery after so long a pumping (its time unit)."),
    ] = None,
    sort: Annotated[
        list[str] | None, typer.Option(help=f"Only these aquifers: {', '.join(SORTS)}.")
    ] = None,
    time_unit: TimeUnit = None,
    level_unit: LevelUnit = None,
    static: Static = None,
    column: Columns = None,
    into: Into = None,
    plot: Annotated[
        Path | None, typer.Option(help="HTML page: diagnostic plot, sorts of aquifer, doubts.")
    ] = None,
    as_json: AsJson = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Pumping, recovery and step tests: the aquifer's transmissivity, storage and leakage."""
    sorts = tuple(sort or (CANDIDATES if thickness is None else SORTS))
    if unknown := set(sorts) - set(SORTS):
        raise typer.BadParameter(f"{', '.join(unknown)}: expected {', '.join(SORTS)}")
    with spoken():
        opened = _opened(files, rates, distance, (time_unit, level_unit, static), column)
        pumped = None if recovered_after is None else recovered_after * opened.unit
        observations = _corrected(opened.observations, pumped, thickness)
        said = list(opened.verdicts)
        if thickness is not None:
            said.append(Verdict("survey.pumping.corrected", {"thickness": f"{thickness:g}"}))
        observations, steps = _without_losses(observations, opened.schedule)
        test = aquifer_test(observations, opened.schedule, sorts)
        said += well_verdicts(test, steps)
        if recovered_after is None:
            found = injectivity(observations[0], opened.schedule)
            said += conduct("pumping", found, float(observations[0].drawdown[-1]))
        answer = aquifer_json(files, observations, test, steps, said, language)
        if into is not None:
            keep_result(into, files[0], "pumping", answer)
        if plot is not None:
            html = render_pumping(test, said, files[0].name, **page_details(language))
            write_page(html, plot)
    if as_json:
        print_json(answer)
        return
    say(said, language)
    out.print(_aquifer_table(test, language))
    if steps is not None:
        out.print(_steps_table(steps, opened.schedule, language))


def reinjection(
    files: Files,
    rates: Rates,
    distance: Distances = None,
    temperature: Annotated[
        float | None, typer.Option(help="Of the injected water, to correct for viscosity [°C].")
    ] = None,
    time_unit: TimeUnit = None,
    level_unit: LevelUnit = None,
    static: Static = None,
    column: Columns = None,
    into: Into = None,
    as_json: AsJson = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Reinjection test: injectivity, corrected for viscosity, and how long it was stable."""
    with spoken():
        opened = _opened(files, rates, distance, (time_unit, level_unit, static), column)
        place = opened.observations[0]
        found = injectivity(place, opened.schedule, temperature=temperature)
        rise = float(place.drawdown[-1])
        said = [*opened.verdicts, *conduct("reinjection", found, rise)]
        answer = reinjection_json(files, rise, found, said, language)
        if into is not None:
            keep_result(into, files[0], "reinjection", answer)
    if as_json:
        print_json(answer)
        return
    say(said, language)
    specific, reference = (f"{v * HOUR:.3f}" for v in (found.specific, found.at_reference))
    shown = {"specific": specific, "reference": reference, "rise": f"{rise:.2f}"}
    out.print(word("wells.injectivity", language, **shown))


def _corrected(
    observations: tuple[Observations, ...], pumped: float | None, thickness: float | None
) -> tuple[Observations, ...]:
    """Recovery at its equivalent time; drawdown of a thinning aquifer."""
    return tuple(
        Observations(
            o.time if pumped is None else equivalent_time(o.time, pumped),
            o.drawdown if thickness is None else unconfined_correction(o.drawdown, thickness),
            o.distance,
        )
        for o in observations
    )


def _without_losses(
    observations: tuple[Observations, ...], schedule: Schedule
) -> tuple[tuple[Observations, ...], StepTest | None]:
    """Three steps or more in one well: its own losses first, the aquifer from what is left."""
    if int((schedule.flows > 0).sum()) < STEPS or len(observations) > 1:
        return observations, None
    steps = step_test(observations[0], schedule)
    return (without_well_loss(observations[0], schedule, steps),), steps


def _opened(
    files: list[Path],
    rates: str,
    distance: list[float] | None,
    units: tuple[str | None, str | None, float | None],
    column: list[str] | None,
) -> _Opened:
    """Read every well; distances in the order of the wells, said where none is given."""
    read = [
        read_levels(file, Stated(*units, chosen))
        for file in files
        for chosen in _chosen(column, len(files))
    ]
    given = list(distance or [])
    if given and len(given) != len(read):
        raise typer.BadParameter(
            f"{len(given)} distances for {len(read)} wells", param_hint="--distance"
        )
    verdicts = [v for one in read for v in one.verdicts]
    if not given:
        verdicts.append(Verdict("survey.pumping.no_distance", {"radius": OWN_RADIUS}))
        given = [OWN_RADIUS] * len(read)
    observations = tuple(
        Observations(one.time + one.start - read[0].start, one.drawdown, r)
        for one, r in zip(read, given, strict=True)
    )
    schedule = _schedule(rates, read[0].unit, files[0])
    return _Opened(observations, schedule, read[0].unit, tuple(verdicts))


def _chosen(column: list[str] | None, files: int) -> list[dict[str, str]]:
    """Named columns of a file: one choice for each level that is named."""
    pairs = [text.partition("=")[::2] for text in column or ()]
    if any(not role or not name for role, name in pairs):
        raise typer.BadParameter("expected time=NAME or level=NAME", param_hint="--column")
    common = {role: name for role, name in pairs if role != "level"}
    levels = [name for role, name in pairs if role == "level"]
    if len(levels) > 1 and files > 1:
        raise typer.BadParameter("several levels need one file", param_hint="--column")
    return [{**common, "level": name} for name in levels] or [common]


def _schedule(text: str, factor: float, file: Path) -> Schedule:
    """Read ``20`` or ``0:20,30:28,80:0``."""
    pairs = []
    for part in text.split(","):
        start, mark, flow = part.rpartition(":")
        try:
            pairs.append((float(start) * factor if mark else 0.0, float(flow) / HOUR))
        except ValueError as error:
            raise typer.BadParameter(
                f"{part!r}: expected a flow in m³/h or START:FLOW", param_hint="--rates"
            ) from error
    starts, flows = np.array(pairs).T
    if np.any(np.diff(starts) <= 0):
        raise typer.BadParameter(f"{text!r}: starts must ascend", param_hint="--rates")
    if not np.any(flows):
        raise InputError(f"{file.name}: nothing was pumped; --rates holds no flow above zero")
    return Schedule(starts, flows)


def _aquifer_table(test: AquiferTest, language: Language) -> Table:
    heads = ("", "T, m²/d", "S", "wells.extras", "wells.leakage", "RMSE, m")
    table = table_of(heads, language, title=word("wells.sorts", language))
    for fit in test.tried:
        resistance = fit.leakage_resistance
        table.add_row(
            word(f"aquifer.{fit.sort}", language),
            f"{fit.transmissivity.value * DAY:,.1f}",
            f"{fit.storage.value:.3g}",
            f"{fit.extras[0].value:,.4g}" if fit.extras else "",
            "" if resistance is None else f"{resistance / DAY:,.0f}",
            f"{fit.rmse:.4f}",
            style="bold" if fit is test.best else "",
        )
    return table


def _steps_table(steps: StepTest, schedule: Schedule, language: Language) -> Table:
    losses = {"aquifer": f"{steps.aquifer_loss.value / HOUR:.4g}",
              "well": f"{steps.well_loss.value / 3600:.3g}"}  # fmt: skip
    title = word("wells.step_test", language, **losses)
    table = table_of(("wells.flow", "wells.efficiency"), language, left=(), title=title)
    flows = schedule.flows[schedule.flows > 0]
    for flow, efficiency in zip(flows, steps.efficiency, strict=True):
        table.add_row(f"{flow * HOUR:.1f}", f"{efficiency:.0%}")
    return table
