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
from loopkeeper.adapters.report.review_words import said
from loopkeeper.app.billing import Statement
from loopkeeper.lifecycle.evaluate.money import SHARED
from loopkeeper.plant.plant import Plant

SURE = 0.95
"""A meter heard less than this share of the period is said. [-]"""


def bills_document(
    plant: Plant, period: str, statements: Sequence[Statement], language: str, foot: str
) -> Document:
    """
    Return the statements of a period.

    Parameters
    ----------
    plant : Plant
        With its tariff.
    period : str
        Its name.
    statements : sequence of Statement
        By room.
    language : str
        ``"zh"`` or ``"en"``.
    foot : str
        The last line.

    Returns
    -------
    Document
        All rooms in one table first, then a page for each.
    """
    rows = tuple(
        (s.bill.room, f"{_energy(s):,.1f}", f"{s.bill.total:,.2f} {s.currency}",
         f"{s.coverage:.1%}")
        for s in statements
    )  # fmt: skip
    head = tuple(said(k, language) for k in ("room", "kwh", "amount", "coverage"))
    blocks: list[Block] = [Table(head, rows, (1, 2, 3))]
    name = plant.site.called(language)
    for one in statements:
        title = f"{name} · {period} · {one.bill.room}"
        blocks += [PageBreak(), Heading(title), *_statement(one, plant, language)]
    return Document(f"{name} · {said('bills', language)}", period, language, tuple(blocks), foot)


def _energy(one: Statement) -> float:
    """What a room's own meter counted; its part of the shared is a line of its own. [kWh]"""
    return sum(energy for line, energy, _ in one.bill.lines if line != SHARED)


def _statement(one: Statement, plant: Plant, language: str) -> Iterator[Block]:
    yield Tiles((
        Tile(said("amount", language), f"{one.bill.total:,.2f} {one.currency}"),
        Tile(said("kwh", language), f"{_energy(one):,.1f}"),
        Tile(said("coverage", language), f"{one.coverage:.1%}"),
    ))  # fmt: skip
    prices = {} if plant.tariff is None else {b.name: b.price for b in plant.tariff.bands}
    rows = []
    for line, energy, money in one.bill.lines:
        price = prices.get(line, money / energy if energy else 0.0)
        name = said(SHARED, language) if line == SHARED else line
        rows.append((name, f"{energy:,.1f}", f"{price:.4f}", f"{money:,.2f}"))
    rows.append((said("total", language), "", "", f"{one.bill.total:,.2f}"))
    head = tuple(said(k, language) for k in ("band", "kwh", "price", "amount"))
    yield Table(head, tuple(rows), (1, 2, 3))
    yield Text(said("bill_note", language))
    if one.coverage < SURE:
        yield Text(said("bill_gap", language, measured=f"{one.coverage:.0%}"), "caution")
