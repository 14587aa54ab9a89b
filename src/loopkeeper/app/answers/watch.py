"""Early warning as plain data."""

from collections.abc import Sequence

from loopkeeper.app.answers.common import verdicts_json
from loopkeeper.app.answers.forms.common import RefusalForm
from loopkeeper.app.answers.forms.loop import ChartForm, DaysForm, WatchForm
from loopkeeper.app.daily import Advance
from loopkeeper.errors import DataError
from loopkeeper.lifecycle.monitor.early_warning import ModeChart
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language


def watch_json(
    charts: Sequence[ModeChart],
    said: Sequence[Verdict],
    days: Advance | DataError,
    language: Language,
    *,
    shifted: bool,
) -> WatchForm:
    """Return charts, and the days as each was found, as plain data."""
    return {
        "modes": [_chart_json(one) for one in charts],
        "verdicts": verdicts_json(said, language),
        "daily": _days_json(days, language),
        "shifted": shifted,
    }


def _chart_json(one: ModeChart) -> ChartForm:
    chart = one.chart
    return {
        "mode": one.mode,
        "days": [str(d) for d in one.days],
        "log_ratio": [round(float(v), 5) for v in one.ratio],
        "average": [round(float(v), 4) for v in chart.average],
        "limit": round(chart.limit, 4),
        "memory": round(chart.memory, 3),
        "signals": [str(one.days[n]) for n in chart.signals],
    }


def _days_json(days: Advance | DataError, language: Language) -> DaysForm | RefusalForm:
    if isinstance(days, DataError):
        return {"error": str(days), "reasons": list(getattr(days, "reasons", ()))}
    return {
        "diagnosed": [str(days.state.diagnosed.start), str(days.state.diagnosed.end)],
        "days": [
            {
                "day": str(one.day),
                "known_hours": one.known,
                "judged": one.judged,
                "verdicts": verdicts_json(one.verdicts, language),
            }
            for one in days.days
        ],
        "standing": {family: round(reach, 3) for family, reach in days.state.standing().items()},
    }
