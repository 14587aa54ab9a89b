"""What pages look into: use cases over the records, the store and the alarms of a service."""

from loopkeeper.app.access import Actor
from loopkeeper.app.use_cases.plant_view import PlantView
from loopkeeper.bootstrap.books import now
from loopkeeper.bootstrap.service import Service


def plant_view(service: Service, actor: Actor, plant: str) -> PlantView:
    """Return one plant as somebody sees it."""
    books = service.book(actor)
    return PlantView(
        id=plant,
        plant=service.plants.get(plant),
        archive=service.archive(actor),
        alarms=service.alarms(actor),
        orders=books.orders,
        diagnoses=books.diagnoses,
        judgements=books.judgements,
        clock=now,
    )
