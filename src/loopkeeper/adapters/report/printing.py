"""A document on paper or screen: HTML, PDF by Typst, Word by python-docx."""

import io
import json
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any, cast

import typst
from docx import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
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
    Block,
    Bullets,
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
from loopkeeper.app.paper import SUFFIXES
from loopkeeper.errors import InputError, OutsideError
from loopkeeper.plant.words import Language, word

TEMPLATES = ("base.html", "document.html", "document.typ")
PAPER = 17.4
"""Width between the margins. [cm]"""
_TONES = {"good": "059669", "caution": "D97706", "problem": "DC2626", "note": "6B7280"}


def printed(
    document: Document, suffix: str, *, templates: Path | None = None, code_version: str = "",
    generated_on: str = "",
) -> bytes:  # fmt: skip
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
        raise OutsideError(
            "PDF and Word in Chinese need a font with Chinese glyphs, none of "
            f"{', '.join(CHINESE[:4])} is installed (Debian: apt-get install fonts-noto-cjk)"
        )
    if suffix == ".pdf":
        return _pdf(document, templates)
    if suffix == ".docx":
        return _word(document, templates)
    raise InputError(f"{suffix!r}: expected {', '.join(SUFFIXES)}")


def template_text(name: str, folder: Path | None = None) -> str:
    """Return a template, a user's own where the folder has it."""
    if folder is not None and (folder / name).is_file():
        return utf8_text(folder / name)
    own = resources.files("loopkeeper.adapters.report") / "templates" / name
    return own.read_text(encoding="utf-8")


def _plain(block: Block) -> dict[str, Any]:
    return {"kind": type(block).__name__.lower(), **asdict(block)}


def _html(document: Document, templates: Path | None, made: tuple[str, str]) -> str:
    environment = Environment(
        autoescape=select_autoescape(default=True), undefined=StrictUndefined,
        loader=FunctionLoader(lambda part: template_text(part, templates)),
    )  # fmt: skip
    plain = {"blocks": [_plain(b) for b in document.blocks], **_head(document)}
    return environment.get_template("document.html").render(
        document=plain, language=document.language, name=document.title, title=document.subtitle,
        w=lambda key: word(key, document.language), plotly="", code_version=made[0],
        generated_on=made[1], svg=lambda b: Markup(b["svg"]),  # noqa: S704 - drawn here
    )  # fmt: skip


def _head(document: Document) -> dict[str, str]:
    return {name: getattr(document, name) for name in ("title", "subtitle", "language", "foot")}


def _pdf(document: Document, templates: Path | None) -> bytes:
    blocks = []
    for block in document.blocks:
        plain = _plain(block)
        plain.pop("png", None)
        if isinstance(block, Table):
            plain["widths"] = column_shares(block)
            plain["tones"] = {f"{r},{c}": tone for (r, c), tone in block.tones.items()}
        blocks.append(plain)
    data = json.dumps({**_head(document), "blocks": blocks}, ensure_ascii=False)
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


def _word(document: Document, templates: Path | None) -> bytes:
    own = None if templates is None else templates / "document.docx"
    file = WordFile(str(own)) if own is not None and own.is_file() else WordFile()
    if own is None or not own.is_file():
        _dress(file)
    file.core_properties.title = document.title
    file.core_properties.author = "Loopkeeper 地源管家"
    file.add_heading(document.title, 0)
    file.add_paragraph(document.subtitle)
    for block in document.blocks:
        _WORD[type(block)](file, block)
    small = file.add_paragraph().add_run(document.foot)
    small.font.size = Pt(7)
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def _dress(file: Any) -> None:
    """Margins and a font that has both scripts."""
    for section in file.sections:
        section.left_margin = section.right_margin = Cm(1.8)
        section.top_margin = section.bottom_margin = Cm(1.8)
    for name in ("Normal", "Title", "Heading 1"):
        style = file.styles[name]
        style.font.name = "Noto Sans"
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "Microsoft YaHei")
    file.styles["Normal"].font.size = Pt(9.5)
    file.styles["Title"].font.size = Pt(18)


def _coloured(run: Any, tone: str) -> None:
    if tone in _TONES:
        run.font.color.rgb = RGBColor.from_string(_TONES[tone])


def _word_tiles(file: Any, block: Tiles) -> None:
    columns = min(4, len(block.tiles))
    rows = -(-len(block.tiles) // columns)
    table = _light_table(file, rows, columns)
    for n, tile in enumerate(block.tiles):
        cell = table.cell(n // columns, n % columns)
        label = cell.paragraphs[0].add_run(tile.label)
        label.font.size = Pt(7.5)
        value = cell.add_paragraph().add_run(tile.value)
        value.font.size, value.bold = Pt(13), True
        _coloured(value, tile.tone)
        cell.add_paragraph().add_run(tile.note).font.size = Pt(7)
    file.add_paragraph()


def _word_heading(file: Any, block: Heading) -> None:
    file.add_heading(block.text, 1)


def _word_text(file: Any, block: Text) -> None:
    run = file.add_paragraph().add_run(block.text)
    run.bold = bool(block.tone)
    _coloured(run, block.tone)


def _word_bullets(file: Any, block: Bullets) -> None:
    for text, tone in block.lines:
        _coloured(file.add_paragraph(style="List Bullet").add_run(text), tone)


def _word_table(file: Any, block: Table) -> None:
    table = _light_table(file, 1 + len(block.rows), len(block.head))
    _head_repeats(table)
    widths = [PAPER * share for share in column_shares(block)]
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    cells = table._cells  # noqa: SLF001 - reading cells one by one is quadratic
    for r, row in enumerate((block.head, *block.rows)):
        for c, text in enumerate(row):
            cell = cells[r * len(block.head) + c]
            cell.width = Cm(widths[c])
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(1)
            run = paragraph.add_run(text)
            run.font.size, run.bold = Pt(7.5), r == 0
            _coloured(run, block.tones.get((r - 1, c), ""))
            if c in block.right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    file.add_paragraph()


def _light_table(file: Any, rows: int, columns: int) -> Any:
    """A table with light lines below its rows, none of which breaks over a page."""
    table = file.add_table(rows=rows, cols=columns)
    lines = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("color", "D9DEE4")):
            line.set(qn(f"w:{name}"), value)
        lines.append(line)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "50")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.extend([lines, margins])  # noqa: SLF001 - they have no other way in
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
    return table


def _head_repeats(table: Any) -> None:
    """Print the head again on every page."""
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001


def _word_picture(file: Any, block: Picture) -> None:
    file.add_picture(io.BytesIO(block.png), width=Cm(17))
    file.add_paragraph().add_run(block.caption).font.size = Pt(7.5)


def _word_break(file: Any, block: PageBreak) -> None:
    del block
    file.add_page_break()


_WORD: dict[type[Any], Any] = {
    Tiles: _word_tiles, Heading: _word_heading, Text: _word_text, Bullets: _word_bullets,
    Table: _word_table, Picture: _word_picture, PageBreak: _word_break,
}  # fmt: skip
