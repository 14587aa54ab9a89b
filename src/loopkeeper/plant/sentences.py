"""
Sentences in the reader's language: what exceptions, logs and help say in English, in Chinese.

English stands where it is said, so that the laws need no table to refuse a number. The catalogues
``plant/data/sentences.csv``, ``others.csv`` (the parser of the command line, the operating
system) and ``help.csv`` hold every such text as a template, with its Chinese.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from string import Formatter

from loopkeeper.plant.tables import data_table, verdict_tables
from loopkeeper.plant.words import Language, word

SENTENCES = ("sentences.csv", "others.csv", "messages")
"""Catalogues of what is said when something is refused or noted; ``messages`` are verdicts."""
HELP = ("help.csv",)
"""Catalogue of what commands and options say of themselves."""
_LISTED = ((re.compile(" and "), "mark.and"), (re.compile(r", (?![^()]*\))"), "mark.between"))
"""What stands between things that are named in a row, outside brackets, and its word."""
_LEAD = re.compile(r"\s*(?:- )?")
_NAMES = re.compile(r"[\w./-]+(?: and [\w./-]+)+")
_FORM = re.compile(r"\{(\w+)(?:![rs])?(?::[^}]*)?\}")
"""A hole, and how a value would be written into it; a sentence has it written already."""
_EXPLAINED = re.compile(r"(\S+) \((.*)\)", re.DOTALL)
_INSIDE = 3
"""Semicolons that one sentence has at most, and one."""
_LONGEST = 4000
"""Longer texts are no sentences. [characters]"""


@dataclass(frozen=True)
class SaidInBoth:
    """
    A sentence with holes, in both languages.

    Parameters
    ----------
    english, chinese : str
        The same named holes in both, in the order each language wants.
    """

    english: str
    chinese: str

    @cached_property
    def parts(self) -> tuple[tuple[str, str | None], ...]:
        """What is written, and the name of the hole behind it."""
        return tuple((text, name) for text, name, _, _ in Formatter().parse(self.english))

    @cached_property
    def weight(self) -> int:
        """How much of it is written: of two that fit, the heavier is meant."""
        return sum(len(text) for text, _ in self.parts)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        found, seen = "", set[str]()
        for text, name in self.parts:
            found += re.escape(text)
            if name:
                found += f"(?P={name})" if name in seen else f"(?P<{name}>.*?)"
                seen.add(name)
        return re.compile(found, re.DOTALL)

    def holes(self, text: str) -> dict[str, str] | None:
        """Return what fills the holes; nothing where the text is another sentence."""
        if not all(part in text for part, _ in self.parts):
            return None
        fit = self._pattern.fullmatch(text)
        return None if fit is None else fit.groupdict()

    def filled(self, holes: Mapping[str, str]) -> str:
        """Return the Chinese with its holes filled."""
        return _FORM.sub(r"{\1}", self.chinese).format(**holes)


@cache
def _exact(tables: tuple[str, ...]) -> Mapping[str, str]:
    """Sentences without holes: the Chinese by the English."""
    found = {}
    for one in _rows(tables):
        if all(name is None for _, name in one.parts):
            found["".join(text for text, _ in one.parts)] = one.filled({})
    return found


@cache
def templates(tables: tuple[str, ...] = SENTENCES) -> tuple[SaidInBoth, ...]:
    """Return the sentences with holes of some catalogues, the heaviest first."""
    found = [one for one in _rows(tables) if any(name for _, name in one.parts)]
    return tuple(sorted(found, key=lambda one: -one.weight))


def _rows(tables: Iterable[str]) -> Iterable[SaidInBoth]:
    """Rows of catalogues; those of verdicts whose Chinese asks for other figures are left out."""
    for table in tables:
        names = verdict_tables() if table == "messages" else (table,)
        for row in (row for name in names for row in data_table(name)):
            one = SaidInBoth(row["en"], row["zh"])
            asked = {name for _, name, _, _ in Formatter().parse(one.chinese)}
            if asked <= {None, *(name for _, name in one.parts)}:
                yield one


def translated(text: str, language: Language, catalogues: tuple[str, ...] = SENTENCES) -> str:
    """
    Return a text in a language; what no catalogue knows stays as it is.

    Parameters
    ----------
    text : str
        English: a sentence, or several in lines, behind semicolons, or behind a file's name.
    language : Language
        Of the reader.
    catalogues : tuple of str
        Tables of ``plant/data`` with columns ``en`` and ``zh``.
    """
    if language != Language.CHINESE:
        return text
    return "\n".join(_line(line, catalogues) for line in text.split("\n"))


def _line(line: str, tables: tuple[str, ...]) -> str:
    lead = _LEAD.match(line)
    start = lead.end() if lead else 0
    core = line[start:].rstrip()
    known = _known(core, tables) if len(core) < _LONGEST else None
    return line[:start] + (known[1] if known else core)


@lru_cache(maxsize=2000)
def _known(text: str, tables: tuple[str, ...]) -> tuple[int, str] | None:
    """The Chinese of a text, and how many of its characters the catalogues explain."""
    if text in _exact(tables):
        return len(text), _exact(tables)[text]
    found = [*_whole(text, tables), *_in_a_row(text, tables), *_behind(text, tables)]
    return max(found, key=lambda one: one[0], default=None)


def _whole(text: str, tables: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """One sentence, and what fills it."""
    for one in templates(tables):
        holes = one.holes(text)
        if holes is not None:
            told = {name: _hole(value, tables) for name, value in holes.items()}
            weight = one.weight + sum(known for known, _ in told.values())
            yield weight, one.filled({name: value for name, (_, value) in told.items()})


def _hole(value: str, tables: tuple[str, ...]) -> tuple[int, str]:
    """What fills a hole: a sentence itself, names in a row, or something to keep."""
    core = value.strip()
    if " " not in core:
        return (len(core), _exact(tables)[core]) if core in _exact(tables) else (0, value)
    known = _known(core, tables)
    for mark, between in _LISTED:
        parts = mark.split(core)
        found = [_known(part, tables) for part in parts]
        if known is None and any(found):
            told = [new or (0, old) for new, old in zip(found, parts, strict=True)]
            known = (
                sum(weight for weight, _ in told),
                _mark(between).join(text for _, text in told),
            )
    if known is None and _NAMES.fullmatch(core):
        known = 0, core.replace(" and ", _mark("mark.between"))
    return (0, value) if known is None else known


def _in_a_row(text: str, tables: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Sentences behind each other, some of which are known."""
    for mark in list(re.finditer("; ", text))[:_INSIDE]:
        first, rest = text[: mark.start()], text[mark.end() :]
        found = [_known(part, tables) for part in (first, rest)]
        if any(found):
            told = [new or (0, old) for new, old in zip(found, (first, rest), strict=True)]
            yield (
                sum(weight for weight, _ in told),
                _mark("mark.semicolon").join(new for _, new in told),
            )


def _behind(text: str, tables: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """A sentence behind the name of what it is about, or in brackets there."""
    for colon in re.finditer(": ", text):
        known = _known(text[colon.end() :], tables)
        if known:
            yield known[0], f"{text[: colon.start()]}{_mark('mark.colon')}{known[1]}"
    fit = _EXPLAINED.fullmatch(text)
    if fit and (known := _known(fit[2], tables)):
        yield known[0], fit[1] + _mark("mark.aside", text=known[1])


def _mark(key: str, **figures: str) -> str:
    return word(key, Language.CHINESE, **figures)
