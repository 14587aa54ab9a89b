"""
What all commands share: the console, options, errors as sentences, progress.

Exit codes: 0 fine; 1 the plant or its data have problems (they are listed); 2 wrong use.
Standard output carries the answer only; progress and cautions go to standard error.
"""

import json
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from typer.models import OptionInfo

from loopkeeper import __version__
from loopkeeper.app.answers.forms.common import RefusalForm
from loopkeeper.app.paper import PrintOrder
from loopkeeper.cli.tongue import told
from loopkeeper.errors import InputError, LoopkeeperError
from loopkeeper.measure.periods import check_period_name, named_period
from loopkeeper.measure.series import Period
from loopkeeper.plant.site import Site
from loopkeeper.plant.verdict import GRAVE, Severity, Verdict
from loopkeeper.plant.words import Language, word

FINE, PROBLEMS = 0, 1
out = Console()
err = Console(stderr=True)

PlantFolder = Annotated[Path, typer.Argument(help="Folder of a dossier (holds plant.toml).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, nothing else.")]
Spoken = Annotated[Language, typer.Option("--lang", "-l", help="zh or en.")]


def _checked_period(text: str | None) -> str | None:
    """Refuse what is no period before anything is read."""
    if text is not None:
        try:
            check_period_name(text)
        except InputError as error:
            raise typer.BadParameter(str(error), param_hint="--period") from error
    return text


def period_option(more: str) -> OptionInfo:
    """Return the option of a period, alike in every command but for what ``more`` says."""
    told = "2024, 2024-03, 2024Q1, heating-2023, or local dates A/B without B itself"
    option: OptionInfo = typer.Option(
        "--period", help=f"{told}; {more}.", callback=_checked_period
    )
    return option


PeriodText = Annotated[str | None, period_option("default: last full year of data")]


@contextmanager
def working(text: str) -> Iterator[Callable[[float], None]]:
    """Show a bar on standard error while something longer than a second goes on."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
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


def period_of(text: str | None) -> Callable[[Site], Period | None]:
    """Return what gives the period of a name once the plant's site is known."""
    return lambda site: None if text is None else named_period(text, site)


def existing_folder(folder: Path) -> Path:
    """Refuse a folder that is none."""
    if not folder.is_dir():
        raise typer.BadParameter(f"{folder} is not a folder", param_hint="PLANT")
    return folder


def known_zone(timezone: str) -> None:
    """Refuse a time zone that is none."""
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise typer.BadParameter(
            f"{timezone}: expected e.g. Asia/Shanghai", param_hint="--timezone"
        ) from None


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
