"""
The command line: the same use cases as from Python, one command each.

Exit codes: 0 fine; 1 the plant or its data have problems (they are listed); 2 wrong use.
Standard output carries the answer only; progress and cautions go to standard error.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import numpy as np
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from loopkeeper import __version__
from loopkeeper.adapters import answers, reading
from loopkeeper.adapters.files.read import inspect_dossier
from loopkeeper.adapters.report.render import render_report
from loopkeeper.adapters.virtual.build import build_virtual_plant
from loopkeeper.adapters.virtual.causes import parse_cause
from loopkeeper.app.closing_the_loop import diagnose_plant, evaluate_plant
from loopkeeper.errors import InputError, LoopkeeperError
from loopkeeper.lifecycle.diagnose.result import Diagnosis
from loopkeeper.lifecycle.evaluate.result import Evaluation
from loopkeeper.measure.series import Period
from loopkeeper.plant.verdict import Severity, Verdict

FINE, PROBLEMS, WRONG_USE = 0, 1, 2

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Loopkeeper 地源管家: keeps ground-source heat pump plants delivering what was promised.",
)
out = Console()
err = Console(stderr=True)

PlantFolder = Annotated[Path, typer.Argument(help="Folder of a dossier (holds plant.toml).")]
PeriodText = Annotated[
    str | None,
    typer.Option("--period", help="Local dates A/B, half-open; default: last full year of data."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Language = Annotated[str, typer.Option("--lang", help="zh or en.")]


@contextmanager
def _working(text: str) -> Iterator[Callable[[float], None]]:
    """Show a bar on standard error while something longer than a second goes on."""
    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    )  # fmt: skip
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(text, total=1.0)
        yield lambda share: progress.update(task, completed=share)


def _fail(error: LoopkeeperError) -> NoReturn:
    """Say what went wrong, without a traceback."""
    err.print(f"[bold red]✗[/] {error}", highlight=False)
    raise typer.Exit(WRONG_USE if isinstance(error, InputError) and _usage(error) else PROBLEMS)


def _usage(error: InputError) -> bool:
    return getattr(error, "usage", False)


def _language(language: str) -> str:
    if language not in {"zh", "en"}:
        raise typer.BadParameter("expected zh or en", param_hint="--lang")
    return language


def _period(text: str | None, timezone: str) -> Period | None:
    """Read ``A/B`` as local dates."""
    if text is None:
        return None
    try:
        first, last = (
            datetime.fromisoformat(part).replace(tzinfo=ZoneInfo(timezone))
            for part in text.split("/")
        )
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r}: expected two dates such as 2024-01-01/2025-01-01", param_hint="--period"
        ) from error
    start, end = (
        np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "s") for moment in (first, last)
    )
    if end <= start:
        raise typer.BadParameter(f"{text!r}: the end lies before the start", param_hint="--period")
    return Period(start, end)
