"""``loopkeeper access``: who may come in at a service, what they may do, and their tokens."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from loopkeeper.app.access import Actor
from loopkeeper.app.answers.access import invited_json, members_json, token_json, token_state
from loopkeeper.app.members import RATE, IssuedToken, ServiceMember, member_of
from loopkeeper.app.people import INVITED
from loopkeeper.app.use_cases.people_desk import PeopleDesk
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.cli.tongue import tongue
from loopkeeper.plant.words import name_of, word

app = screen.commands("Access: who may come in at a service, and their tokens.")
Config = Annotated[Path, typer.Argument(help="TOML of a service, or the folder of its store.")]
Who = Annotated[str, typer.Argument(help="Name of a member.")]
By = Annotated[
    str | None, typer.Option(help="Who changes it; the user of this machine when left out.")
]


@app.command(name="list")
def list_members(config: Config, as_json: options.AsJson = False) -> None:
    """Show members as they are now, and every token ever made."""
    with screen.spoken(), _desk(config, None) as desk:
        members, tokens = desk.books.members.all(), desk.books.members.tokens()
    now = datetime.now(UTC)
    if as_json:
        screen.print_json(members_json(members, tokens, now))
        return
    screen.out.print(_members(members))
    if tokens:
        screen.out.print(_tokens(tokens, now))


@app.command()
def member(
    config: Config,
    name: Who,
    scope: Annotated[list[str] | None, typer.Option(help="read, write, admin.")] = None,
    plant: Annotated[list[str] | None, typer.Option(help="Id of a plant; * is all.")] = None,
    out: Annotated[
        bool | None, typer.Option("--out/--in", help="Takes part no more, or again.")
    ] = None,
    by: By = None,
    as_json: options.AsJson = False,
) -> None:
    """Add a member or change what it may do; what is left out stays as it is."""
    with screen.spoken(), _desk(config, by) as desk:
        known = member_of(desk.books.members, name) or ServiceMember(name=name)
        changed = replace(
            known,
            scopes=tuple(scope) if scope else known.scopes,
            plants=tuple(plant) if plant else known.plants,
            active=known.active if out is None else not out,
        )
        kept = desk.keep(changed)
    if as_json:
        screen.print_json(members_json((kept,), (), datetime.now(UTC)))
    else:
        screen.out.print(_members((kept,)))


@app.command()
def invite(
    config: Config,
    name: Annotated[str, typer.Argument(help="Name to log in with.")],
    role: Annotated[
        str | None,
        typer.Option(help="operator, engineer, evaluator, site, partner, owner, admin."),
    ] = None,
    plant: Annotated[list[str] | None, typer.Option(help="Id of a plant; * is all.")] = None,
    by: By = None,
    as_json: options.AsJson = False,
) -> None:
    """Let a person in by a link that sets a password; who is known gets a new one."""
    with screen.spoken(), _desk(config, by) as desk:
        secret = desk.let_in(name, role, plant or ())
        until = desk.clock() + INVITED
    if as_json:
        screen.print_json(invited_json(name, secret, until))
        return
    screen.err.print(f"[bold]{word('cli.link_once', tongue(), until=_day(until))}[/]")
    screen.out.print(f"/invited/{secret}", soft_wrap=True, highlight=False)


@app.command()
def token(
    config: Config,
    name: Who,
    days: Annotated[float | None, typer.Option(min=0, help="It holds so long.")] = None,
    per_minute: Annotated[int, typer.Option(min=1, help="Calls a minute.")] = RATE,
    by: By = None,
    as_json: options.AsJson = False,
) -> None:
    """Make a token for a member: the secret is shown once; it holds from now on."""
    with screen.spoken(), _desk(config, by) as desk:
        secret, made = desk.make_token(name, days, per_minute)
    if as_json:
        screen.print_json(token_json(secret, made, datetime.now(UTC)))
        return
    screen.err.print(f"[bold]{word('cli.shown_once', tongue())}[/]")
    screen.out.print(secret, soft_wrap=True, highlight=False)


@app.command()
def end(
    config: Config,
    token: Annotated[str, typer.Argument(help="First digits of its hash, as `list` shows.")],
    by: By = None,
    as_json: options.AsJson = False,
) -> None:
    """End a token at once and for ever, also for a service that runs."""
    with screen.spoken(), _desk(config, by) as desk:
        tokens = (desk.end_token(token),)
    if as_json:
        screen.print_json(members_json((), tokens, datetime.now(UTC)))
    else:
        screen.out.print(_tokens(tokens, datetime.now(UTC)))


@contextmanager
def _desk(config: Path, by: str | None) -> Iterator[PeopleDesk]:
    """The people of a service by its settings, or by the folder of its store."""
    settings, store = (None, config) if config.suffix != ".toml" else (config, None)
    whose = by or _user()
    with outside.memberships.opened(settings, store, whose) as books:
        yield PeopleDesk(books=books, actor=Actor(whose), clock=lambda: datetime.now(UTC))


def _user() -> str:
    """Who sits at this machine, as it knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "terminal"


def _members(members: tuple[ServiceMember, ...]) -> Table:
    heads = (
        "access.member",
        "access.role",
        "access.scopes",
        "access.plants",
        "access.state",
        "access.changed",
    )
    table = screen.table_of(heads, tongue(), left=range(len(heads)))
    for one in members:
        state = word("access.in" if one.active else "access.out", tongue())
        changed = f"{_day(one.changed_at)} {one.changed_by}"
        role = name_of("user_role", one.role, tongue())
        told = (", ".join(one.scopes), ", ".join(one.plants))
        cells = (one.name, role, *told, state, changed)
        table.add_row(*map(escape, cells))
    return table


def _tokens(tokens: tuple[IssuedToken, ...], now: datetime) -> Table:
    heads = ("access.token", "access.member", "access.state", "access.made", "access.until")
    table = screen.table_of(heads, tongue(), left=range(5))
    for one in tokens:
        state = word(f"access.{token_state(one, now)}", tongue())
        until = _day(one.ended_at or one.ends_at)
        made = f"{_day(one.made_at)} {one.made_by}"
        table.add_row(*map(escape, (one.id, one.member, state, made, until)))
    return table


def _day(time: datetime | None) -> str:
    return "" if time is None else f"{time:%Y-%m-%d %H:%M}"
