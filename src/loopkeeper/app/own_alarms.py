"""Alarms of the service itself: its store takes nothing, its clock cannot be right."""

import asyncio
import logging
from collections.abc import Callable, Mapping

import polars as pl

from loopkeeper.app.alarming import AlarmWatch, Watched
from loopkeeper.app.ports import Clock
from loopkeeper.lifecycle.monitor.alarm import Condition, Definition, Priority

_LOG = logging.getLogger("loopkeeper.own")
OWN = "loopkeeper"
"""Plant under which the alarms of the service stand."""
_WORDS: Mapping[str, Mapping[str, str]] = {
    "store": {
        "name": "Readings cannot be written",
        "name_zh": "读数无法写入",
        "cause": "The disk of the store is full, read-only or fails.",
        "cause_zh": "存储所在磁盘已满、只读或故障。",
        "consequence": "Feeds are held back; what they send is not acknowledged.",
        "consequence_zh": "数据源被阻滞，其数据未被确认。",
        "action": "Make room, or mend the disk; the service goes on by itself.",
        "action_zh": "腾出空间或修复磁盘；服务会自行恢复。",
    },
    "clock": {
        "name": "The clock of the machine cannot be right",
        "name_zh": "机器时钟有误",
        "cause": "It is before what was stored, or more than a year beyond it.",
        "cause_zh": "时钟早于已存数据，或超前一年以上。",
        "consequence": "Readings are put aside or stamped wrongly; retention deletes nothing.",
        "consequence_zh": "读数被另存或时间戳有误；保存期限不再删除数据。",
        "action": "Set the clock. If it is right: stop, loopkeeper store trust-clock, start.",
        "action_zh": "校准时钟。若时钟无误：停止服务，运行 loopkeeper store trust-clock，再启动。",
    },
}


def own_alarms() -> tuple[Watched, ...]:
    """Return the alarms that every service has."""
    return tuple(
        Watched(
            OWN, Definition(f"{OWN}.{point}", point, Condition.ABOVE, 0.5, Priority.HIGH), words
        )
        for point, words in _WORDS.items()
    )  # fmt: skip


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
        self._watch.saw(pl.DataFrame({
            "plant": OWN, "point": list(told), "time": self._now(),
            "value": [float(bool(text)) for text in told.values()], "quality": 0,
        }))  # fmt: skip

    async def run(self, every: float = 5.0) -> None:
        """Look until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(every)
