"""Members and tokens as plain data, for programs."""

from collections.abc import Sequence
from datetime import datetime

from loopkeeper.app.answers.forms.access import (
    AccessForm,
    InvitedForm,
    IssuedTokenForm,
    KeptTokenForm,
    MemberForm,
)
from loopkeeper.app.members import IssuedToken, ServiceMember


def members_json(
    members: Sequence[ServiceMember], tokens: Sequence[IssuedToken], now: datetime
) -> AccessForm:
    """Return members and tokens."""
    return {
        "members": [_member(one) for one in members],
        "tokens": [_token(one, now) for one in tokens],
    }


def token_json(secret: str, one: IssuedToken, now: datetime) -> IssuedTokenForm:
    """Return a new token with its secret, which nobody is shown again."""
    return {**_token(one, now), "secret": secret}


def invited_json(name: str, secret: str, until: datetime) -> InvitedForm:
    """Return the address by which somebody sets a password, which nobody is shown again."""
    return {"name": name, "path": f"/invited/{secret}", "ends_at": until.isoformat()}


def token_state(one: IssuedToken, now: datetime) -> str:
    """Return ``holds``, ``ended`` or ``ran_out``."""
    if one.holds(now):
        return "holds"
    return "ran_out" if one.ended_at is None else "ended"


def _member(one: ServiceMember) -> MemberForm:
    return {
        "name": one.name,
        "role": one.role,
        "scopes": list(one.scopes),
        "plants": list(one.plants),
        "active": one.active,
        "version": one.version,
        "changed_at": _text(one.changed_at),
        "changed_by": one.changed_by,
    }


def _token(one: IssuedToken, now: datetime) -> KeptTokenForm:
    return {
        "id": one.id,
        "member": one.member,
        "state": token_state(one, now),
        "calls_per_minute": one.per_minute,
        "made_at": _text(one.made_at),
        "made_by": one.made_by,
        "ends_at": _text(one.ended_at or one.ends_at),
    }


def _text(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(timespec="seconds")
