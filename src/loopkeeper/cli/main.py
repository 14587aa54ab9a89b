"""
The command line: the same use cases as from Python, one command each.

Exit codes: 0 fine; 1 the plant or its data have problems (they are listed); 2 wrong use.
Standard output carries the answer only; progress and cautions go to standard error. A command is
imported when it is asked for, so that none waits for what the others need.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import current_process, parent_process
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

from loopkeeper import __version__
from loopkeeper.cli.tongue import refusals, speak, teach, told

WRONG_USE: Final = 2
"""Exit code when the command line itself cannot be read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command stands: module of ``loopkeeper.cli``, its name there, what it does."""

    module: str
    name: str
    does: str


COMMANDS: Final[Mapping[str, Place]] = {
    "init": Place(
        "init",
        "init",
        "Begin a dossier: the least that is sound, and a list of what to add to it next.",
    ),
    "check": Place(
        "loop",
        "check",
        "Read a dossier and its telemetry and list everything that is wrong or missing.",
    ),
    "evaluate": Place(
        "loop",
        "evaluate",
        "Compare promised, expected and measured performance at the same delivered heat.",
    ),
    "diagnose": Place(
        "loop",
        "diagnose",
        "Explain the shortfall in kWh, by cause, with uncertainty and evidence.",
    ),
    "watch": Place(
        "watch",
        "watch",
        "Chart the electricity against the plant's own model, replay its days; exit 1 on a shift.",
    ),
    "report": Place(
        "report",
        "report",
        "Write a report of the period, the diagnosis or the records; HTML, PDF or Word.",
    ),
    "standards": Place("standards", "app", "Standards as data: shown, edited, checked, applied."),
    "fleet": Place(
        "fleet",
        "fleet",
        "Compare plants: distributions, outliers, and the share of the kinds of deviation.",
    ),
    "bill": Place(
        "report",
        "bill",
        "Bill rooms that have meters of their own, by tariff band, with their part of the shared.",
    ),
    "survey": Place(
        "survey",
        "app",
        "Interpret field tests: what can the ground give, and how surely?",
    ),
    "design": Place("design", "app", "Check and size a design, with its uncertainty."),
    "build": Place(
        "build", "app", "Construction: a ledger of hidden works, held against the drawings."
    ),
    "commission": Place(
        "commission",
        "app",
        "Commissioning: trials planned, written down, judged by what was logged.",
    ),
    "handover": Place(
        "handover",
        "app",
        "Hand-over: all that belongs to a plant, and whether it is as it was packed.",
    ),
    "points": Place("points", "app", "Point lists: suggested from names, checked."),
    "alarms": Place("alarms", "app", "Alarms: suggested for a plant, checked."),
    "serve": Place(
        "serve",
        "serve",
        "Receive, keep and share readings until stopped; nothing acknowledged is lost.",
    ),
    "play": Place(
        "serve",
        "play",
        "Play a recorded plant through a real broker, for a service that listens to it.",
    ),
    "store": Place("serve", "store_app", "Look after the files of a telemetry store."),
    "access": Place("access", "app", "Access: who may come in at a service, and their tokens."),
    "token": Place(
        "serve",
        "token",
        "Make a token: the secret is shown once, its hash goes into the configuration.",
    ),
    "virtual": Place(
        "virtual",
        "virtual",
        "Write a virtual plant with known faults, as a complete dossier, and the truth beside it.",
    ),
    "demo": Place(
        "report",
        "demo",
        "Diagnose the plant that comes with the program and write its reports.",
    ),
}
"""Every command in the order of the loop; what it does is what its own help begins with."""


class Commands(TyperGroup):
    """All commands by name and a line of help, each imported when it is asked for."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {
            name: TyperCommand(name, help=escape(place.does)) for name, place in COMMANDS.items()
        }

    def resolve_command(  # type: ignore[override]
        self, ctx: typer.Context, args: list[str]
    ) -> tuple[str | None, object, list[str]]:
        """Return the command that is run, the whole of it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, None if command is None or name is None else whole_command(name), rest

    def main(self, args: Sequence[str] | None = None, *more: Any, **named: Any) -> Any:
        """Run, in the language that the arguments or the locale ask for."""
        speak(sys.argv[1:] if args is None else args)
        teach(self)
        return super().main(args, *more, **named)

    def make_context(self, *given: Any, **named: Any) -> Any:
        """Parse the arguments."""
        with refusals():
            return super().make_context(*given, **named)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that is asked for."""
        with refusals():
            return super().invoke(ctx)


def whole_command(name: str) -> Any:
    """
    Import a command with all its options and commands of its own.

    Parameters
    ----------
    name : str
        One of :data:`COMMANDS`.

    Returns
    -------
    command or group of commands
        Whose brackets are shown as they are written.
    """
    place = COMMANDS[name]
    found = getattr(import_module(f"loopkeeper.cli.{place.module}"), place.name)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command()(found)
        found = alone
    command = get_command(found)
    command.name = name
    teach(command)
    _escape(command)
    return command


def _escape(command: Any) -> None:
    """Say that brackets in help are brackets: a unit or a table's name, no markup."""
    command.help = escape(command.help or "")
    for one in command.params:
        if text := getattr(one, "help", None):
            one.help = escape(text)
    for below in getattr(command, "commands", {}).values():
        _escape(below)


app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False)


def _say_version(asked: object) -> None:
    if asked:
        typer.echo(f"loopkeeper {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Say the version and stop.", callback=_say_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Loopkeeper 地源管家: keeps ground-source heat pump plants delivering what was promised."""
    del version  # said before anything else


def main() -> None:
    """Run the command line; who asks for JSON gets it for wrong use too."""
    if _imported_by_worker():
        return
    if "--json" not in sys.argv:
        app()
        return
    try:
        sys.exit(app(standalone_mode=False))
    except TyperException as error:
        typer.echo(json.dumps({"error": told(str(error))}, ensure_ascii=False))
        sys.exit(WRONG_USE)


def _imported_by_worker() -> bool:
    """Whether a spawned process, not yet at its work, imports a script that calls unguarded."""
    return current_process().name != "MainProcess" and parent_process() is None
