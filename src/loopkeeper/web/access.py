"""Who may do what over HTTP: tokens with scopes, plants and rates; only their hashes are known."""

import logging
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import HTTPException, Request

from loopkeeper.app.access import SCOPES, Actor, Failures, loopback, secret_hash
from loopkeeper.app.members import RATE, MemberBook
from loopkeeper.app.use_cases.front_door import FrontDoor, Presence


@dataclass(frozen=True)
class Token:
    """
    A token by the hash of its secret: scopes, plants (``*`` is all) and calls a minute.

    Plants are those of the service's own organisation: another one's sees none of them.
    """

    name: str
    sha256: str
    scopes: tuple[str, ...] = ("read",)
    plants: tuple[str, ...] = ("*",)
    per_minute: int = 600

    @property
    def organisation(self) -> str:
        """Whose it is: the service's own."""
        return ""

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Token":
        """Return the token of a table of the settings."""
        given: dict[str, Any] = dict(table)
        lists = {k: tuple(v) for k, v in table.items() if isinstance(v, list)}
        return cls(**(given | lists))

    def sees(self, plant: str) -> bool:
        """Whether it may see a plant."""
        return not self.organisation and ("*" in self.plants or plant in self.plants)

    def actor(self) -> Actor:
        """Return who asks with it, for repositories that give each only what is theirs."""
        plants = () if self.organisation else self.plants
        seen = None if "*" in plants else frozenset(plants)
        return Actor(self.name, self.organisation, seen)


@dataclass(frozen=True)
class _SessionToken(Token):
    """What somebody may who is logged in, of an organisation."""

    of_organisation: str = ""

    @property
    def organisation(self) -> str:
        """Whose the session is."""
        return self.of_organisation


@dataclass
class _Bucket:
    level: float
    at: float


def _from_here(request: Request) -> bool:
    """Whether this machine asks, and no page from elsewhere through a browser on it."""
    names = [request.headers.get("host", ""), *request.headers.getlist("origin")]
    bare = (re.sub(r":\d+$", "", name.rpartition("/")[2]).strip("[]") for name in names)
    client = request.client.host if request.client else ""
    return loopback(client) and all(loopback(name) for name in bare)


COOKIE = "loopkeeper"
"""Cookie of a session."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def cookie_name(request: Request) -> str:
    """Return the name of the cookie of a session; over TLS one that nobody else can set."""
    return f"__Host-{COOKIE}" if request.url.scheme == "https" else COOKIE


def from_own_page(request: Request) -> bool:
    """Whether one of our own pages asks, as the browser says; who says nothing is none."""
    if site := request.headers.get("sec-fetch-site"):
        return site == "same-origin"
    scheme, _, host = request.headers.get("origin", "").partition("://")
    return scheme in {"http", "https"} and host == request.headers.get("host")


@dataclass
class Gate:
    """
    Checks tokens, those of the settings and those of the records, and sessions.

    Where there never was any, and no other address is listened on (``abroad``), only this
    machine's programs may come in.
    """

    tokens: Sequence[Token]
    members: MemberBook | None = None
    door: FrontDoor | None = None
    abroad: bool = False
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    failures: Failures = field(default_factory=Failures)
    _closed: bool = False

    def admit(self, request: Request, scope: str, plant: str | None = None) -> Token:
        """
        Return the token of a request for what is of the whole service.

        Parameters
        ----------
        request : Request
            With ``Authorization: Bearer …``, or the cookie of a session.
        scope : str
            What it is about to do.
        plant : str, optional
            With which plant.

        Raises
        ------
        HTTPException
            401 without a known token, 403 out of its scope or plants, 429 too often.
        """
        token = self._admitted(request, scope, plant)
        if token.organisation:
            raise HTTPException(403, f"{token.name!r} is of another organisation")
        return token

    def actor(self, request: Request, scope: str, plant: str | None = None) -> Actor:
        """Return who asks, for repositories that give each only what is theirs; see `admit`."""
        return self._admitted(request, scope, plant).actor()

    def closed(self) -> bool:
        """Whether one has to say who one is; what was closed once stays closed."""
        self._closed = self._closed or bool(
            self.tokens
            or self.abroad
            or (self.members and self.members.guarded())
            or (self.door and self.door.used())
        )
        return self._closed

    def open_to(self, request: Request) -> bool:
        """Whether who asks need not say who they are."""
        return not self.closed() and _from_here(request)

    def presence(self, request: Request) -> Presence | None:
        """Return who is logged in with the cookie of a request."""
        secret = request.cookies.get(cookie_name(request))
        return self.door.seen(secret) if self.door and secret else None

    def _admitted(self, request: Request, scope: str, plant: str | None) -> Token:
        token = self._token(request)
        if scope not in token.scopes and "admin" not in token.scopes:
            raise HTTPException(403, f"token {token.name!r} has no scope {scope!r}")
        if plant is not None and not token.sees(plant):
            raise HTTPException(403, f"token {token.name!r} may not see plant {plant!r}")
        self._spend(token)
        return token

    def _token(self, request: Request) -> Token:
        if not self.closed():
            if _from_here(request):
                return Token("loopback", "", SCOPES, per_minute=10**9)
            raise HTTPException(401, "no token is configured: only loopback may come in")
        kind, _, secret = request.headers.get("authorization", "").partition(" ")
        given = secret_hash(secret.strip()) if kind.lower() == "bearer" else ""
        for token in self.tokens:
            if secrets.compare_digest(token.sha256, given):
                return token
        if given and (kept := self._kept(given)):
            return kept
        if given:
            self._refuse(request)
        if not given and (who := self.presence(request)):
            return self._session(request, who)
        raise HTTPException(
            401, "send Authorization: Bearer TOKEN", {"WWW-Authenticate": "Bearer"}
        )

    def _session(self, request: Request, who: Presence) -> Token:
        """What somebody may who is logged in; what changes anything only from our own pages."""
        if request.method not in _SAFE and not from_own_page(request):
            raise HTTPException(403, "a page from elsewhere may not do this")
        one, whose = who.member, who.session
        return _SessionToken(
            one.name, whose.sha256, one.scopes, one.plants, RATE, whose.organisation
        )

    def _kept(self, given: str) -> Token | None:
        """The token of a member, as the records have it now."""
        found = self.members.holder(given) if self.members else None
        if found is None:
            return None
        owner, token = found
        return Token(owner.name, token.sha256, owner.scopes, owner.plants, token.per_minute)

    def _refuse(self, request: Request) -> None:
        """Log a wrong token without showing it; an address with too many of them waits."""
        address = request.client.host if request.client else ""
        if wait := self.failures.wait(address):
            head = {"Retry-After": f"{max(1, round(wait))}"}
            raise HTTPException(429, "too many wrong tokens", head)
        self.failures.note(address)
        logging.getLogger("loopkeeper.web").warning("wrong token from %s", address)

    def _spend(self, token: Token) -> None:
        now, rate = time.monotonic(), token.per_minute / 60.0
        bucket = self._buckets.setdefault(token.name, _Bucket(float(token.per_minute), now))
        bucket.level = min(token.per_minute, bucket.level + rate * (now - bucket.at))
        bucket.at = now
        if bucket.level < 1:
            wait = (1 - bucket.level) / rate
            raise HTTPException(429, "too many calls", {"Retry-After": f"{max(1, round(wait))}"})
        bucket.level -= 1
