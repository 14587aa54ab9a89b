"""
What all commands say and how: the console, errors as sentences, progress, tables, files.

Exit codes: 0 fine; 1 the plant or its data have problems (they are listed); 2 wrong use.
Standard output carries the answer only; progress and cautions go to standard error.
"""

import json
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from loopkeeper import __version__
from loopkeeper.app.answers.forms.common import RefusalForm
from loopkeeper.app.paper import PrintOrder
from loopkeeper.cli.tongue import told
from loopkeeper.errors import LoopkeeperError
from loopkeeper.plant.verdict import GRAVE, Severity, Verdict
from loopkeeper.plant.words import Language, word

FINE, PROBLEMS = 0, 1
out = Console()
err = Console(stderr=True)


def commands(text: str) -> typer.Typer:
    """Return an empty group of commands, with what it says of itself."""
    return typer.Typer(no_args_is_help=True, add_completion=False, help=text)


@contextmanager
def working(text: str) -> Iterator[Callable[[float], None]]:
    """Show a bar on standard error, where that is a terminal, while something goes on."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    quiet = not err.is_interactive
    with Progress(*columns, console=err, transient=True, disable=quiet) as progress:
        task = progress.add_task(text, total=1.0)
        yield lambda share: progress.update(task, completed=share)


@contextmanager
def spoken() -> Iterator[None]:
    """Turn the program's own errors into a sentence and an exit code."""
    try:
        yield
    except LoopkeeperError as error:
        _refuse(str(error), getattr(error, "reasons", ()))
        raise typer.Exit(PROBLEMS) from None
    except OSError as error:
        place = "" if error.filename is None else f"{error.filename}: "
        _refuse(f"{place}{error.strerror or error}")
        raise typer.Exit(PROBLEMS) from None


def _refuse(text: str, reasons: Sequence[str] = ()) -> None:
    """Say why there is no answer; where JSON is asked for, as its one object."""
    if "--json" in sys.argv:
        print_json(RefusalForm(error=told(text), reasons=[told(one) for one in reasons]))
    else:
        refuse(text)


def refuse(text: str) -> None:
    """Say on standard error why there is no answer."""
    err.print(f"[bold red]✗[/] {escape(told(text))}", highlight=False)


def grave(verdicts: Sequence[Verdict]) -> int:
    """Return the exit code that verdicts give: their problems are the command's."""
    return PROBLEMS if any(v.severity in GRAVE for v in verdicts) else FINE


def table_of(
    heads: Sequence[str], language: Language, *, left: Collection[int] = (0,), title: str = ""
) -> Table:
    """
    Return an empty table; text too long for its column goes on in the next line.

    Parameters
    ----------
    heads : sequence of str
        Keys of words; what has no dot, such as a unit, stands as it is.
    language : Language
        Of the heads.
    left : collection of int
        Columns that hold text; the others hold figures.
    title : str
        Above it.
    """
    table = Table(title=escape(title) or None, box=SIMPLE_HEAD)
    for n, head in enumerate(heads):
        text = word(head, language) if "." in head else head
        table.add_column(text, justify="left" if n in left else "right", overflow="fold")
    return table


def say(cautions: Sequence[Verdict], language: Language = Language.ENGLISH) -> None:
    """List verdicts on standard error, the gravest first."""
    marks = {
        Severity.DISQUALIFICATION: "[bold red]✗[/]",
        Severity.PROBLEM: "[red]✗[/]",
        Severity.CAUTION: "[yellow]![/]",
        Severity.NOTE: "[dim]·[/]",
    }
    for severity, mark in marks.items():
        for verdict in cautions:
            if verdict.severity is severity:
                err.print(f"{mark} {escape(verdict.sentence(language))}", highlight=False)


def print_order(suffix: str, language: Language, templates: Path | None = None) -> PrintOrder:
    """Return how a report is printed now."""
    return PrintOrder(
        suffix=suffix,
        language=language,
        templates=templates,
        code_version=__version__,
        made_at=datetime.now(UTC),
    )


def write_file(raw: bytes, target: Path) -> None:
    """Write a file, and the folder it stands in."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(raw)


def print_json(answer: Mapping[str, object]) -> None:
    """Print one JSON object on standard output, nothing else."""
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
