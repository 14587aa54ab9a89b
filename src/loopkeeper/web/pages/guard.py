"""Who asks for a page, and what they may: every page asks here, none by itself."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import HTTPException, Request

from loopkeeper.app.access import OPEN_RIGHTS, RIGHTS, Actor
from loopkeeper.app.use_cases.front_door import Presence
from loopkeeper.plant.words import Language
from loopkeeper.web.access import Gate, cookie_name, from_own_page

TONGUE = "loopkeeper_lang"
"""Cookie of the language that was chosen on a page."""


class StrangerError(Exception):
    """Nobody is logged in, and the page is not for everybody."""


@dataclass(frozen=True)
class Visitor:
    """
    Who asks for a page.

    ``rights`` are actions of the table of roles; ``presence`` is None for who is not logged in,
    which somebody at this machine need not be while nobody has an account.
    """

    actor: Actor
    rights: tuple[str, ...]
    presence: Presence | None

    def may(self, action: str) -> bool:
        """Whether an action is theirs."""
        return action in self.rights


def visitor_of(gate: Gate, request: Request) -> Visitor | None:
    """
    Return who asks for a page.

    Parameters
    ----------
    gate : Gate
        Of the service.
    request : Request
        With the cookie of a session, or of a program on this machine while the door is open.
    """
    if gate.open_to(request):
        return Visitor(Actor("loopback"), OPEN_RIGHTS, None)
    who = gate.presence(request)
    if who is None:
        return None
    organisation, plants = who.session.organisation, frozenset(who.member.plants)
    seen = None if "*" in plants else plants
    actor = Actor(who.account.name, organisation, frozenset() if organisation else seen)
    return Visitor(actor, RIGHTS[who.member.role], who)


def needs(gate: Gate, action: str) -> Callable[[Request], Visitor]:
    """
    Return what admits who may do something, and nobody else.

    It raises StrangerError for who has to log in, HTTPException 403 for who may not.
    """

    def admitted(request: Request) -> Visitor:
        who = visitor_of(gate, request)
        if who is None:
            raise StrangerError
        if not who.may(action):
            raise HTTPException(403, "your role may not do this")
        return who

    return admitted


def form_token(request: Request) -> str:
    """Return what a form of who is logged in has to send back: nobody else can know it."""
    secret = request.cookies.get(cookie_name(request), "")
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def refuse_elsewhere(request: Request) -> None:
    """Refuse what no page of ours sends, before anything of it is read."""
    if not from_own_page(request):
        raise HTTPException(403, "a page from elsewhere may not do this")


def refuse_forged(request: Request, given: str) -> None:
    """Refuse a form that was not made for who sends it."""
    if not hmac.compare_digest(form_token(request).encode(), given.encode()):
        raise HTTPException(403, "this form is no longer good; open the page again")


def language_of_page(request: Request, who: Visitor | None) -> Language:
    """Return the language of a page: asked for, chosen before, the person's, the browser's."""
    chosen = request.query_params.get("lang") or request.cookies.get(TONGUE)
    if chosen in set(Language):
        return Language(chosen)
    if who is not None and who.presence is not None:
        return who.presence.account.language
    first = request.headers.get("accept-language", "zh").strip().lower()
    return Language.ENGLISH if first.startswith("en") else Language.CHINESE
