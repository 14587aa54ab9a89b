"""A document on paper or screen: HTML, PDF by Typst, Word by python-docx."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from importlib import resources
from pathlib import Path
from typing import Any, cast

import typst
from jinja2 import (
    Environment,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    select_autoescape,
)
from markupsafe import Markup

from loopkeeper.adapters.files.tables.utf8 import utf8_text
from loopkeeper.adapters.report.document import (
    Beside,
    Block,
    Card,
    Document,
    Heading,
    PageBreak,
    Picture,
    Table,
    Text,
    Tiles,
    column_shares,
)
from loopkeeper.adapters.report.fonts import CHINESE, chinese_font, font_folders
from loopkeeper.adapters.report.word_file import word_file
from loopkeeper.app.paper import SUFFIXES
from loopkeeper.errors import InputError, OutsideError
from loopkeeper.plant.words import Language, word

_SPACES = re.compile(r' xmlns(:\w+)?="[^"]*"')
"""Name spaces, which a chart within a page does without."""
TEMPLATES = ("base.html", "document.html", "document.typ")


def printed(
    document: Document,
    suffix: str,
    *,
    templates: Path | None = None,
    code_version: str = "",
    generated_on: str = "",
) -> bytes:
    """
    Print a document.

    Parameters
    ----------
    document : Document
        What to print.
    suffix : str
        ``.html``, ``.pdf`` or ``.docx``.
    templates : Path, optional
        Folder with changed templates (``document.html``, ``base.html``, ``document.typ``,
        ``document.docx``); those that are not there are the program's own.
    code_version, generated_on : str
        For the last line of the HTML page.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    InputError
        When the kind of file is unknown or a template is broken.
    OutsideError
        When PDF or Word in Chinese finds no font with Chinese glyphs.
    """
    if suffix == ".html":
        try:
            return _html(document, templates, (code_version, generated_on)).encode()
        except TemplateError as error:
            raise InputError(f"document.html: {error}") from error
    if suffix in SUFFIXES and document.language == Language.CHINESE and chinese_font() is None:
        known = ", ".join(CHINESE[:4])
        raise OutsideError(word("printing.no_font", document.language, known=known))
    if suffix == ".pdf":
        return _pdf(document, templates)
    if suffix == ".docx":
        own = None if templates is None else templates / "document.docx"
        return word_file(document, own if own is not None and own.is_file() else None)
    raise InputError(f"{suffix!r}: expected {', '.join(SUFFIXES)}")


def template_text(name: str, folder: Path | None = None) -> str:
    """Return a template, a user's own where the folder has it."""
    if folder is not None and (folder / name).is_file():
        return utf8_text(folder / name)
    own = resources.files("loopkeeper.adapters.report") / "templates" / name
    return own.read_text(encoding="utf-8")


def _plain(block: Block) -> dict[str, Any]:
    """A block as a template takes it: its kind and its fields."""
    plain = {f.name: getattr(block, f.name) for f in fields(block)}
    plain["kind"] = type(block).__name__.lower()
    if isinstance(block, Card):
        plain["blocks"] = [_plain(b) for b in block.blocks]
    if isinstance(block, Beside):
        plain["charts"] = [{"title": title, **_plain(p)} for title, p in block.charts]
    return plain


def _sections(blocks: Sequence[Block]) -> Iterator[dict[str, Any]]:
    """Blocks by sections: a heading and what stands below it; what stands alone without one."""
    title, gathered = "", list[dict[str, Any]]()
    for block in blocks:
        alone = isinstance(block, Heading | Beside | PageBreak)
        if alone and (gathered or title):
            yield {"title": title, "blocks": gathered, "open": False}
            title, gathered = "", []
        if isinstance(block, Heading):
            title = block.text
        elif alone or (not title and _open(block)):
            yield {"title": "", "blocks": [_plain(block)], "open": True}
        else:
            gathered.append(_plain(block))
    if gathered or title:
        yield {"title": title, "blocks": gathered, "open": False}


def _open(block: Block) -> bool:
    """Whether a block before the first heading stands on the page itself."""
    return isinstance(block, Tiles) or (
        isinstance(block, Text) and block.tone not in {"", "small"}
    )


def page_environment(templates: Path | None) -> Environment:
    """Return what pages are rendered in: everything is escaped, nothing may be missing."""
    return Environment(
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        loader=FunctionLoader(lambda part: template_text(part, templates)),
    )


def _html(document: Document, templates: Path | None, made: tuple[str, str]) -> str:
    plain = {
        "sections": list(_sections(document.blocks)),
        "blocks": [_plain(b) for b in document.blocks],
        **_head(document),
    }
    return (
        page_environment(templates)
        .get_template("document.html")
        .render(
            document=plain,
            language=document.language,
            name=document.title,
            title=document.subtitle,
            w=lambda key: word(key, document.language),
            code_version=made[0],
            generated_on=made[1],
            svg=lambda b: Markup(_SPACES.sub("", b["svg"])),  # noqa: S704 - drawn here
            readouts=lambda b: json.dumps([asdict(r) for r in b["readouts"]], ensure_ascii=False),
        )
    )


def _head(document: Document) -> dict[str, str]:
    return {name: getattr(document, name) for name in ("title", "subtitle", "language", "foot")}


def _pdf(document: Document, templates: Path | None) -> bytes:
    between = word("mark.between", document.language)
    blocks = [_on_paper(b) for b in document.blocks]
    data = json.dumps(
        {**_head(document), "blocks": blocks, "font": chinese_font() or "", "between": between},
        ensure_ascii=False,
        default=asdict,
    )
    source = template_text("document.typ", templates).encode()
    try:
        made: Any = typst.compile(  # type: ignore[call-overload]
            source,
            sys_inputs={"report": data},
            font_paths=font_folders(),
            format="pdf",
            timestamp=0,
        )
    except typst.TypstError as error:
        raise InputError(f"document.typ: {error}") from error
    return cast("bytes", made)


def _on_paper(block: Block) -> dict[str, Any]:
    """A block as plain JSON: no raster, nothing for the pointer."""
    plain = _plain(block)
    if isinstance(block, Picture):
        del plain["png"], plain["readouts"]
    if isinstance(block, Beside):
        plain["charts"] = [{"title": title, **_on_paper(p)} for title, p in block.charts]
    if isinstance(block, Card):
        plain["blocks"] = [_on_paper(b) for b in block.blocks]
    if isinstance(block, Table):
        plain["widths"] = column_shares(block)
        for name in ("tones", "bars"):
            plain[name] = {f"{r},{c}": value for (r, c), value in plain[name].items()}
    return plain
