"""The plant that a page is of: whether it is there for who asks, and what it is called."""

from fastapi import HTTPException

from loopkeeper.bootstrap.service import Service
from loopkeeper.plant.words import Language
from loopkeeper.web.pages.guard import Visitor


def plant_seen(service: Service, who: Visitor, plant: str) -> Visitor:
    """
    Return who asks, who sees a plant that is there.

    Raises
    ------
    HTTPException
        404 where there is no such plant, or none for them.
    """
    if plant not in plants_seen(service, who):
        raise HTTPException(404, "there is no such plant")
    return who


def plants_seen(service: Service, who: Visitor) -> list[str]:
    """Return the plants with a dossier or readings that somebody sees, by their ids."""
    actor = who.actor
    known = {*service.plants, *service.archive(actor).plants()}
    return sorted(name for name in known if actor.sees(name))


def plant_called(service: Service, plant: str, language: Language) -> str:
    """Return what a plant is called: its id where no dossier names it."""
    known = service.plants.get(plant)
    return plant if known is None else known.site.called(language) or plant
