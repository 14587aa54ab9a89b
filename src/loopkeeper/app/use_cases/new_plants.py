"""Dossiers that appear while a service runs: read, and from then on watched and judged."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from loopkeeper.plant.plant import Plant

EVERY = 30.0
"""Seconds between looks for new dossiers."""
Welcome = Callable[[str, Path, Plant], None]
"""Takes up a plant, by name, with its folder."""


@dataclass(frozen=True)
class FoundPlants:
    """Plants by id with their folders, and what is wrong with other dossiers."""

    plants: Mapping[str, tuple[Path, Plant]]
    mistakes: tuple[str, ...] = ()


class NewPlants:
    """Looks for dossiers now and then; a broken one is said once and looked at again."""

    def __init__(
        self,
        look: Callable[[], FoundPlants | None],
        welcome: Welcome,
        known: Mapping[str, Path],
        *,
        every: float = EVERY,
    ) -> None:
        """Know these plants already."""
        self._look, self._welcome, self._every = look, welcome, every
        self._known, self._said = set(known), set[str]()

    @property
    def trouble(self) -> str:
        """What is wrong with dossiers that appeared."""
        return "; ".join(sorted(self._said))

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(self._every)
            await self.look()

    async def look(self) -> None:
        """Look once, and take up what is new."""
        found = await asyncio.to_thread(self._look)
        if found is None:
            return
        log = logging.getLogger("loopkeeper")
        for name, (folder, plant) in found.plants.items():
            if name not in self._known:
                self._known.add(name)
                self._welcome(name, folder, plant)
                log.info("plant %s is watched from now on: %s", name, folder)
        for mistake in set(found.mistakes) - self._said:
            log.warning("a new dossier cannot be read: %s", mistake)
        self._said = set(found.mistakes)
