"""``loopkeeper watch``: early warning against the plant's own model, and day by day as found."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from loopkeeper.adapters import reading
from loopkeeper.app.daily import Advance, replayed
from loopkeeper.app.watching import watched
from loopkeeper.cli.shared import (
    FINE,
    PROBLEMS,
    AsJson,
    Language,
    PeriodText,
    PlantFolder,
    chosen_language,
    existing_folder,
    out,
    period_of,
    print_json,
    say,
    spoken,
    working,
)
from loopkeeper.errors import DataError
from loopkeeper.lifecycle.monitor.early_warning import (
    CALLED_FOR_NOTHING,
    SOUND_DAYS,
    ModeChart,
)
from loopkeeper.measure.periods import named_period


def watch(
    plant: PlantFolder,
    period: PeriodText = None,
    sound_days: Annotated[
        int, typer.Option(min=30, help="First days of each mode that count as sound.")
    ] = SOUND_DAYS,
    run_length: Annotated[
        float, typer.Option(min=30, help="Days between false alarms on average.")
    ] = CALLED_FOR_NOTHING,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--from", formats=["%Y-%m-%d"],
            help="First day that is replayed on top of a diagnosis of the year before it; "
            "default: after the first year of the record.",
        ),
    ] = None,
    as_json: AsJson = False,
    lang: Language = "en",
) -> None:  # fmt: skip
    """Chart the electricity against the plant's own model, replay its days; exit 1 on a shift."""
    language = chosen_language(lang)
    with spoken(), working("Watching"):
        case = reading.open_plant(existing_folder(plant), period_of(period))
        charts, said = watched(case.groundwork, sound_days=sound_days, run_length=run_length)
        days = _replay(case, since, run_length)
    shifted = any(v.code == "monitor.warning.shift" for v in said)
    shifted |= isinstance(days, Advance) and bool(days.state.calls())
    if as_json:
        print_json(
            {
                "modes": [_plain(one) for one in charts],
                "verdicts": [v.as_dict(language) for v in said],
                "daily": _days_plain(days, language),
                "shifted": shifted,
            }
        )
    else:
        say(said, language)
        for one in charts:
            out.print(
                f"{one.mode}: {len(one.days)} days, last month to {one.standing:.0%} of the limit",
                highlight=False,
            )
        _print_days(days, language)
    raise typer.Exit(PROBLEMS if shifted else FINE)


def _plain(one: ModeChart) -> dict[str, object]:
    chart = one.chart
    return {
        "mode": one.mode, "days": [str(d) for d in one.days],
        "log_ratio": [round(float(v), 5) for v in one.ratio],
        "average": [round(float(v), 4) for v in chart.average], "limit": round(chart.limit, 4),
        "memory": round(chart.memory, 3), "signals": [str(one.days[n]) for n in chart.signals],
    }  # fmt: skip


def _replay(
    case: reading.OpenPlant, since: datetime | None, run_length: float
) -> Advance | DataError:
    """The days after the first year, or after the one before a date; or why there are none."""
    begin = None
    if since is not None:
        one_day = f"{since.date()}/{since.date() + timedelta(days=1)}"
        begin = named_period(one_day, case.plant.site).start
    try:
        return replayed(case.groundwork.dossier, case.measured, begin, run_length)
    except DataError as error:
        return error


def _print_days(days: Advance | DataError, language: str) -> None:
    """What each day would have said, and how the charts stand at the end."""
    if isinstance(days, DataError):
        out.print(f"day by day: {days}", highlight=False)
        return
    judged = sum(one.judged for one in days.days)
    few = sum("monitor.daily.too_few" in {v.code for v in one.verdicts} for one in days.days)
    first = days.days[0].day if days.days else "-"
    out.print(
        f"day by day from {first}: {len(days.days)} days, {judged} judged, {few} without enough "
        f"data, {len(days.state.gauges)} charts",
        highlight=False,
    )
    for one in days.days:
        for verdict in one.verdicts:
            if verdict.code != "monitor.daily.too_few":
                out.print(f"{one.day}  {verdict.sentence(language)}", highlight=False)
    for family, reach in days.state.standing().items():
        out.print(f"{family}: last to {reach:.0%} of the limit", highlight=False)


def _days_plain(days: Advance | DataError, language: str) -> dict[str, Any]:
    if isinstance(days, DataError):
        return {"error": str(days), "reasons": list(getattr(days, "reasons", ()))}
    return {
        "diagnosed": [str(days.state.diagnosed.start), str(days.state.diagnosed.end)],
        "days": [
            {
                "day": str(one.day), "known_hours": one.known, "judged": one.judged,
                "verdicts": [v.as_dict(language) for v in one.verdicts],
            }
            for one in days.days
        ],
        "standing": {family: round(reach, 3) for family, reach in days.state.standing().items()},
    }  # fmt: skip
