"""What hidden works as found will cost, and the cheapest cure, while the rig is on site."""

from collections.abc import Sequence
from dataclasses import dataclass

from loopkeeper.app.design_year import design_year
from loopkeeper.app.designing import GUESSED, TESTED
from loopkeeper.lifecycle.build.as_found import HolesOnRecord, on_record
from loopkeeper.lifecycle.build.consequence import Consequence, GroundDoubt, consequence
from loopkeeper.lifecycle.build.cure import Cure, CurePrices, Ill, cures
from loopkeeper.lifecycle.build.running import RunCourse, YearlyDuty, hourly_price
from loopkeeper.lifecycle.design.economy import Prices
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.design_year import design_case
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.holes import bored, drawn_holes
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import LedgerCheck
from loopkeeper.plant.source import Basis


@dataclass(frozen=True, kw_only=True)
class WorksCost:
    """
    What holes as found cost.

    ``record`` of the holes and its ``cost``; ``promised`` lowest water to the machines, None where
    nothing is [°C], and the ``target`` of a cure [°C]; ``cures``, the cheapest first, in the
    ``currency`` of the tariff; looked at over ``years`` [year].
    """

    record: HolesOnRecord
    cost: Consequence
    promised: float | None
    target: float
    cures: tuple[Cure, ...]
    currency: str
    years: int


def works_cost(
    dossier: Dossier,
    *,
    checks: Sequence[LedgerCheck] | None = None,
    prices: Prices | None = None,
    years: int = 25,
) -> WorksCost:
    """
    Return what holes as found cost against holes as drawn.

    Parameters
    ----------
    dossier : Dossier
        With a borehole field and a design year, on the ground that field tests found.
    checks : sequence of LedgerCheck, optional
        Hidden works; those of the dossier when omitted.
    prices : Prices, optional
        Of things and energy; electricity by the tariff where there is one.
    years : int
        [year]

    Returns
    -------
    WorksCost

    Raises
    ------
    InsufficientDataError
        When the dossier has no design year.
    InconsistentPlantError
        When the plant has no borehole field, or does not describe one.
    """
    plant, design = dossier.plant, design_year(dossier)
    field, ground = bored(plant)
    model, _ = assemble(plant)
    load, boundary = design_case(plant, design)
    month, _, hour, _ = local_calendar(design.time, plant.site.timezone)
    price = None if plant.tariff is None else hourly_price(plant.tariff, month, hour)
    duty = YearlyDuty(load=load, boundary=boundary, price=price, years=years)
    record = on_record(drawn_holes(field), plant.ledger if checks is None else checks)
    sure = TESTED if ground.basis is Basis.TEST else GUESSED
    doubt = GroundDoubt(conductivity=sure.conductivity, temperature=sure.temperature)
    cost = consequence(plant, model, record, duty, doubt)
    target = target_of(plant, cost.drawn)
    ill = Ill(model=cost.model, holes=cost.holes, course=cost.found, duty=duty, target=target)
    return WorksCost(
        record=record,
        cost=cost,
        promised=plant.promise.source_inlet_min,
        target=target,
        cures=cures(ill, _cure_prices(prices or Prices())),
        currency="" if plant.tariff is None else plant.tariff.currency,
        years=years,
    )


def target_of(plant: Plant, drawn: RunCourse) -> float:
    """
    Return the lowest water that builders owe.

    Parameters
    ----------
    plant : Plant
        Its promise.
    drawn : RunCourse
        What the drawing gives.

    Returns
    -------
    float
        The promise, or what the drawing gives where that is less or nothing is promised. [°C]
    """
    promised = plant.promise.source_inlet_min
    return drawn.coldest if promised is None else min(promised, drawn.coldest)


def _cure_prices(prices: Prices) -> CurePrices:
    return CurePrices(
        hole_metre=prices.drilling,
        hole=prices.field_fixed,
        recharge=prices.solar,
        boiler=prices.boiler,
        fuel=prices.gas,
        electricity=prices.electricity,
        upkeep=prices.upkeep,
        annuity=prices.annuity,
    )
