"""What pages look into: use cases over the records, the store and the alarms of a service."""

from loopkeeper.app.access import Actor
from loopkeeper.app.use_cases.fleet_view import FleetView
from loopkeeper.app.use_cases.plant_view import PlantView
from loopkeeper.bootstrap.books import now
from loopkeeper.bootstrap.service import Service


def fleet_view(service: Service, actor: Actor) -> FleetView:
    """Return the plants that somebody sees, as a list."""
    books = service.book(actor)
    return FleetView(
        plants={name: one for name, one in service.plants.items() if actor.sees(name)},
        archive=service.archive(actor),
        newest=service.newest,
        alarms=service.alarms(actor),
        orders=books.orders,
        diagnoses=books.diagnoses,
        clock=now,
    )


def plant_view(service: Service, actor: Actor, plant: str) -> PlantView:
    """Return one plant as somebody sees it."""
    books = service.book(actor)
    return PlantView(
        id=plant,
        plant=service.plants.get(plant),
        archive=service.archive(actor),
        newest=service.newest.of(plant),
        alarms=service.alarms(actor),
        orders=books.orders,
        diagnoses=books.diagnoses,
        judgements=books.judgements,
        clock=now,
    )
