"""What every page is made with: templates, words, files with their hash, tables in pieces."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from importlib import resources
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from loopkeeper.app.second_factor import key_address
from loopkeeper.plant.sentences import translated
from loopkeeper.plant.words import Language, name_of, word
from loopkeeper.web.access import Gate
from loopkeeper.web.pages.guard import TONGUE, Visitor, form_token, language_of_page, visitor_of

ROWS: Final = 50
"""Rows of a table on a page. [-]"""
_MEDIA: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 365 * 86400
"""Steps of an age. [s]"""
NAV: Final = (
    ("/", "page.fleet", "read"),
    ("/alarms", "page.alarms", "read"),
    ("/orders", "page.register", "read"),
    ("/reports", "page.reports", "read"),
    ("/jobs", "page.jobs", "read"),
    ("/audit", "page.audit", "audit"),
    ("/people", "page.people", "people"),
    ("/tokens", "page.tokens", "people"),
)
"""Pages of the menu: address, word, and what one has to be allowed."""


@dataclass(frozen=True)
class Asset:
    """A file that pages ask for: its name holds its hash, so that it may be kept for ever."""

    name: str
    content: bytes
    media: str


@cache
def assets() -> Mapping[str, Asset]:
    """Return the files of the pages by the name they have in the source."""
    found = {}
    for one in (resources.files("loopkeeper.web.pages") / "static").iterdir():
        stem, _, ending = one.name.rpartition(".")
        if ending in _MEDIA:
            content = one.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:12]
            found[one.name] = Asset(f"{stem}.{digest}.{ending}", content, _MEDIA[ending])
    return found


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("loopkeeper.web.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["key_address"] = key_address
    made.globals["asset"] = lambda name: f"/static/{assets()[name].name}"
    return made


@dataclass(frozen=True)
class Kit:
    """Makes pages for a request: the visitor is asked for once, words are in their language."""

    gate: Gate

    def page(
        self, request: Request, template: str, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """
        Return a page.

        Parameters
        ----------
        request : Request
            Whose.
        template : str
            Name of the file in ``templates``.
        status : int
            Of the answer.
        **values : Any
            What the template shows, all of it escaped there; ``who`` where that is known already.
        """
        who: Visitor | None = (
            values.pop("who") if "who" in values else visitor_of(self.gate, request)
        )
        language = language_of_page(request, who)
        text = (
            _templates()
            .get_template(template)
            .render(
                who=who,
                lang=str(language),
                language=language,
                w=partial(_worded, language),
                named=lambda family, name: name_of(family, name, language),
                told=lambda said: translated(said, language),
                age=partial(age, language=language),
                when=when,
                here=partial(_here, request),
                path=request.url.path,
                form_token=form_token(request),
                menu=[one for one in NAV if who is not None and who.may(one[2])],
                **values,
            )
        )
        answer = HTMLResponse(text, status)
        if request.query_params.get("lang") in set(Language):
            secure = request.url.scheme == "https"
            answer.set_cookie(
                TONGUE, str(language), _YEAR, httponly=True, samesite="lax", secure=secure
            )
        return answer


def _worded(language: Language, key: str, **figures: object) -> str:
    return word(key, language, **figures)


def _here(request: Request, **changes: object) -> str:
    """The address of this page with some of its questions changed; None takes one away."""
    given = [(k, v) for k, v in request.query_params.multi_items() if k not in {"lang", *changes}]
    kept = [(k, v) for k, v in (*given, *changes.items()) if v not in {None, ""}]
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path


def when(moment: datetime | None) -> str:
    """Return an instant in UTC, to the minute."""
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def age(moment: datetime | None, language: Language) -> str:
    """Return how long ago something was, in words."""
    if moment is None:
        return word("page.never", language)
    seconds = max(0.0, (datetime.now(UTC) - moment).total_seconds())
    for size, key in ((_DAY, "page.days_ago"), (_HOUR, "page.hours_ago")):
        if seconds >= 2 * size:
            return word(key, language, count=int(seconds // size))
    if seconds < _MINUTE:
        return word("page.just_now", language)
    return word("page.minutes_ago", language, count=int(seconds // _MINUTE))


@dataclass(frozen=True)
class Listing:
    """A table as it is asked for: the rows of a page of it, and how they are sorted."""

    rows: Sequence[Any]
    total: int
    page: int
    pages: int
    sort: str
    down: bool
    query: str

    def order(self, key: str) -> str:
        """Return ``aria-sort`` of a column."""
        if key != self.sort:
            return "none"
        return "descending" if self.down else "ascending"

    def next_order(self, key: str) -> str:
        """Return what a press on the head of a column asks for."""
        return f"-{key}" if key == self.sort and not self.down else key


def listed(
    request: Request,
    rows: Sequence[Any],
    keys: Mapping[str, Callable[[Any], Any]],
    words: Callable[[Any], str],
) -> Listing:
    """
    Return the rows that are asked for: found, sorted, a page of them.

    Parameters
    ----------
    request : Request
        With ``q``, ``sort`` (a key, ``-`` before it turns it) and ``page``.
    rows : sequence
        All of them, in the order they have where no other is asked for.
    keys : mapping
        What a column is sorted by.
    words : callable
        What a row is found by.
    """
    query = request.query_params.get("q", "").strip()[:100]
    found = [row for row in rows if query.casefold() in words(row).casefold()]
    asked = request.query_params.get("sort", "")
    sort, down = asked.lstrip("-"), asked.startswith("-")
    if sort in keys:
        found.sort(key=keys[sort], reverse=down)
    pages = max(1, -(-len(found) // ROWS))
    given = request.query_params.get("page", "1")
    page = min(pages, max(1, int(given))) if given.isdecimal() and len(given) < ROWS else 1
    part = found[(page - 1) * ROWS : page * ROWS]
    return Listing(part, len(found), page, pages, sort, down, query)
