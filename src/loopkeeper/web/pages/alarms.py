"""The alarm console: what stands, since when, what to do, and what people do about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from loopkeeper.app.access import Actor
from loopkeeper.app.own_alarms import OWN
from loopkeeper.app.use_cases.alarm_desk import (
    FLOOD,
    STANDING,
    TEN_MINUTES,
    AlarmDesk,
    AlarmEvent,
    AlarmState,
    Condition,
    Handling,
    OvertakenError,
    Standing,
    Watched,
)
from loopkeeper.bootstrap.service import Service
from loopkeeper.errors import AccessError, InputError
from loopkeeper.plant.words import Language
from loopkeeper.web.pages.forms import Sent, SentForm
from loopkeeper.web.pages.guard import Visitor, language_of_page, needs
from loopkeeper.web.pages.kit import Kit, listed
from loopkeeper.web.pages.places import plant_called, plant_seen

_DAY: Final = timedelta(days=1)
_DAYS: Final = 7
"""Days of which the rates are shown. [-]"""
_CHANGES: Final = 50
"""Changes of the last day that are shown, the newest. [-]"""
_LONGEST: Final = 500
"""Of a reason. [characters]"""
SHELVES: Final = ("1", "2", "4", "8", "12", "24")
"""Hours that an alarm may be put aside for. [h]"""
_TIMED: Final = frozenset({Condition.STUCK, Condition.SILENT})
_ASIDE: Final = (AlarmState.SHELVED, AlarmState.OUT_OF_SERVICE, AlarmState.SUPPRESSED)
_RANKS: Final = {"critical": 0, "high": 1, "medium": 2, "low": 3}
DOINGS: Final[Mapping[str, Callable[[AlarmDesk, str, Handling], object]]] = {
    "acknowledge": AlarmDesk.acknowledge,
    "shelve": AlarmDesk.shelve,
    "take_out": AlarmDesk.take_out,
    "put_back": AlarmDesk.put_back,
}
"""What may be done to an alarm, as a form names it."""


@dataclass(frozen=True, kw_only=True)
class ShownAlarm:
    """An alarm in the list: definition, how it stands, its last change, and its point's unit."""

    one: Watched
    now: Standing
    last: AlarmEvent | None
    place: str
    unit: str

    @property
    def own(self) -> bool:
        """Whether it is of the service itself, which is no plant."""
        return self.one.plant == OWN

    @property
    def timed(self) -> bool:
        """Whether its limit is a time."""
        return self.one.definition.condition in _TIMED

    @property
    def open(self) -> bool:
        """Whether nobody has said yet that they saw it."""
        return self.now.state is not AlarmState.ACKNOWLEDGED


def add_alarm_console(app: FastAPI, service: Service, kit: Kit) -> None:
    """Add the console of every plant that somebody sees, and that of one."""
    page = _Console(service, kit)
    reads, works = needs(kit.gate, "read"), needs(kit.gate, "work")

    @app.get("/alarms")
    def everywhere(request: Request, who: Annotated[Visitor, Depends(reads)]) -> HTMLResponse:
        return page.shown(request, who)

    @app.post("/alarms")
    async def done_anywhere(
        request: Request, who: Annotated[Visitor, Depends(works)], form: Sent
    ) -> Response:
        return page.done(request, who, form)

    @app.get("/plants/{plant}/alarms")
    def of_plant(
        request: Request, plant: str, who: Annotated[Visitor, Depends(reads)]
    ) -> HTMLResponse:
        return page.shown(request, _at(service, who, plant), plant=plant)

    @app.post("/plants/{plant}/alarms")
    async def done_at_plant(
        request: Request, plant: str, who: Annotated[Visitor, Depends(works)], form: Sent
    ) -> Response:
        return page.done(request, _at(service, who, plant), form, plant)


def _at(service: Service, who: Visitor, plant: str) -> Visitor:
    """Return the visitor of one plant; own alarms of the service stand under a name of theirs."""
    return who if plant == OWN and who.actor.sees(plant) else plant_seen(service, who, plant)


@dataclass(frozen=True)
class _Console:
    """The page, whatever was just done on it."""

    service: Service
    kit: Kit

    def done(self, request: Request, who: Visitor, form: SentForm, plant: str = "") -> Response:
        """Do what a form asks; else say why not, what was typed kept."""
        desk = self.service.alarms(_narrow(who.actor, plant))
        try:
            doing = DOINGS[form["deed"]]
            doing(desk, form["alarm"], _handling(form, who.actor.name))
        except (KeyError, AccessError) as error:
            raise HTTPException(404, "there is no such alarm") from error
        except OvertakenError as error:
            return self.shown(request, who, 409, plant=plant, form=form, overtaken=error.done)
        except InputError as error:
            return self.shown(request, who, 422, plant=plant, form=form, error=str(error))
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{request.url.path}{query}", 303)

    def shown(
        self, request: Request, who: Visitor, status: int = 200, **values: Any
    ) -> HTMLResponse:
        plant, language = values.pop("plant", ""), language_of_page(request, who)
        desk = self.service.alarms(_narrow(who.actor, plant))
        rows = self._rows(desk, language)
        active = [r for r in rows if r.now.state in {*STANDING, AlarmState.RETURNED}]
        told = {
            "active": listed(
                request,
                active,
                {
                    "priority": lambda r: _RANKS[r.one.definition.priority],
                    "alarm": lambda r: r.one.called(language),
                    "since": lambda r: r.now.since,
                },
                lambda r: (
                    f"{r.one.called(language)} {r.place} {r.one.plant} {r.one.definition.point}"
                ),
            ),
            "ranks": {p: sum(r.one.definition.priority == p for r in active) for p in _RANKS},
            "unseen": sum(r.open for r in active),
            "aside": {s: [r for r in rows if r.now.state == s] for s in _ASIDE},
            "names": {
                name: f"{one.called(language)} ({one.definition.point})"
                for name, one in desk.watched().items()
            },
            "shelves": SHELVES,
            "at": plant,
            "plant": plant_called(self.service, plant, language) if plant else "",
            **_burden(desk, datetime.now(UTC)),
        }
        nothing = {"error": "", "form": None, "overtaken": None, "retry": None}
        if form := values.get("form"):
            values["retry"] = next((r for r in rows if r.one.definition.id == form["alarm"]), None)
        return self.kit.page(
            request, "alarms.html", status, who=who, **{**told, **nothing, **values}
        )

    def _rows(self, desk: AlarmDesk, language: Language) -> list[ShownAlarm]:
        standing = desk.standing()
        last = desk.last([one.definition.id for one, _ in standing])
        return [
            self._row(one, now, last.get(one.definition.id), language) for one, now in standing
        ]

    def _row(
        self, one: Watched, now: Standing, last: AlarmEvent | None, language: Language
    ) -> ShownAlarm:
        place = plant_called(self.service, one.plant, language)
        known = self.service.plants.get(one.plant)
        points = () if known is None else known.points
        unit = next((p.unit for p in points if p.id == one.definition.point), "")
        return ShownAlarm(one=one, now=now, last=last, place=place, unit=unit)


def _narrow(actor: Actor, plant: str) -> Actor:
    """Who asks, of one plant where one is named."""
    return replace(actor, plants=frozenset({plant})) if plant else actor


def _handling(form: SentForm, by: str) -> Handling:
    """What a form says of a deed; InputError where that cannot be."""
    note, hours = form["note"], form["hours"]
    if len(note) > _LONGEST:
        raise InputError("a reason has at most 500 characters")
    try:
        since = datetime.fromisoformat(form["since"]).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError("this form cannot be read") from error
    lasts = timedelta(hours=int(hours) if hours in SHELVES else 0)
    return Handling(by, note, lasts, since)


def _burden(desk: AlarmDesk, now: datetime) -> dict[str, Any]:
    """How bearable the alarms were: by ten minutes of a day, by days, and what changed."""
    end = now + TEN_MINUTES - (now - datetime.min.replace(tzinfo=UTC)) % TEN_MINUTES
    slots = desk.raised(end - _DAY, end, TEN_MINUTES)
    return {
        "slots": slots,
        "flood": FLOOD,
        "latest": max(slots[-2:]),
        "days": desk.raised(end - _DAYS * _DAY, end, _DAY)[::-1],
        "rates": desk.rates(end - _DAY, end),
        "changes": _told(desk.events(end - _DAY, end))[:_CHANGES],
    }


def _told(events: Sequence[AlarmEvent]) -> list[AlarmEvent]:
    return sorted(events, key=lambda e: e.time, reverse=True)
