"""``loopkeeper watch``: early warning against the plant's own model, and day by day as found."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from loopkeeper.app.answers.watch import watch_json
from loopkeeper.app.daily import Advance, replayed
from loopkeeper.app.use_cases.opening import OpenPlant, open_plant
from loopkeeper.app.watching import CALLED_FOR_NOTHING, SOUND_DAYS, watched
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.errors import DataError
from loopkeeper.measure.periods import named_period
from loopkeeper.plant.words import Language, word


def watch(
    plant: options.PlantFolder,
    period: options.PeriodText = None,
    sound_days: Annotated[
        int, typer.Option(min=30, help="First days of each mode that count as sound.")
    ] = SOUND_DAYS,
    run_length: Annotated[
        float, typer.Option(min=30, help="Days between false alarms on average.")
    ] = CALLED_FOR_NOTHING,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            formats=["%Y-%m-%d"],
            help="First day that is replayed on top of a diagnosis of the year before it; "
            "default: after the first year of the record.",
        ),
    ] = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Chart the electricity against the plant's own model, replay its days; exit 1 on a shift."""
    with screen.spoken(), screen.working(word("cli.watching", language)):
        case = open_plant(
            outside.dossiers, options.existing_folder(plant), options.period_of(period)
        )
        charts, said = watched(case.groundwork, sound_days=sound_days, run_length=run_length)
        days = _replay(case, since, run_length)
    shifted = any(v.code == "monitor.warning.shift" for v in said)
    shifted |= isinstance(days, Advance) and bool(days.state.calls())
    if as_json:
        screen.print_json(watch_json(charts, said, days, language, shifted=shifted))
    else:
        screen.say(said, language)
        for one in charts:
            mode, reach = word(f"mode.{one.mode}", language), f"{one.standing:.0%}"
            text = word("cli.watch_mode", language, mode=mode, days=len(one.days), percent=reach)
            screen.out.print(text, highlight=False)
        _print_days(days, language)
    raise typer.Exit(screen.PROBLEMS if shifted else screen.FINE)


def _replay(case: OpenPlant, since: datetime | None, run_length: float) -> Advance | DataError:
    """The days after the first year, or after the one before a date; or why there are none."""
    begin = None
    if since is not None:
        one_day = f"{since.date()}/{since.date() + timedelta(days=1)}"
        begin = named_period(one_day, case.plant.site).start
    try:
        return replayed(case.groundwork.dossier, case.measured, begin, run_length)
    except DataError as error:
        return error


def _print_days(days: Advance | DataError, language: Language) -> None:
    """What each day would have said, and how the charts stand at the end."""
    if isinstance(days, DataError):
        screen.out.print(word("cli.not_day_by_day", language, why=days), highlight=False)
        return
    judged = sum(one.judged for one in days.days)
    few = sum("monitor.daily.too_few" in {v.code for v in one.verdicts} for one in days.days)
    first = days.days[0].day if days.days else "-"
    counts = {"first": first, "days": len(days.days), "judged": judged, "few": few}
    text = word("cli.day_by_day", language, charts=len(days.state.gauges), **counts)
    screen.out.print(text, highlight=False)
    for one in days.days:
        for verdict in one.verdicts:
            if verdict.code != "monitor.daily.too_few":
                screen.out.print(f"{one.day}  {verdict.sentence(language)}", highlight=False)
    for family, reach in days.state.standing().items():
        chart = word(f"chart.{family}", language)
        text = word("cli.chart_reach", language, chart=chart, percent=f"{reach:.0%}")
        screen.out.print(text, highlight=False)
