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
    actor = who.actor
    if not actor.sees(plant) or plant not in {*service.plants, *service.archive(actor).plants()}:
        raise HTTPException(404, "there is no such plant")
    return who


def plant_called(service: Service, plant: str, language: Language) -> str:
    """Return what a plant is called: its id where no dossier names it."""
    known = service.plants.get(plant)
    return plant if known is None else known.site.called(language) or plant
