"""Telling people of alarms: webhook and e-mail, retried, given up only into the dead letters."""

import asyncio
import json
import smtplib
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from http.client import HTTPException

from loopkeeper.adapters.records.alarm_book import AlarmBook
from loopkeeper.app.alarming import Watched
from loopkeeper.errors import InputError, OutsideError
from loopkeeper.lifecycle.monitor.alarm import AlarmEvent, AlarmState
from loopkeeper.plant.words import Language, chosen, word

DELAYS = (1.0, 5.0, 30.0, 120.0, 600.0)
"""Waiting times between attempts; after the last the message is a dead letter. [s]"""
TOLD = {AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED, AlarmState.NORMAL}
"""Changes that people are told of."""
PATIENCE = 10.0
"""A peer is waited for so long. [s]"""


@dataclass(frozen=True)
class NotifyChannel:
    """
    Whom to tell: a ``webhook`` (http or https) or e-mail ``to`` somebody through ``smtp``.

    ``priorities`` of the alarms it is told of.
    """

    name: str
    webhook: str = ""
    to: str = ""
    smtp: str = "localhost:25"
    sender: str = "loopkeeper@localhost"
    priorities: tuple[str, ...] = ("critical", "high")
    language: str = "zh"

    def __post_init__(self) -> None:
        """Refuse a channel that leads nowhere."""
        if bool(self.webhook) == bool(self.to):
            raise InputError(f"channel {self.name}: give either webhook or to")
        if self.webhook and not self.webhook.startswith(("http://", "https://")):
            raise InputError(f"channel {self.name}: webhook {self.webhook!r} is no http address")


class Notifier:
    """Sends every change once, in order; a peer that is down holds its own channel only."""

    def __init__(
        self,
        channels: Sequence[NotifyChannel],
        book: AlarmBook,
        watched: Mapping[str, Watched],
        *,
        delays: Sequence[float] = DELAYS,
    ) -> None:
        """New channels begin with what happens from now on."""
        self._channels, self._book, self._watched = channels, book, watched
        self._delays = delays
        self.trouble = ""
        self._begun: set[str] = set()
        for channel in channels:
            with suppress(OutsideError):  # said and tried again when it tells
                self._begin(channel)

    def not_told(self) -> dict[str, int]:
        """Return how many changes were given up, by channel; none where records fail."""
        with suppress(OutsideError):
            return dict(Counter(channel for _, channel, _ in self._book.dead_letters()))
        return {}

    async def run(self, every: float = 1.0) -> None:
        """Tell until cancelled."""
        async with asyncio.TaskGroup() as group:
            for channel in self._channels:
                group.create_task(self._serve(channel, every))

    async def _serve(self, channel: NotifyChannel, every: float) -> None:
        told: dict[int, str] = {}
        while True:
            try:
                await self._tell(channel, told)
            except OutsideError as error:
                self.trouble = str(error)
            else:
                self.trouble = ""
            await asyncio.sleep(every)

    async def _tell(self, channel: NotifyChannel, told: dict[int, str]) -> None:
        """Send what is new; what was told and could not be noted is noted only."""
        self._begin(channel)
        for number, event in self._book.untold(channel.name):
            if number not in told:
                one, failure = self._watched.get(event.alarm), ""
                if one is not None and _concerns(channel, one, event):
                    failure = await self._send(channel, one, event)
                told[number] = failure
            self._book.tell(channel.name, number, told[number])
            del told[number]

    def _begin(self, channel: NotifyChannel) -> None:
        if channel.name not in self._begun:
            self._book.begin_telling(channel.name)
            self._begun.add(channel.name)

    async def _send(self, channel: NotifyChannel, one: Watched, event: AlarmEvent) -> str:
        """Send with retries; returns why it was given up, nothing when it arrived."""
        post: Callable[[NotifyChannel, Watched, AlarmEvent], None] = (
            _hook if channel.webhook else _mail
        )
        reason = ""
        for delay in (0.0, *self._delays):
            await asyncio.sleep(delay)
            try:
                await asyncio.to_thread(post, channel, one, event)
            except (OSError, HTTPException, smtplib.SMTPException) as error:
                reason = f"{type(error).__name__}: {error}"
            else:
                return ""
        return reason


def _concerns(channel: NotifyChannel, one: Watched, event: AlarmEvent) -> bool:
    back = event.after is AlarmState.NORMAL and event.before in {
        AlarmState.RETURNED,
        AlarmState.SHELVED,
    }
    return one.definition.priority in channel.priorities and event.after in TOLD and not back


def message(one: Watched, event: AlarmEvent) -> dict[str, object]:
    """Return a change as plain data."""
    return {
        "alarm": event.alarm,
        "plant": one.plant,
        "point": one.definition.point,
        "priority": one.definition.priority,
        "state": event.after,
        "time": event.time.isoformat(),
        "value": event.value,
        "limit": one.definition.limit,
        "condition": one.definition.condition,
        **one.words,
    }


def _hook(channel: NotifyChannel, one: Watched, event: AlarmEvent) -> None:
    body = json.dumps(message(one, event), ensure_ascii=False).encode()
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked when the channel is made
        channel.webhook, body, {"Content-Type": "application/json; charset=utf-8"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE):  # noqa: S310
        return


def _mail(channel: NotifyChannel, one: Watched, event: AlarmEvent) -> None:
    language = Language(channel.language)
    told = {
        k: chosen(one.words.get(k, ""), one.words.get(f"{k}_zh", ""), language)
        for k in ("name", "cause", "consequence", "action")
    }
    name = told.pop("name") or event.alarm
    priority = word(f"priority.{one.definition.priority}", language)
    condition = word(f"condition.{one.definition.condition}", language)
    state = word(f"alarm_state.{event.after}", language)
    letter = EmailMessage()
    subject = f"[{priority}] {one.plant} {name}: {state}"
    letter["Subject"] = " ".join(subject.split())
    letter["From"], letter["To"] = channel.sender, channel.to
    value = "–" if event.value is None else f"{event.value:g}"
    letter.set_content(
        f"{event.time:%Y-%m-%d %H:%M:%S} UTC\n{one.definition.point} = {value} "
        f"({condition} {one.definition.limit:g})\n\n"
        + "\n".join(text for text in told.values() if text)
    )
    host, _, port = channel.smtp.partition(":")
    with smtplib.SMTP(host, int(port or 25), timeout=PATIENCE) as server:
        server.send_message(letter)
