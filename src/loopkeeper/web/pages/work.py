"""Work in the background, and who did what."""

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from loopkeeper.app.jobs import Job, JobState
from loopkeeper.app.ports import PlacedDeed
from loopkeeper.bootstrap.service import Service
from loopkeeper.web.pages.forms import Sent
from loopkeeper.web.pages.guard import Visitor, needs
from loopkeeper.web.pages.kit import Kit, listed

_MOST: Final = 1000
"""Jobs and deeds that are looked through. [-]"""
OPEN: Final = frozenset({JobState.WAITING, JobState.RUNNING})
DEEDS: Final = {
    "alarm.acknowledge": "deed.acknowledge", "alarm.shelve": "deed.shelve",
    "alarm.take_out": "deed.take_out", "alarm.put_back": "deed.put_back",
    "job.cancel": "deed.cancel", "order.open": "deed.order_open",
    "order.in_hand": "deed.order_in_hand", "order.done": "deed.order_done",
    "deviation.accepted": "deed.accept", "deviation.disputed": "deed.dispute",
    "order.verified": "deed.order_verified", "order.dropped": "deed.order_dropped",
    "person.invite": "deed.invite", "person.link": "deed.link", "person.role": "deed.role",
    "person.in": "deed.let_in", "person.out": "deed.let_out",
    "person.password": "deed.password", "person.log_in": "deed.log_in",
    "person.locked": "deed.locked", "person.language": "deed.language",
    "person.key_begin": "deed.key_begin", "person.key": "deed.key",
    "person.key_end": "deed.key_end", "person.session_end": "deed.session_end",
    "token.make": "deed.token_make",
    "token.end": "deed.token_end",
}  # fmt: skip
"""What a deed of the trail is called."""


def add_work(app: FastAPI, service: Service, kit: Kit) -> None:
    """Add the pages of jobs and of the trail."""
    _jobs(app, service, kit)

    @app.get("/audit")
    def audit(
        request: Request, who: Annotated[Visitor, Depends(needs(kit.gate, "audit"))]
    ) -> HTMLResponse:
        deeds = listed(
            request,
            service.book(who.actor).trail.newest(_MOST),
            {"time": lambda d: d.time, "by": lambda d: d.by, "plant": lambda d: d.plant},
            _told,
        )
        return kit.page(request, "audit.html", who=who, deeds=deeds, names=DEEDS)


def _told(deed: PlacedDeed) -> str:
    return f"{deed.by} {deed.plant} {deed.deed} {deed.detail}"


def _jobs(app: FastAPI, service: Service, kit: Kit) -> None:
    @app.get("/jobs")
    def jobs(
        request: Request, who: Annotated[Visitor, Depends(needs(kit.gate, "read"))]
    ) -> HTMLResponse:
        found = listed(
            request,
            service.book(who.actor).jobs.all(_MOST),
            {
                "kind": lambda j: j.kind,
                "plant": lambda j: j.plant,
                "state": lambda j: j.state,
                "asked": lambda j: j.asked_at,
            },
            _words,
        )
        return kit.page(request, "jobs.html", who=who, jobs=found, open=OPEN)

    @app.post("/jobs/cancel")
    def cancel(who: Annotated[Visitor, Depends(needs(kit.gate, "work"))], form: Sent) -> Response:
        try:
            service.book(who.actor).jobs.cancel(form["job"], datetime.now(UTC))
        except KeyError as error:
            raise HTTPException(404, "there is no such job") from error
        return RedirectResponse("/jobs", 303)


def _words(job: Job) -> str:
    return f"{job.kind} {job.plant} {job.state} {job.asked_by}"
