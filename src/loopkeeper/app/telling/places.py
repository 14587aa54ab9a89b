"""Places and points by what a person calls them."""

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.commission.planned import PlannedTrial
from loopkeeper.measure.periods import local_minute
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import joined_places
from loopkeeper.plant.sentences import translated
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language, chosen, listed, name_of, word, words

_DEPTH = "@"
_AT, _QUANTITY = " @ ", re.compile(r"\w+")
"""What parts quantities from their place, and a quantity, in what would have to be measured."""
_TRIALS, _PARTS = "commission.", ("of", "branch", "pump", "machine", "valve", "well")
"""Codes of trials, and their figures that are parts of a plant."""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC")
"""An instant among the figures of a verdict."""


def place_name(plant: Plant, of: str, language: Language) -> str:
    """
    Return a part of the plant by its word; equipment by what it is and its own name.

    Parameters
    ----------
    plant : Plant
        With its equipment.
    of : str
        The part, as a point names it: ``source``, ``hp1``, ``borehole-M1@60m``, ``hp1+hp2``.
    language : Language
        Of the text.
    """
    return listed(
        [_part(plant, one, language) for one in joined_places(of)], language, "mark.joined"
    )


def _part(plant: Plant, of: str, language: Language) -> str:
    place, _, depth = of.partition(_DEPTH)
    name = _equipment(plant, place, language) or name_of("place", place, language)
    return word("named.depth", language, place=name, depth=depth.rstrip("m")) if depth else name


def _equipment(plant: Plant, name: str, language: Language) -> str:
    """A machine, pump or well of the plant, or a place of a sort; nothing for all others."""
    source = plant.source
    kinds = {
        "machine": [m.id for m in plant.machines],
        "pump": [p.id for p in plant.pumps],
        "well": [w.id for w in source.wells] + [w.id for w in source.single_wells],
    }
    sort, dash, own = name.partition("-")
    if dash and f"named.{sort}" in words():
        return word(f"named.{sort}", language, name=own)
    found = next((kind for kind, ids in kinds.items() if name in ids), None)
    return "" if found is None else word(f"named.{found}", language, name=name)


def point_name(plant: Plant, point: str, language: Language) -> str:
    """Return a point by what it measures and where; its own name where the plant lacks it."""
    found = next((p for p in plant.points if p.id == point), None)
    if found is None:
        return point
    names = (name_of("quantity", found.quantity, language), place_name(plant, found.of, language))
    return listed(names, language, "mark.beside")


def point_known(plant: Plant, point: str, language: Language) -> str:
    """Return a point by what it measures and where, its own name beside it."""
    name = point_name(plant, point, language)
    return name if name == point else name + word("mark.aside", language, text=point)


def sentence_of(plant: Plant, verdict: Verdict, language: Language) -> str:
    """Return the sentence of a verdict: its point by what it measures and where, local times."""
    told = {k: _local(v, plant.site.timezone) for k, v in verdict.figures.items()}
    point = told.get("point")
    if isinstance(point, str):
        told["point"] = point_known(plant, point, language)
    if isinstance(needed := told.get("needed"), str):
        told["needed"] = needed_words(needed, language)
    if verdict.code.startswith(_TRIALS):
        told |= _of_trial(plant, told, language)
    return replace(verdict, figures=told).sentence(language)


def _of_trial(plant: Plant, told: Mapping[str, object], language: Language) -> dict[str, object]:
    """Return parts, quantities and signals that a trial names, in words."""
    named: dict[str, object] = {
        key: place_name(plant, str(told[key]), language) for key in _PARTS if key in told
    }
    if "quantity" in told:
        named["quantity"] = name_of("quantity", str(told["quantity"]), language)
    if "signals" in told:
        signals = str(told["signals"]).split(", ")
        named["signals"] = listed([needed_words(one, language) for one in signals], language)
    return named


def named_trial(plant: Plant, one: PlannedTrial, language: Language) -> str:
    """Return what a trial is called, and of which part it is."""
    title = chosen(one.kind.english, one.kind.chinese, language)
    if one.kind.each == "plant":
        return title
    return listed((title, place_name(plant, one.of, language)), language, "mark.beside")


def needed_words(needed: str, language: Language) -> str:
    """Return what would have to be measured, as ``flow / heat_power @ source``, in words."""
    ways, at, of = needed.rpartition(_AT)
    if not at:
        return translated(needed, language)
    names = _QUANTITY.sub(lambda found: name_of("quantity", found[0], language), ways)
    return listed((name_of("place", of, language), names), language, "mark.beside")


def _local(figure: object, timezone: str) -> object:
    """A figure that is an instant as the site's clock shows it; any other as it is."""
    if not isinstance(figure, str) or not _INSTANT.fullmatch(figure):
        return figure
    return local_minute(np.datetime64(figure.removesuffix(" UTC")), timezone)
