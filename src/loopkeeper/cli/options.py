"""Options and arguments that commands share, and what they are read as."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from typer.models import OptionInfo

from loopkeeper.errors import InputError
from loopkeeper.measure.periods import check_period_name, named_period
from loopkeeper.measure.series import Period
from loopkeeper.plant.site import Site
from loopkeeper.plant.words import Language

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


def period_of(text: str | None) -> Callable[[Site], Period | None]:
    """Return what gives the period of a name once the plant's site is known."""
    return lambda site: None if text is None else named_period(text, site)


def existing_folder(folder: Path) -> Path:
    """Refuse a folder that is none."""
    if not folder.is_dir():
        raise typer.BadParameter(f"{folder} is not a folder", param_hint="plant")
    return folder


def known_zone(timezone: str) -> None:
    """Refuse a time zone that is none."""
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise typer.BadParameter(
            f"{timezone}: expected e.g. Asia/Shanghai", param_hint="--timezone"
        ) from None
