"""Statements of rooms with meters of their own, one page each, and what they come to together."""

from collections.abc import Iterator, Sequence

from loopkeeper.adapters.report.document import (
    Block,
    Document,
    Heading,
    PageBreak,
    Table,
    Text,
    Tile,
    Tiles,
)
from loopkeeper.app.billing import Statement
from loopkeeper.app.telling.wording import priced
from loopkeeper.lifecycle.evaluate.money import SHARED
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.words import Language, word

SURE = 0.95
"""A meter heard less than this share of the period is said. [-]"""


def bills_document(
    plant: Plant, period: str, statements: Sequence[Statement], language: Language, foot: str
) -> Document:
    """
    Return the statements of a period: all rooms in one table first, then a page for each.

    ``foot`` is the last line.
    """
    rows = tuple(
        (
            s.bill.room,
            f"{_energy(s):,.1f}",
            priced(s.bill.total, s.currency, language, 2),
            f"{s.coverage:.1%}",
        )
        for s in statements
    )
    head = tuple(
        word(k, language)
        for k in ("report.room", "report.kwh", "report.amount", "report.coverage")
    )
    blocks: list[Block] = [Table(head, rows, (1, 2, 3))]
    name = plant.site.called(language)
    for one in statements:
        title = f"{name} · {period} · {one.bill.room}"
        blocks += [PageBreak(), Heading(title), *_statement(one, plant, language)]
    return Document(
        f"{name} · {word('document.bills', language)}", period, language, tuple(blocks), foot
    )


def _energy(one: Statement) -> float:
    """What a room's own meter counted; its part of the shared is a line of its own. [kWh]"""
    return sum(energy for line, energy, _ in one.bill.lines if line != SHARED)


def _statement(one: Statement, plant: Plant, language: Language) -> Iterator[Block]:
    yield Tiles(
        (
            Tile(
                word("report.amount", language), priced(one.bill.total, one.currency, language, 2)
            ),
            Tile(word("report.kwh", language), f"{_energy(one):,.1f}"),
            Tile(word("report.coverage", language), f"{one.coverage:.1%}"),
        )
    )
    prices = {} if plant.tariff is None else {b.name: b.price for b in plant.tariff.bands}
    rows = []
    for line, energy, money in one.bill.lines:
        price = prices.get(line, money / energy if energy else 0.0)
        name = word("report.shared", language) if line == SHARED else line
        rows.append((name, f"{energy:,.1f}", f"{price:.4f}", f"{money:,.2f}"))
    rows.append((word("report.total", language), "", "", f"{one.bill.total:,.2f}"))
    head = tuple(
        word(k, language) for k in ("report.band", "report.kwh", "report.price", "report.amount")
    )
    yield Table(head, tuple(rows), (1, 2, 3))
    yield Text(word("report.bill_note", language))
    if one.coverage < SURE:
        yield Text(word("report.bill_gap", language, measured=f"{one.coverage:.0%}"), "caution")
