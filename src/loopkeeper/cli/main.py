"""
The command line: the same use cases as from Python, one command each.

Exit codes: 0 fine; 1 the plant or its data have problems (they are listed); 2 wrong use.
Standard output carries the answer only; progress and cautions go to standard error. A command is
imported when it is asked for, so that none waits for what the others need.
"""

import json
import sys
from collections.abc import Mapping
from importlib import import_module
from multiprocessing import current_process, parent_process
from typing import Final

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

WRONG_USE: Final = 2
"""Exit code when the command line itself cannot be read."""
COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "check": ("loop", "check"),
    "evaluate": ("loop", "evaluate"),
    "diagnose": ("loop", "diagnose"),
    "watch": ("watch", "watch"),
    "report": ("report", "report"),
    "standards": ("standards", "app"),
    "fleet": ("fleet", "fleet"),
    "bill": ("report", "bill"),
    "survey": ("survey", "app"),
    "design": ("design", "app"),
    "points": ("points", "app"),
    "alarms": ("alarms", "app"),
    "serve": ("serve", "serve"),
    "play": ("serve", "play"),
    "store": ("serve", "store_app"),
    "token": ("serve", "token"),
    "virtual": ("loop", "virtual"),
    "demo": ("loop", "demo"),
}
"""Where each command stands: module of ``loopkeeper.cli`` and name."""


class Commands(TyperGroup):
    """All commands by name, each imported when it is asked for."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """Return their names in the order of the loop."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> object:  # type: ignore[override]
        """Return a command, None where there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name]
        found = getattr(import_module(f"loopkeeper.cli.{module}"), attribute)
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            alone.command()(found)
            found = alone
        command = get_command(found)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Loopkeeper 地源管家: keeps ground-source heat pump plants delivering what was promised.",
)  # fmt: skip


@app.callback()
def root() -> None:
    """Loopkeeper 地源管家: keeps ground-source heat pump plants delivering what was promised."""


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
        typer.echo(json.dumps({"error": str(error)}, ensure_ascii=False))
        sys.exit(WRONG_USE)


def _imported_by_worker() -> bool:
    """Whether a spawned process, not yet at its work, imports a script that calls unguarded."""
    return current_process().name != "MainProcess" and parent_process() is None
