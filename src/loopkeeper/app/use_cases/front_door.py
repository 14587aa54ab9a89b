"""Logging in and out: who comes with a password, a link or a session."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from loopkeeper.app.access import SERVICE, Actor, Failures, new_secret, secret_hash
from loopkeeper.app.members import ALL_PLANTS, ServiceMember, member_of, person
from loopkeeper.app.people import (
    FIRST_LINK,
    LONGEST,
    LONGEST_PASSWORD,
    AccountBook,
    OneTimeLink,
    Passwords,
    PersonAccount,
    PersonSession,
    Registry,
    good_password,
    login_name,
)
from loopkeeper.app.ports import Clock
from loopkeeper.app.second_factor import matching_step, new_key, new_spare, spare_hash
from loopkeeper.errors import AccessError, ConflictError, InputError, StoreError
from loopkeeper.plant.words import Language

_QUARTER: Final = 900.0
"""Wrong passwords are remembered so long. [s]"""
_BY_NAME, _BY_ADDRESS = 5, 30
"""Wrong passwords for a name, and from an address, before it waits. [-]"""
_TOUCH: Final = timedelta(minutes=1)
"""The use of a session is noted no more often."""
_PATIENCE: Final = timedelta(minutes=5)
"""A code is waited for so long."""
_BEGUN: Final = 1000
"""Log-ins that wait for a code at once. [-]"""
FIRST: Final = "admin"
"""Role of who comes by the first link."""


class CodeWantedError(AccessError):
    """The password was right; a code of the second key is wanted, with what ``begun`` names."""

    def __init__(self, begun: str) -> None:
        """For a log-in that has begun."""
        super().__init__("a code of the second key is wanted")
        self.begun = begun


class TooManyTriesError(AccessError):
    """Wrong passwords came too often; ``wait`` says for how long. [s]"""

    def __init__(self, wait: float) -> None:
        """After so many."""
        super().__init__("too many wrong passwords; wait a quarter of an hour")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Whence:
    """From which address somebody comes, with which browser, and what they read there."""

    address: str = ""
    agent: str = ""
    language: Language = Language.CHINESE


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody who is logged in."""

    session: PersonSession
    member: ServiceMember
    account: PersonAccount


@dataclass(frozen=True, kw_only=True)
class FrontDoor:
    """The door for persons; ``registry`` gives the books as somebody sees them."""

    registry: Callable[[Actor], Registry]
    passwords: Passwords
    clock: Clock
    by_name: Failures = field(default_factory=lambda: Failures(tries=_BY_NAME, window=_QUARTER))
    by_address: Failures = field(
        default_factory=lambda: Failures(tries=_BY_ADDRESS, window=_QUARTER)
    )
    begun: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def used(self) -> bool:
        """Whether there ever was an account: then nothing is open without."""
        return self._all.accounts.any()

    def first_link(self) -> str | None:
        """Return the secret of a link that makes the first administrator, while there is none."""
        books = self._all
        if books.accounts.any():
            return None
        secret, digest = new_secret()
        now = self.clock()
        books.accounts.make_link(
            OneTimeLink(
                sha256=digest,
                account="",
                made_at=now,
                made_by=SERVICE.name,
                ends_at=now + FIRST_LINK,
            )
        )
        return secret

    def log_in(self, name: str, password: str, whence: Whence) -> str | None:
        """
        Return the secret of a new session, None where name or password are wrong.

        A name that is nobody's takes as long and gets the same answer.

        Raises
        ------
        TooManyTriesError
            When wrong ones came too often for the name or from the address.
        CodeWantedError
            When the account has a second key: :meth:`log_in_by_code` goes on.
        """
        who = _as_kept(name)
        wait = max(self.by_name.wait(who), self.by_address.wait(whence.address))
        if wait:
            raise TooManyTriesError(wait)
        self.by_name.note(who)  # before the hash is made: many at once are counted too
        self.by_address.note(whence.address)
        found = self._all.accounts.account(who)
        kept = "" if found is None else found.password
        right = self.passwords.matches(kept, password[: LONGEST_PASSWORD + 1])
        if found is None or not right or self._member(found) is None:
            if found is not None and self.by_name.wait(who):
                self._of(found).trail.add("", "person.locked", whence.address)
            return None
        self.by_name.forgive(who)
        self.by_address.forgive(whence.address)
        if self._all.accounts.key(who).counts:
            secret, digest = new_secret()
            while len(self.begun) >= _BEGUN:
                del self.begun[next(iter(self.begun))]
            self.begun[digest] = (who, self.clock() + _PATIENCE)
            raise CodeWantedError(secret)
        return self._begin(found, whence)

    def log_in_by_code(self, begun: str, code: str, whence: Whence) -> str | None:
        """
        Go on with a log-in by a code of the second key, or a spare one; each counts once.

        Returns
        -------
        str or None
            The secret of a session, None where the code is wrong or the log-in too old.

        Raises
        ------
        TooManyTriesError
            When wrong ones came too often.
        """
        who, until = self.begun.get(secret_hash(begun), ("", self.clock()))
        found = self._all.accounts.account(who) if self.clock() < until else None
        if found is None or self._member(found) is None:
            return None
        tried = f"code {who}"
        if wait := self.by_name.wait(tried):
            raise TooManyTriesError(wait)
        self.by_name.note(tried)
        if not code_counts(self._all.accounts, who, code, self.clock()):
            return None
        self.by_name.forgive(tried)
        self.begun.pop(secret_hash(begun), None)
        return self._begin(found, whence)

    def seen(self, secret: str) -> Presence | None:
        """Return who comes with the secret of a session, None where it opens nothing."""
        books, now = self._all, self.clock()
        session = books.accounts.session(secret_hash(secret))
        if session is None or not session.holds(now):
            return None
        account = books.accounts.account(session.account)
        member = None if account is None else self._member(account)
        if account is None or member is None:
            return None
        if now - session.seen_at > _TOUCH:
            with suppress(StoreError):  # a disk that takes nothing keeps nobody out
                books.accounts.touch(session)
        return Presence(session, member, account)

    def log_out(self, who: Presence) -> None:
        """End a session."""
        self._of(who.account).accounts.end(who.session)

    def invited(self, secret: str) -> OneTimeLink | None:
        """Return the link of a secret, None where it opens nothing any more."""
        return self._all.accounts.link(secret_hash(secret))

    def accept(self, secret: str, name: str, password: str, whence: Whence) -> str:
        """
        Set the password of who was sent a link; their other sessions end.

        Parameters
        ----------
        secret : str
            Of the link.
        name : str
            Of the account, where the link leaves it open.
        password : str
            The new one.
        whence : Whence
            Of the new session.

        Returns
        -------
        str
            The secret of a session.

        Raises
        ------
        ConflictError
            When the link was used or has run out.
        InputError
            When name or password cannot be.
        """
        link = self.invited(secret)
        if link is None:
            raise ConflictError("this link was used already")
        who = link.account or login_name(name)
        hashed = self.passwords.hashed(good_password(password, who))
        books = self.registry(Actor(who, link.organisation))
        with books.at_once():
            books.accounts.use(link, who)
            known = books.accounts.account(who)
            if not link.account:
                if known is not None:
                    raise InputError(f"there is a {who!r} already")
                books.members.put(person(who, FIRST, ALL_PLANTS))
            begun = known or PersonAccount(name=who)
            if not begun.password:
                begun = replace(begun, language=whence.language)
            account = self._set(books, begun, hashed)
            if books.accounts.key(who).secret:  # whoever lost the device asks for a link
                key_ended(books, who)
            books.trail.add("", "person.password", "link")
            return self._begin(account, whence)

    def change_password(self, who: Presence, old: str, new: str, whence: Whence) -> str:
        """
        Set another password; every session ends, and a new one begins.

        Returns
        -------
        str
            The secret of the new session.

        Raises
        ------
        InputError
            When the old one is wrong, or the new one cannot be.
        TooManyTriesError
            When wrong ones came too often.
        """
        name = who.account.name
        if wait := self.by_name.wait(name):
            raise TooManyTriesError(wait)
        if not self.passwords.matches(who.account.password, old[: LONGEST_PASSWORD + 1]):
            self.by_name.note(name)
            raise InputError("the present password is another")
        hashed = self.passwords.hashed(good_password(new, name))
        books = self._of(who.account)
        with books.at_once():
            account = self._set(books, who.account, hashed)
            books.trail.add("", "person.password", "")
            return self._begin(account, whence)

    def _set(self, books: Registry, account: PersonAccount, hashed: str) -> PersonAccount:
        """The account with another password, and no session."""
        for session in books.accounts.sessions(account.name):
            books.accounts.end(session)
        return books.accounts.put(replace(account, password=hashed))

    def _begin(self, account: PersonAccount, whence: Whence) -> str:
        secret, digest = new_secret()
        now, books = self.clock(), self._of(account)
        with books.at_once():
            books.accounts.begin(
                PersonSession(
                    sha256=digest,
                    organisation=account.organisation,
                    account=account.name,
                    made_at=now,
                    ends_at=now + LONGEST,
                    address=whence.address[:100],
                    agent=whence.agent[:200],
                    seen_at=now,
                )
            )
            books.trail.add("", "person.log_in", whence.address[:100])
        return secret

    def _member(self, account: PersonAccount) -> ServiceMember | None:
        """What the person may do now; None who takes part no more."""
        found = member_of(self._of(account).members, account.name)
        return found if found is not None and found.active and found.role else None

    def _of(self, account: PersonAccount) -> Registry:
        return self.registry(Actor(account.name, account.organisation))

    @property
    def _all(self) -> Registry:
        return self.registry(SERVICE)


def _as_kept(name: str) -> str:
    """A name as accounts are kept by; what is none is nobody's."""
    try:
        return login_name(name)
    except InputError:
        return ""


def code_counts(book: AccountBook, name: str, code: str, now: datetime) -> bool:
    """Whether a code is of an account's second key, or a spare one, and was not used before."""
    key = book.key(name)
    step = matching_step(key.secret, code, now) if key.secret else None
    if step is not None:
        return book.use_code(name, str(step))
    spare = spare_hash(code)
    return spare in key.spare and book.use_code(name, spare)


def key_begun(registry: Registry, name: str) -> str:
    """Return a new second key of an account; it counts once a code of it is given."""
    known = registry.accounts.key(name)
    if known.counts:
        raise InputError("there is a second key already; end it first")
    made = new_key()
    with registry.at_once():
        registry.accounts.put_key(replace(known, secret=made, confirmed=False, spare=()))
        registry.trail.add("", "person.key_begin", "")
    return made


def key_confirmed(registry: Registry, name: str, code: str, now: datetime) -> tuple[str, ...]:
    """Let the second key count from now on; return the spare codes, which are shown once."""
    known = registry.accounts.key(name)
    with registry.at_once():
        if known.counts or not code_counts(registry.accounts, name, code, now):
            raise InputError("this code is wrong; look at the clock of the device")
        codes, spare = new_spare()
        registry.accounts.put_key(replace(known, confirmed=True, spare=spare))
        registry.trail.add("", "person.key", "")
    return codes


def key_ended(registry: Registry, name: str) -> None:
    """Take the second key of an account away."""
    with registry.at_once():
        known = registry.accounts.key(name)
        registry.accounts.put_key(replace(known, secret="", confirmed=False, spare=()))
        registry.trail.add("", "person.key_end", name)


def language_set(registry: Registry, account: PersonAccount, language: Language) -> PersonAccount:
    """Keep the language that somebody reads."""
    with registry.at_once():
        kept = registry.accounts.put(replace(account, language=language))
        registry.trail.add("", "person.language", str(language))
    return kept
