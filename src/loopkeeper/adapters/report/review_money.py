"""What a period cost and gave off: by tariff band, beside other ways, year by year."""

from collections.abc import Iterator

from loopkeeper.adapters.report.document import Block, Bullets, Heading, Table, Text
from loopkeeper.app.reviewing import Review
from loopkeeper.app.telling.wording import confident, local_day, priced
from loopkeeper.lifecycle.evaluate.money import Compared, PeriodAccount
from loopkeeper.plant.words import Language, chosen, name_of, word
from loopkeeper.units import KWH

MWH = 1000 * KWH
LEAST_YEARS = 2
"""Years from which they are told side by side."""


def money_blocks(review: Review, language: Language) -> Iterator[Block]:
    """Yield cost by tariff band, comparison with other ways, carbon and coal."""
    bill = review.account
    yield Heading(word("report.money", language))
    if bill.known <= 0:
        yield Text(word("report.money_unknown", language))
        return
    if bill.bands:
        spent = [(name_of("band", b.name, language), b) for b in bill.bands]
        spent += [(word(f"fuel.{f.name}", language), f) for f in bill.fuels]
        rows = tuple(
            (
                name,
                f"{b.energy / MWH:,.1f}",
                priced(b.money, bill.currency, language),
            )
            for name, b in spent
        )
        head = tuple(word(k, language) for k in ("report.band", "report.energy", "report.amount"))
        yield Table(head, tuple(rows), (1, 2))
    here = "–" if bill.money is None else priced(bill.money, bill.currency, language)
    ways = [(word("way.this_plant", language), here, f"{bill.carbon / 1000:,.1f}", "")]
    ways += [_compared(c, bill, language) for c in bill.compared]
    head = tuple(
        word(k, language)
        for k in ("report.way", "report.amount", "report.carbon_t", "report.basis")
    )
    yield Table(head, tuple(ways), (1, 2))
    yield from _years_table(review, language)
    grid = review.grid
    region = chosen(grid.region, grid.region_zh, language)
    words = {
        "factor": f"{grid.factor:g}",
        "region": region,
        "year": grid.year,
        "confidence": grid.confidence,
    }
    told = [word("report.grid", language, **words)]
    if review.maintenance is not None:
        cost = priced(review.maintenance, bill.currency, language)
        told.insert(0, word("report.maintenance_cost", language, cost=cost))
    each = bill.per_heat()
    if each is not None:
        told.insert(
            0,
            f"{word('report.per_heat', language)}: {priced(each, bill.currency, language, 3)}",
        )
    told.insert(0, _saved(bill, language))
    yield Bullets((*((text, "note") for text in told), *_unpaid(bill, language)))


def _saved(bill: PeriodAccount, language: Language) -> str:
    """Coal saved, and what it would have given off."""
    carbon, sulphur, dust = (f"{v / 1000:,.2f}" for v in bill.reduced)
    words = {
        "coal": f"{bill.coal_saved / 1000:,.1f}",
        "eer": f"{bill.eer:g}",
        "carbon": carbon,
        "sulphur": sulphur,
        "dust": dust,
    }
    return word("report.coal_saved", language, **words)


def _unpaid(bill: PeriodAccount, language: Language) -> Iterator[tuple[str, str]]:
    """What has no price and what no meter tells."""
    if bill.unpriced > 0:
        yield word("report.unpriced", language, energy=f"{bill.unpriced / MWH:,.1f}"), "problem"
    if bill.missing:
        yield word("report.backup_missing", language, names=", ".join(bill.missing)), "problem"


def _years_table(review: Review, language: Language) -> Iterator[Table]:
    """Energy, cost and carbon year by year, each with the grid factor of its time."""
    if len(review.years) < LEAST_YEARS:
        return
    rows = tuple(
        (
            local_day(period.start, review.plant.site.timezone),
            *(f"{v / MWH:,.1f}" for v in (bill.heat, bill.cold, bill.electricity)),
            "–" if bill.money is None else priced(bill.money, bill.currency, language),
            f"{bill.carbon / 1000:,.1f}",
            f"{grid.factor:g} ({grid.year})",
            f"{bill.coal_saved / 1000:,.1f}",
            f"{bill.known:.0%}",
        )
        for period, bill, grid in review.years
    )
    head = (
        "report.year_from",
        "report.heat_mwh",
        "report.cold_mwh",
        "report.energy",
        "report.amount",
        "report.carbon_t",
        "report.grid_kg",
        "report.coal_t",
        "report.coverage",
    )
    yield Table(tuple(word(h, language) for h in head), rows, tuple(range(1, len(head))))


def _compared(one: Compared, bill: PeriodAccount, language: Language) -> tuple[str, str, str, str]:
    money = "–" if one.money is None else priced(one.money, bill.currency, language)
    way = one.alternative
    words = {
        "source": chosen(way.source, way.source_zh, language),
        "heating": f"{way.heating:.2f}",
        "cooling": f"{way.cooling:.2f}",
    }
    basis = confident(word("report.way_basis", language, **words), way.confidence, language)
    return word(f"way.{one.alternative.id}", language), money, f"{one.carbon / 1000:,.1f}", basis
