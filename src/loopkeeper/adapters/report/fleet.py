"""The report of a fleet: distributions, who stands out, what deviations the plants share."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from loopkeeper.adapters.report import plots
from loopkeeper.adapters.report.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Table,
    Text,
    Tile,
    Tiles,
)
from loopkeeper.adapters.report.review_words import said
from loopkeeper.adapters.report.wording import figure
from loopkeeper.adapters.report.words import word
from loopkeeper.lifecycle.evaluate.fleet import (
    INDUSTRY,
    Member,
    Spread,
    cause_shares,
    outliers,
    ranks,
    spreads,
)
from loopkeeper.plant.names import named

GROUPS = ("climate_zone", "use", "source")
NAMES = {"cop_heating": "cop_heating", "cop_cooling": "cop_cooling"}
"""Figures whose names are words of the periodic reports."""


def fleet_document(members: Sequence[Member], period: str, language: str, code: str) -> Document:
    """
    Return the report of a fleet.

    Parameters
    ----------
    members : sequence of Member
        Its plants.
    period : str
        What the figures are of.
    language : str
        ``"zh"`` or ``"en"``.
    code : str
        Version of the program.

    Returns
    -------
    Document
        Ready to be printed.
    """
    blocks: list[Block] = [
        Tiles(tuple(_tiles(members, language))), Heading(said("spread_title", language)),
        *_distribution(members, language), *_spread_table(members, language),
        Heading(said("outliers", language)), Bullets(_outliers(members, language)),
        *_causes(members, language), Heading(said("table_title", language)),
        _plants(members, language),
    ]  # fmt: skip
    return Document(said("fleet", language), period, language, tuple(blocks), f"Loopkeeper {code}")


def _keys(members: Sequence[Member]) -> list[str]:
    return list(next((m.figures for m in members if m.figures), {}))


def _name(key: str, language: str) -> str:
    return said(key, language) if key in {*NAMES, "balance"} else named(key, language)


def _tiles(members: Sequence[Member], language: str) -> Iterator[Tile]:
    known = sum(any(v is not None for v in m.figures.values()) for m in members)
    diagnosed = sum(m.causes is not None for m in members)
    yield Tile(
        said("plants", language),
        str(len(members)),
        f"{known} {said('with_figures', language)} · {diagnosed} {said('diagnosed', language)}",
    )
    for key in ("cop_heating", "cop_cooling"):
        for one in spreads(members, key):
            spread = f"{one.quarter:.2f} … {one.three_quarters:.2f}"
            label = f"{said(key, language)}, {said('median', language)}"
            yield Tile(label, f"{one.median:.2f}", spread)


def _distribution(members: Sequence[Member], language: str) -> Iterator[Block]:
    """Number of plants by performance factor, heating and cooling."""
    edges = np.arange(1.5, 7.01, 0.5)
    drawn = []
    for key, colour in (("cop_heating", plots.RED), ("cop_cooling", plots.BLUE)):
        values = [v.value for m in members if (v := m.figures.get(key)) is not None]
        if values:
            count = np.histogram(np.clip(values, edges[0], edges[-1] - 1e-6), edges)[0]
            drawn.append(plots.Line(said(key, language), count.astype(float), colour))
    if drawn:
        names = [f"{a:.1f}–{b:.1f}" for a, b in pairwise(edges)]
        yield plots.bars(names, drawn, said("plants", language), said("cop_range", language))


def _spread_table(members: Sequence[Member], language: str) -> Iterator[Table]:
    rows: list[tuple[str, ...]] = []
    for key in _keys(members):
        rows += [
            _spread_row(s, said("all_plants", language), language) for s in spreads(members, key)
        ]
    for by in GROUPS:
        for one in spreads(members, "cop_heating", by):
            rows.append(_spread_row(one, f"{said(by, language)}: {one.group}", language))
    head = ("figure", "group", "count", "median", "quartiles", "extremes")
    if rows:
        yield Table(tuple(said(h, language) for h in head), tuple(rows), (2, 3, 4, 5))


def _spread_row(one: Spread, group: str, language: str) -> tuple[str, ...]:
    return (
        _name(one.figure, language), group, str(one.count), figure(one.median),
        f"{figure(one.quarter)} … {figure(one.three_quarters)}",
        f"{figure(one.low)} … {figure(one.high)}",
    )  # fmt: skip


def _outliers(members: Sequence[Member], language: str) -> tuple[tuple[str, str], ...]:
    found = []
    for key in _keys(members):
        for one in outliers(members, key):
            words = {"plant": one.plant, "figure": _name(key, language)}
            words |= {"value": figure(one.value), "median": figure(one.median)}
            text = said("outlier", language, **words, score=f"{one.score:+.1f}")
            found.append((text, "caution"))
    return tuple(found) or ((said("no_outliers", language), "good"),)


def _causes(members: Sequence[Member], language: str) -> Iterator[Block]:
    by_plant, by_energy, count = cause_shares(members)
    yield Heading(said("causes", language))
    if not count:
        yield Text(said("no_diagnosis", language))
        return
    drawn = [
        plots.Line(said(name, language), 100 * np.array([share[k] for k in INDUSTRY]), colour)
        for name, share, colour in (
            ("by_plant", by_plant, plots.INK), ("by_energy", by_energy, plots.BLUE),
            ("industry", INDUSTRY, plots.GREY),
        )
    ]  # fmt: skip
    names = [word(kind, language) for kind in INDUSTRY]
    caption = f"{said('diagnosed', language)}: {count}"
    yield plots.bars(names, drawn, said("share", language), caption)


def _plants(members: Sequence[Member], language: str) -> Table:
    rank = ranks(members, "cop_heating")
    keys = _keys(members)

    def order(one: Member) -> tuple[bool, float]:
        value = one.figures.get("cop_heating")
        return value is None, 0.0 if value is None else value.value

    rows = []
    for one in sorted(members, key=order):
        cells = [_cell(one, k) for k in keys]
        place = f"{rank[one.id]:.0%}" if one.id in rank else "–"
        bare = not one.within and not any(one.figures.values())
        why = one.reasons[0] if one.reasons and bare else ""
        rows.append((f"{one.name} {one.id}", *cells, place, f"{one.coverage:.0%}", why))
    head = [said("plant_name", language), *(_name(k, language) for k in keys)]
    tail = [said(k, language) for k in ("rank", "coverage", "reason")]
    return Table((*head, *tail), tuple(rows), tuple(range(1, len(keys) + 3)))


def _cell(one: Member, key: str) -> str:
    """A figure; at another boundary than the others' with the name of that."""
    found = one.figures.get(key)
    if found is not None:
        return f"{found.value:.2f}"
    boundary, other = one.within.get(key, ("", None))
    return "–" if other is None else f"{other.value:.2f} ({boundary})"
