"""
The language of the command line: ``--lang`` anywhere, else the locale; all that is printed.

Help and errors of the parser are English where they stand; they are translated, from
``plant/data/help.csv`` and ``others.csv``, only when Chinese is asked for.
"""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from loopkeeper.plant.words import Language

OPTION: Final = "--lang"
_LOCALES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Variables of the locale, the strongest first."""


@dataclass
class _Chosen:
    """What was asked for last; each run of the command line asks once."""

    language: Language | None = None


_CHOSEN: Final = _Chosen()
_ADDED: Final = "Value error, "
"""What the parser puts before the reason for which a value is none."""
_RENDERS: Final = "_make_rich_text"
"""The parser's function that makes help a text; it offers no other handle on how lines end."""


def of_locale(environment: Mapping[str, str]) -> Language:
    """Return the language of a locale: Chinese for ``zh…``, else English."""
    name = next((environment[v] for v in _LOCALES if environment.get(v)), "")
    return Language.CHINESE if name.lower().startswith("zh") else Language.ENGLISH


def of_arguments(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language that arguments ask for, wherever they do; else the locale's."""
    named = [
        after if one == OPTION else one.partition("=")[2]
        for one, after in zip(arguments, [*arguments[1:], ""], strict=False)
        if one == OPTION or one.startswith(f"{OPTION}=")
    ]
    known = [one for one in named if one in set(Language)]
    return Language(known[-1]) if known else of_locale(environment)


def tongue() -> Language:
    """Return the language that is spoken."""
    return _CHOSEN.language or of_locale(os.environ)


def told(text: str) -> str:
    """Return a sentence in the language that is spoken."""
    if tongue() is Language.ENGLISH:
        return text
    return str(_sentences().translated(text, tongue()))


def speak(arguments: Sequence[str]) -> None:
    """Choose the language of a run by its arguments and the locale."""
    language = of_arguments(arguments, os.environ)
    if Language.CHINESE in {language, _CHOSEN.language}:
        _name_panels(language)
        _log()
    _CHOSEN.language = language


class ToldLines(logging.Formatter):
    """Lines of a log in the language that is spoken."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return told(super().format(record))


def _log() -> None:
    """Let what nobody else writes down speak, too."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(ToldLines())


@contextmanager
def refusals() -> Iterator[None]:
    """Let the parser's own errors speak the language."""
    try:
        yield
    except TyperException as error:
        if hasattr(error, "format_message"):
            _quote(error)
            said = told(error.format_message().replace(_ADDED, ""))
            error.__dict__["format_message"] = lambda: said
        raise


def _quote(error: TyperException) -> None:
    """Let what an error names stand in quotes, whoever named it."""
    named = getattr(error, "param_hint", None)
    if isinstance(named, str):
        error.__dict__["param_hint"] = [named]


def teach(command: Any) -> Any:
    """
    Give a command, and those below it, ``--lang`` and help in the language that is spoken.

    Parameters
    ----------
    command : command or group of commands
        It is changed.
    """
    option = next((p for p in command.params if OPTION in p.opts), None)
    if option is None:
        option = copy(_option())
        command.params.append(option)
    option.default = tongue()
    if tongue() is not Language.ENGLISH:
        _translate(command)
    for below in getattr(command, "commands", {}).values():
        teach(below)
    return command


def _translate(command: Any) -> None:
    command.help = _help(command.help)
    command.options_metavar = _word("cli.options_there")
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = _word("cli.command_there")
    for one in command.params:
        one.help = _help(getattr(one, "help", None))
    usage, asked = command.get_usage, command.get_help_option

    def get_usage(context: Any) -> str:
        return str(usage(context)).replace("Usage: ", _word("cli.usage"), 1)

    def get_help_option(context: Any) -> Any:
        found = asked(context)
        found.help = _help(found.help)
        return found

    command.get_usage, command.get_help_option = get_usage, get_help_option


def _help(text: str | None) -> str | None:
    """The help of a command or an option; what is Chinese already stays."""
    if not text:
        return text
    sentences = _sentences()
    return str(sentences.translated(" ".join(text.split()), tongue(), sentences.HELP))


def _word(key: str, **figures: str) -> str:
    return str(import_module("loopkeeper.plant.words").word(key, tongue(), **figures))


@cache
def _sentences() -> Any:
    """The catalogues, read when the first sentence is asked for."""
    return import_module("loopkeeper.plant.sentences")


@cache
def _option() -> Any:
    """``--lang`` of a command that has none of its own."""

    def asked(
        language: Annotated[
            Language, typer.Option(OPTION, help="zh or en.", expose_value=False)
        ] = Language.ENGLISH,
    ) -> None:
        del language  # known before anything is parsed

    alone = typer.Typer(add_completion=False)
    alone.command()(asked)
    return get_command(alone).params[0]


def _name_panels(language: Language) -> None:
    """Name the panels of help and errors."""
    panels: Any = import_module("typer.rich_utils")
    word = import_module("loopkeeper.plant.words").word
    panels.ARGUMENTS_PANEL_TITLE = word("cli.arguments", language)
    panels.OPTIONS_PANEL_TITLE = word("cli.options", language)
    panels.COMMANDS_PANEL_TITLE = word("cli.commands", language)
    panels.ERRORS_PANEL_TITLE = word("cli.error", language)
    panels.ABORTED_TEXT = word("cli.aborted", language)
    panels.DEFAULT_STRING = word("cli.default_is", language, value="{}")
    panels.REQUIRED_LONG_STRING = word("cli.required", language)
    panels.RICH_HELP = word(
        "cli.try_help", language, command="{command_path}", option="{help_option}"
    )
    _let_flow(panels)


def _let_flow(panels: Any) -> None:
    """Let Chinese go on in the next line where English would be cut between blanks."""
    made = getattr(panels, _RENDERS)
    if not hasattr(made, "made"):
        flowing = import_module("loopkeeper.cli.flowing").Flowing

        def flow(**given: Any) -> Any:
            text = made(**given)
            return text if tongue() is Language.ENGLISH else flowing.of(text)

        flow.made = made  # type: ignore[attr-defined]
        setattr(panels, _RENDERS, flow)
