"""Answers about who may come in at a service."""

from typing_extensions import TypedDict


class MemberForm(TypedDict):
    """
    A person or program as it is now: what it may do, with which plants (``*`` is all).

    ``role`` is a person's; a program's is empty.
    """

    name: str
    role: str
    scopes: list[str]
    plants: list[str]
    active: bool
    version: int
    changed_at: str | None
    changed_by: str


class KeptTokenForm(TypedDict):
    """A token without its secret; ``state`` is holds, ended or ran_out."""

    id: str
    member: str
    state: str
    calls_per_minute: int
    made_at: str | None
    made_by: str
    ends_at: str | None


class IssuedTokenForm(KeptTokenForm):
    """A token that was made now; its secret is shown once."""

    secret: str


class InvitedForm(TypedDict):
    """A person who was let in: the path of the link that sets a password, once."""

    name: str
    path: str
    ends_at: str


class AccessForm(TypedDict):
    """Members and tokens."""

    members: list[MemberForm]
    tokens: list[KeptTokenForm]
