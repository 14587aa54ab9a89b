"""``loopkeeper watch``: early warning against the plant's own model."""

from typing import Annotated

import typer

from loopkeeper.adapters import reading
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
from loopkeeper.lifecycle.monitor.early_warning import (
    CALLED_FOR_NOTHING,
    SOUND_DAYS,
    ModeChart,
)


def watch(
    plant: PlantFolder,
    period: PeriodText = None,
    sound_days: Annotated[
        int, typer.Option(min=30, help="First days of each mode that count as sound.")
    ] = SOUND_DAYS,
    run_length: Annotated[
        float, typer.Option(min=30, help="Days between false alarms on average.")
    ] = CALLED_FOR_NOTHING,
    as_json: AsJson = False,
    lang: Language = "en",
) -> None:
    """Chart the electricity day by day against the plant's own model; exit 1 when it shifted."""
    language = chosen_language(lang)
    with spoken(), working("Watching"):
        case = reading.open_plant(existing_folder(plant), period_of(period))
        charts, said = watched(case.groundwork, sound_days=sound_days, run_length=run_length)
    shifted = any(v.code == "monitor.warning.shift" for v in said)
    if as_json:
        print_json(
            {
                "modes": [_plain(one) for one in charts],
                "verdicts": [v.as_dict(language) for v in said],
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
    raise typer.Exit(PROBLEMS if shifted else FINE)


def _plain(one: ModeChart) -> dict[str, object]:
    chart = one.chart
    return {
        "mode": one.mode, "days": [str(d) for d in one.days],
        "log_ratio": [round(float(v), 5) for v in one.ratio],
        "average": [round(float(v), 4) for v in chart.average], "limit": round(chart.limit, 4),
        "memory": round(chart.memory, 3), "signals": [str(one.days[n]) for n in chart.signals],
    }  # fmt: skip
