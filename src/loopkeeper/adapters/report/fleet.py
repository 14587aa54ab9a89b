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
from loopkeeper.adapters.report.drawing import BLUE, GREY, INK, RED, Line
from loopkeeper.app.telling.wording import figure
from loopkeeper.lifecycle.evaluate.fleet import (
    INDUSTRY,
    Member,
    Spread,
    cause_shares,
    outliers,
    ranks,
    spreads,
)
from loopkeeper.plant.words import Language, word

GROUPS = {
    "climate_zone": "report.climate_zone",
    "use": "report.use",
    "source": "report.source_kind",
}
"""By what plants are grouped, and the word for it."""
NAMES = {
    "cop_heating": "cop.heating", "cop_cooling": "cop.cooling",
    "source_pump_share": "figure.source_pump_share", "load_pump_share": "figure.load_pump_share",
    "balance": "figure.thermal_balance_ratio",
}  # fmt: skip
"""Figures of a fleet, and the word for each."""


def fleet_document(
    members: Sequence[Member], period: str, language: Language, code: str
) -> Document:
    """
    Return the report of a fleet.

    Parameters
    ----------
    members : sequence of Member
        Its plants.
    period : str
        What the figures are of.
    language : Language
        Of the text.
    code : str
        Version of the program.

    Returns
    -------
    Document
        Ready to be printed.
    """
    blocks: list[Block] = [
        Tiles(tuple(_tiles(members, language))),
        Heading(word("report.spread_title", language)),
        *_distribution(members, language),
        *_spread_table(members, language),
        Heading(word("report.outliers", language)),
        Bullets(_outliers(members, language)),
        *_causes(members, language),
        Heading(word("report.table_title", language)),
        _plants(members, language),
    ]
    return Document(
        word("document.fleet", language), period, language, tuple(blocks), f"Loopkeeper {code}"
    )


def _keys(members: Sequence[Member]) -> list[str]:
    return list(next((m.figures for m in members if m.figures), {}))


def _name(key: str, language: Language) -> str:
    return word(NAMES[key], language)


def _tiles(members: Sequence[Member], language: Language) -> Iterator[Tile]:
    known = sum(any(v is not None for v in m.figures.values()) for m in members)
    diagnosed = sum(m.causes is not None for m in members)
    yield Tile(
        word("report.plants", language),
        str(len(members)),
        f"{known} {word('report.with_figures', language)} · "
        f"{diagnosed} {word('report.diagnosed', language)}",
    )
    for key in ("cop_heating", "cop_cooling"):
        for one in spreads(members, key):
            spread = f"{one.quarter:.2f} … {one.three_quarters:.2f}"
            label = f"{_name(key, language)}, {word('report.median', language)}"
            yield Tile(label, f"{one.median:.2f}", spread)


def _distribution(members: Sequence[Member], language: Language) -> Iterator[Block]:
    """Number of plants by performance factor, heating and cooling."""
    edges = np.arange(1.5, 7.01, 0.5)
    drawn = []
    for key, colour in (("cop_heating", RED), ("cop_cooling", BLUE)):
        values = [v.value for m in members if (v := m.figures.get(key)) is not None]
        if values:
            count = np.histogram(np.clip(values, edges[0], edges[-1] - 1e-6), edges)[0]
            drawn.append(Line(_name(key, language), count.astype(float), colour))
    if drawn:
        names = [f"{a:.1f}–{b:.1f}" for a, b in pairwise(edges)]
        yield plots.bars(
            names, drawn, word("report.plants", language), word("report.cop_range", language)
        )


def _spread_table(members: Sequence[Member], language: Language) -> Iterator[Table]:
    rows: list[tuple[str, ...]] = []
    for key in _keys(members):
        rows += [
            _spread_row(s, word("report.all_plants", language), language)
            for s in spreads(members, key)
        ]
    for by, name in GROUPS.items():
        for one in spreads(members, "cop_heating", by):
            rows.append(_spread_row(one, f"{word(name, language)}: {one.group}", language))
    head = (
        "report.figure",
        "report.group",
        "report.count",
        "report.median",
        "report.quartiles",
        "report.extremes",
    )
    if rows:
        yield Table(tuple(word(h, language) for h in head), tuple(rows), (2, 3, 4, 5))


def _spread_row(one: Spread, group: str, language: Language) -> tuple[str, ...]:
    return (
        _name(one.figure, language),
        group,
        str(one.count),
        figure(one.median),
        f"{figure(one.quarter)} … {figure(one.three_quarters)}",
        f"{figure(one.low)} … {figure(one.high)}",
    )


def _outliers(members: Sequence[Member], language: Language) -> tuple[tuple[str, str], ...]:
    found = []
    for key in _keys(members):
        for one in outliers(members, key):
            words = {"plant": one.plant, "figure": _name(key, language)}
            words |= {"value": figure(one.value), "median": figure(one.median)}
            text = word("report.outlier", language, **words, score=f"{one.score:+z.1f}")
            found.append((text, "caution"))
    return tuple(found) or ((word("report.no_outliers", language), "good"),)


def _causes(members: Sequence[Member], language: Language) -> Iterator[Block]:
    by_plant, by_energy, count = cause_shares(members)
    yield Heading(word("report.causes", language))
    if not count:
        yield Text(word("report.no_diagnosis", language))
        return
    drawn = [
        Line(word(name, language), 100 * np.array([share[k] for k in INDUSTRY]), colour)
        for name, share, colour in (
            ("report.by_plant", by_plant, INK),
            ("report.by_energy", by_energy, BLUE),
            ("report.industry", INDUSTRY, GREY),
        )
    ]
    names = [word(f"kind.{kind}", language) for kind in INDUSTRY]
    caption = f"{word('report.diagnosed', language)}: {count}"
    yield plots.bars(names, drawn, word("report.share_percent", language), caption)


def _plants(members: Sequence[Member], language: Language) -> Table:
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
    head = [word("report.plant_name", language), *(_name(k, language) for k in keys)]
    tail = [word(k, language) for k in ("report.rank", "report.coverage", "report.reason")]
    return Table((*head, *tail), tuple(rows), tuple(range(1, len(keys) + 3)))


def _cell(one: Member, key: str) -> str:
    """A figure; at another boundary than the others' with the name of that."""
    found = one.figures.get(key)
    if found is not None:
        return f"{found.value:.2f}"
    boundary, other = one.within.get(key, ("", None))
    return "–" if other is None else f"{other.value:.2f} ({boundary})"
