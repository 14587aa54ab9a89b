"""Alarms of the service itself: its store takes nothing, its clock cannot be right."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

import polars as pl

from loopkeeper.app.alarming import AlarmWatch, Watched
from loopkeeper.app.ports import Clock
from loopkeeper.lifecycle.monitor.alarm import Condition, Definition, Priority
from loopkeeper.plant.words import Language, word

_LOG = logging.getLogger("loopkeeper.own")
OWN = "loopkeeper"
"""Plant under which the alarms of the service stand."""
_WORDS: Mapping[str, Sequence[str]] = {
    "store": ("own_store.name", "own_store.cause", "own_store.consequence", "own_store.action"),
    "clock": ("own_clock.name", "own_clock.cause", "own_clock.consequence", "own_clock.action"),
}
"""What stands of each alarm in the table of words, by point."""


def own_alarms() -> tuple[Watched, ...]:
    """Return the alarms that every service has."""
    return tuple(
        Watched(
            OWN,
            Definition(
                id=f"{OWN}.{point}",
                point=point,
                condition=Condition.ABOVE,
                limit=0.5,
                priority=Priority.HIGH,
            ),
            _said(keys),
        )
        for point, keys in _WORDS.items()
    )


def _said(keys: Sequence[str]) -> dict[str, str]:
    """Words of an alarm by their name, those in Chinese with ``_zh`` behind it."""
    told = {}
    for key in keys:
        name = key.partition(".")[2]
        told[name], told[f"{name}_zh"] = (word(key, language) for language in Language)
    return told


class OwnAlarms:
    """Looks at what troubles the service, raises its alarms and says so in the log."""

    def __init__(
        self, watch: AlarmWatch, now: Clock, troubles: Mapping[str, Callable[[], str]]
    ) -> None:
        """``troubles`` tells by point of :func:`own_alarms` what is wrong, nothing when all is."""
        self._watch, self._now, self._troubles = watch, now, troubles
        self._said = dict.fromkeys(troubles, "")

    def look(self) -> None:
        """Look once."""
        told = {point: trouble() for point, trouble in self._troubles.items()}
        for point, text in told.items():
            if bool(text) != bool(self._said[point]):
                _LOG.log(logging.ERROR if text else logging.INFO, "%s: %s", point, text or "well")
        self._said = told
        self._watch.saw(
            pl.DataFrame(
                {
                    "plant": OWN,
                    "point": list(told),
                    "time": self._now(),
                    "value": [float(bool(text)) for text in told.values()],
                    "quality": 0,
                }
            )
        )

    async def run(self, every: float = 5.0) -> None:
        """Look until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(every)
