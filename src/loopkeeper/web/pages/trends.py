"""Trends of a plant: what is looked at, over which period, beside what; drawn by trend.js."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse

from loopkeeper.app.columns import PayloadError
from loopkeeper.app.moments import instant
from loopkeeper.app.ports import Window
from loopkeeper.app.use_cases.fleet_view import silent
from loopkeeper.app.use_cases.trends import MOST_POINTS, TrendLine, TrendPoint, Trends
from loopkeeper.bootstrap.service import Service
from loopkeeper.errors import InputError
from loopkeeper.plant.site import Season, Site
from loopkeeper.plant.words import Language, word
from loopkeeper.web.pages.guard import Visitor, language_of_page, needs
from loopkeeper.web.pages.kit import Kit
from loopkeeper.web.pages.places import plant_called, plant_seen, plants_seen
from loopkeeper.web.trends import alarms_of, point_words, trends_of

PERIODS: Final = {
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
SHIFTS: Final = {"week": timedelta(weeks=1), "year": timedelta(weeks=52)}
"""How far back is compared with; a year as whole weeks, so that working days stay together."""
_SECOND: Final = timedelta(seconds=1)
"""A period up to now holds what is being measured in this second."""
_ROWS: Final = 48
"""Rows of the table of numbers. [-]"""
_USUAL: Final = ("supply_temperature", "return_temperature"), ("source", "load")
"""Points that are suggested where none was chosen: quantities and places."""
_ROUGH: Final = 1000.0
"""From where on a figure has no decimals."""
_FINE: Final = 1.0
"""Below which a figure has three decimals."""


@dataclass(frozen=True, kw_only=True)
class _Looked:
    """What the address asks for: points, a period (UTC), and what they are compared with."""

    points: tuple[str, ...]
    period: str
    start: datetime
    end: datetime
    compare: str
    beside: str
    said: str = ""

    def window(self, plant: str) -> Window:
        return Window(plant, self.start, self.end, self.points)


def add_trends(app: FastAPI, service: Service, kit: Kit) -> None:
    """Add the page of trends of each plant."""
    reads = needs(kit.gate, "read")

    @app.get("/plants/{plant}/trends")
    def trends(
        request: Request, plant: str, who: Annotated[Visitor, Depends(reads)]
    ) -> HTMLResponse:
        asks, language = trends_of(service, who.actor), language_of_page(request, who)
        names = plants_seen(service, plant_seen(service, who, plant))
        looked = _looked(request, asks, plant, names)
        page = _Page(service, asks, plant, language)
        called = {name: plant_called(service, name, language) for name in names}
        newest = service.newest.of(plant)
        return kit.page(
            request,
            "trends.html",
            who=who,
            plant=plant,
            called=called,
            looked=looked,
            newest=newest,
            silent=silent(newest, datetime.now(UTC)),
            last_day=asks.archive.last_day(plant),
            **page.told(looked),
        )


def _looked(request: Request, asks: Trends, plant: str, others: Collection[str]) -> _Looked:
    """What the address asks for; what of it cannot be understood is said and left out."""
    asked, now = request.query_params, datetime.now(UTC).replace(microsecond=0) + _SECOND
    zone, site = asks.zone(plant), _site(asks, plant)
    period = asked.get("period") or ("" if asked.get("start") else "week")
    begins = _begun(period, site, zone, now) or (now - PERIODS["week"], now)
    said, known = "", period in {*PERIODS, "season"}
    if not known and asked.get("start"):
        try:
            ends = [_moment(asked.get(name) or now.isoformat(), zone) for name in ("start", "end")]
            begins = ends[0], ends[1]
        except PayloadError as error:
            said = str(error)
    beside = asked.get("beside", "")
    return _Looked(
        points=tuple(dict.fromkeys(p for p in asked.getlist("point") if p)),
        period=period if known else "",
        start=begins[0],
        end=begins[1],
        compare=asked.get("compare", "") if asked.get("compare") in SHIFTS else "",
        beside=beside if beside in others and beside != plant else "",
        said=said,
    )


def _moment(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(instant(text, zone) / 1e6, UTC)


def _site(asks: Trends, plant: str) -> Site | None:
    found = asks.plants.get(plant)
    return None if found is None else found.site


def _begun(
    period: str, site: Site | None, zone: ZoneInfo, now: datetime
) -> tuple[datetime, datetime] | None:
    """A period by its name: back from now, or the season that began last."""
    if period in PERIODS:
        return now - PERIODS[period], now
    found = [_season(one, zone, now) for one in _seasons(site)] if period == "season" else []
    return max(found, default=None)


def _seasons(site: Site | None) -> list[Season]:
    both = () if site is None else (site.heating_season, site.cooling_season)
    return [one for one in both if one is not None]


def _season(one: Season, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """A season of the plant's clock, the last that has begun; not beyond now."""
    local = now.astimezone(zone)
    year = local.year - ((local.month, local.day) < one.first)
    ends = year + (one.last < one.first)
    start = datetime(year, *one.first, tzinfo=zone)
    end = datetime(ends, *one.last, tzinfo=zone) + timedelta(days=1)
    return start.astimezone(UTC), min(now, end.astimezone(UTC))


@dataclass(frozen=True)
class _Page:
    """What the page shows of what was asked for."""

    service: Service
    asks: Trends
    plant: str
    language: Language

    def told(self, looked: _Looked) -> dict[str, Any]:
        """Return the values of the template."""
        points = self.asks.points(self.plant)
        lines, said = self._lines(looked)
        zone = self.asks.zone(self.plant)
        return {
            "zone": str(zone),
            "local": {n: _local(getattr(looked, n), zone) for n in ("start", "end")},
            "millis": {n: round(getattr(looked, n).timestamp() * 1e3) for n in ("start", "end")},
            "groups": self._groups(points, looked),
            "usual": _usual(points),
            "most": MOST_POINTS,
            "periods": self._periods(),
            "said": looked.said or said,
            "lines": [self._words(one.point) for one in lines],
            "table": _table(lines, zone),
            "empty": not any(one.rows["count"].sum() for one in lines),
            "alarms": self._alarms(looked),
            "asked": self._asked(looked) if lines else [],
            "unlike": self._unlike(looked),
            "exports": self._exports(looked),
            "words": {n: word(f"trend.{n}", self.language, step="{step}") for n in _DRAWN},
        }

    def _words(self, point: TrendPoint) -> dict[str, str]:
        return point_words(self.service, self.plant, point, self.language)

    def _periods(self) -> list[str]:
        *short, year = PERIODS
        return [*short, *(["season"] if _seasons(_site(self.asks, self.plant)) else []), year]

    def _lines(self, looked: _Looked) -> tuple[Sequence[TrendLine], str]:
        if looked.said or not looked.points:
            return (), ""
        try:
            return self.asks.of(looked.window(self.plant), _ROWS).lines, ""
        except InputError as error:
            return (), str(error)

    def _groups(
        self, points: Sequence[TrendPoint], looked: _Looked
    ) -> dict[str, list[dict[str, Any]]]:
        """Points by their place, as they are called."""
        found: dict[str, list[dict[str, Any]]] = {}
        for one in points:
            words = self._words(one)
            place = words["place"] or word("trend.elsewhere", self.language)
            found.setdefault(place, []).append({**words, "chosen": one.id in looked.points})
        return found

    def _alarms(self, looked: _Looked) -> list[dict[str, Any]]:
        if looked.end <= looked.start:
            return []
        actor = self.asks.archive.actor
        found = alarms_of(self.service, actor, looked.window(self.plant), self.language)
        zone = self.asks.zone(self.plant)
        return [
            one | {"local": _spaced(datetime.fromtimestamp(one["time_s"], UTC), zone)}
            for one in found
        ]

    def _alike(self, looked: _Looked) -> dict[str, str | None]:
        """Points of the other plant that measure the same."""
        if not looked.beside:
            return {}
        return {p: self.asks.alike(self.plant, p, looked.beside) for p in looked.points}

    def _unlike(self, looked: _Looked) -> list[str]:
        return [one for one, other in self._alike(looked).items() if other is None]

    def _asked(self, looked: _Looked) -> list[dict[str, Any]]:
        """Addresses of what is drawn: the points, themselves before, those of another plant."""
        own = dict(zip(looked.points, looked.points, strict=True))
        found = [self._ask(self.plant, own, 0, "")]
        if looked.compare:
            shift = SHIFTS[looked.compare].total_seconds()
            key = "trend.a_week" if looked.compare == "week" else "trend.a_year"
            found.append(self._ask(self.plant, own, shift, word(key, self.language)))
        alike = {own: there for own, there in self._alike(looked).items() if there}
        if alike:
            found.append(
                self._ask(
                    looked.beside,
                    alike,
                    0,
                    plant_called(self.service, looked.beside, self.language),
                )
            )
        return found

    def _ask(self, plant: str, points: dict[str, str], shift: float, label: str) -> dict[str, Any]:
        query = urlencode([*(("point", p) for p in points.values()), ("lang", self.language)])
        url = f"/api/v1/plants/{quote(plant, safe='')}/trend?{query}"
        return {"url": url, "of": list(points), "shift": shift, "label": label}

    def _exports(self, looked: _Looked) -> dict[str, str]:
        """Addresses of the readings themselves, by format."""
        given = [("point", p) for p in looked.points]
        given += [("start", _text(looked.start)), ("end", _text(looked.end))]
        path = f"/api/v1/plants/{quote(self.plant, safe='')}/readings"
        return {
            kind: f"{path}?{urlencode([*given, ('format', kind)])}"
            for kind in ("csv", "xlsx", "parquet")
        }


_DRAWN: Final = (
    "point", "last", "min", "max", "mean", "plain", "loading", "offline", "empty", "step", "raw",
    "days",
)  # fmt: skip
"""Words that the drawing shows."""


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}"


def _spaced(moment: datetime, zone: ZoneInfo) -> str:
    return _local(moment, zone).replace("T", " ")


def _usual(points: Sequence[TrendPoint]) -> list[str]:
    quantities, places = _USUAL
    return [p.id for p in points if p.quantity in quantities and p.of in places]


def figure(value: float | None) -> str:
    """Return a figure with as many decimals as its size needs."""
    if value is None:
        return "–"
    size = abs(value)
    digits = 0 if size >= _ROUGH else 3 if 0 < size < _FINE else 2
    return f"{value:.{digits}f}"


def _table(lines: Sequence[TrendLine], zone: ZoneInfo) -> list[tuple[str, list[str]]]:
    """Rows of the table: when, and what each point was then; nothing where nothing was."""
    found: dict[datetime, list[str]] = {}
    for n, line in enumerate(lines):
        for row in line.rows.iter_rows(named=True):
            cells = found.setdefault(row["time"], ["–"] * len(lines))
            cells[n] = _cell(row, spread=line.step is not None)
    rows = ((t, cells) for t, cells in sorted(found.items()) if set(cells) != {"–"})
    return [(_spaced(t, zone), cells) for t, cells in rows]


def _cell(row: dict[str, Any], *, spread: bool) -> str:
    if row["mean"] is None or not spread:
        return figure(row["mean"])
    return f"{figure(row['mean'])} ({figure(row['min'])} … {figure(row['max'])})"
