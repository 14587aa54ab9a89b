"""A document as a Word file, on a reference file of one's own where there is one."""

import io
from pathlib import Path
from typing import Any

from docx import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from loopkeeper.adapters.files.timeless import timeless
from loopkeeper.adapters.report.document import (
    Beside,
    Block,
    Bullets,
    Card,
    Document,
    Heading,
    Links,
    PageBreak,
    Picture,
    Table,
    Text,
    Tile,
    Tiles,
    column_shares,
)
from loopkeeper.plant.words import Language, listed, word

PAPER = 17.4
"""Width between the margins. [cm]"""
_TONES = {"good": "059669", "caution": "D97706", "problem": "DC2626", "note": "6B7280",
          "small": "6B7280"}  # fmt: skip

BIG_TILES = 4
"""So many tiles in a row have room for large figures."""


def word_file(document: Document, reference: Path | None = None) -> bytes:
    """
    Return a document as a Word file.

    Parameters
    ----------
    document : Document
        What to print.
    reference : Path, optional
        A ``.docx`` whose styles and margins are taken instead of the program's.
    """
    file = WordFile() if reference is None else WordFile(str(reference))
    if reference is None:
        _dress(file)
    file.core_properties.title = document.title
    file.core_properties.author = "Loopkeeper 地源管家"
    file.add_heading(document.title, 0)
    file.add_paragraph(document.subtitle)
    for block in document.blocks:
        _add(file, block, document.language)
    _small(file.add_paragraph(), document.foot)
    buffer = io.BytesIO()
    file.save(buffer)
    return timeless(buffer.getvalue())


def _add(file: Any, block: Block, language: Language) -> None:
    match block:
        case Tiles(tiles):
            _tiles(file, tiles, 4)
        case Heading(text):
            file.add_heading(text, 1)
        case Text():
            _text(file, block)
        case Bullets():
            _bullets(file, block)
        case Links(head, items):
            names = listed([text for text, _ in items], language)
            _small(file.add_paragraph(), listed((head, names), language, "mark.colon"))
        case Table():
            _table(file, block)
        case Picture(_, png, caption):
            file.add_picture(io.BytesIO(png), width=Cm(17))
            _small(file.add_paragraph(), caption)
        case _:
            _add_large(file, block, language)


def _add_large(file: Any, block: Beside | Card | PageBreak, language: Language) -> None:
    match block:
        case Beside(charts):
            _beside(file, charts)
        case Card():
            _card(file, block, language)
        case PageBreak():
            file.add_page_break()


def _small(paragraph: Any, text: str) -> None:
    if text:
        run = paragraph.add_run(text)
        run.font.size = Pt(7.5)
        _coloured(run, "small")


def _card(file: Any, block: Card, language: Language) -> None:
    title = file.add_heading("", 2)
    badge = title.add_run(block.badge)
    badge.font.color.rgb = RGBColor.from_string(block.colour.lstrip("#").upper())
    title.add_run(f"{word('mark.beside', language)}{block.title}")
    _tiles(file, block.figures, 6)
    for one in block.blocks:
        _add(file, one, language)


def _beside(file: Any, charts: tuple[tuple[str, Picture], ...]) -> None:
    table = file.add_table(rows=1, cols=len(charts))
    for cell, (title, picture) in zip(table.rows[0].cells, charts, strict=True):
        cell.paragraphs[0].add_run(title).bold = True
        width = Cm(min(8.5, PAPER / len(charts)))
        cell.add_paragraph().add_run().add_picture(io.BytesIO(picture.png), width=width)
        _small(cell.add_paragraph(), picture.caption)


def _dress(file: Any) -> None:
    """Margins and a font that has both scripts."""
    for section in file.sections:
        section.left_margin = section.right_margin = Cm(1.8)
        section.top_margin = section.bottom_margin = Cm(1.8)
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = file.styles[name]
        style.font.name = "Noto Sans"
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "Microsoft YaHei")
    file.styles["Normal"].font.size = Pt(9.5)
    file.styles["Title"].font.size = Pt(18)
    file.styles["Heading 2"].font.size = Pt(10.5)


def _coloured(run: Any, tone: str) -> None:
    if tone in _TONES:
        run.font.color.rgb = RGBColor.from_string(_TONES[tone])


def _tiles(file: Any, tiles: tuple[Tile, ...], most: int) -> None:
    columns = min(most, len(tiles))
    if not columns:
        return
    rows = -(-len(tiles) // columns)
    table = _light_table(file, rows, columns)
    for n, tile in enumerate(tiles):
        cell = table.cell(n // columns, n % columns)
        _small(cell.paragraphs[0], tile.label)
        value = cell.add_paragraph().add_run(tile.value)
        value.font.size, value.bold = Pt(13 if most <= BIG_TILES else 9.5), True
        _coloured(value, tile.tone)
        if tile.note:
            _small(cell.add_paragraph(), tile.note)
    file.add_paragraph()


def _text(file: Any, block: Text) -> None:
    if block.tone == "small":
        _small(file.add_paragraph(), block.text)
        return
    run = file.add_paragraph().add_run(block.text)
    run.bold = bool(block.tone)
    _coloured(run, block.tone)


def _bullets(file: Any, block: Bullets) -> None:
    if block.head:
        file.add_paragraph().add_run(block.head).bold = True
    for text, tone in block.lines:
        _coloured(file.add_paragraph(style="List Bullet").add_run(text), tone)


def _table(file: Any, block: Table) -> None:
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
            tone = block.tones.get((r - 1, c), "")
            run.font.size, run.bold = Pt(7.5), r == 0 or tone == "strong"
            _coloured(run, tone)
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
