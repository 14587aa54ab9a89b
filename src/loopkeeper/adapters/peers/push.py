"""Readings pushed to a superior platform, by HTTP or MQTT: all of them, in order of arrival."""

import asyncio
import gzip
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http.client import HTTPException
from typing import Any

import paho.mqtt.client as mqtt
import polars as pl
from paho.mqtt.enums import CallbackAPIVersion

from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.errors import InputError, OutsideError

SERVER_ERROR = 500
"""First status by which a server says that it failed (RFC 9110)."""

DELAYS = (5.0, 30.0, 120.0, 600.0)
"""Waiting times while the platform does not take readings; the last is kept to. [s]"""
PATIENCE = 30.0
"""A platform is waited for so long. [s]"""
TOGETHER = 20_000
"""Readings in one message at most."""
_LATER = {401, 403, 408, 425, 429}
"""Answers of an HTTP platform below 500 after which the same may be sent again."""


@dataclass(frozen=True)
class Upstream:
    """
    A platform above: an address, and which readings it gets.

    ``url`` such as ``https://platform/api/readings`` or ``mqtt://host:1883/topic/{plant}``;
    ``plants`` by id and ``points`` by pattern (``calc.*``); every so many seconds; ``begin`` with
    what comes from ``now`` on or with ``all`` there is.
    """

    name: str
    url: str
    token: str = ""
    username: str = ""
    password: str = ""
    plants: tuple[str, ...] = ()
    points: tuple[str, ...] = ("*",)
    every: float = 60.0
    begin: str = "now"

    def __post_init__(self) -> None:
        """Refuse an upstream that leads nowhere."""
        if not self.url.startswith(("http://", "https://", "mqtt://", "mqtts://")):
            raise InputError(f"push {self.name}: url {self.url!r}: expected http(s) or mqtt(s)")
        if self.url.startswith("mqtt") and "/" not in self.url.partition("://")[2]:
            raise InputError(f"push {self.name}: url {self.url!r}: no topic behind the host")
        if self.begin not in {"now", "all"}:
            raise InputError(f"push {self.name}: begin {self.begin!r}: expected now or all")


class Pusher:
    """Sends what the store took since it last sent; where it stands survives restarts."""

    def __init__(self, upstream: Upstream, store: TelemetryStore) -> None:
        """A new upstream begins as it says."""
        self.name, self._upstream, self._store = upstream.name, upstream, store
        self._memory = f"push {upstream.name}"
        self._begin = store.newest_entry() if upstream.begin == "now" else 0
        if store.recall(self._memory) is None:
            with suppress(OutsideError):  # said and tried again when something is sent
                store.remember(self._memory, str(self._begin))
        self._sent, self._trouble = 0, ""

    def state(self) -> dict[str, object]:
        """Return what health shows."""
        return {
            "kind": "push",
            "connected": not self._trouble,
            "sent": self._sent,
            "trouble": self._trouble,
        }

    async def run(self) -> None:
        """Send until cancelled."""
        attempt = 0
        while True:
            try:
                await asyncio.to_thread(self.send)
            except OutsideError as error:
                self._trouble = str(error)[:300]
                await asyncio.sleep(DELAYS[min(attempt, len(DELAYS) - 1)])
                attempt += 1
                continue
            attempt, self._trouble = 0, ""
            await asyncio.sleep(self._upstream.every)

    def send(self) -> int:
        """
        Send what came since the last time.

        Returns
        -------
        int
            Readings the platform confirmed.

        Raises
        ------
        OutsideError
            When the platform cannot be reached or does not confirm; the next call begins there.
        """
        done = int(self._store.recall(self._memory) or self._begin)
        fresh = self._store.since(done)
        sent = 0
        for upto, part in _portions(fresh):
            for plant, body in _bodies(self._wanted(part)):
                sent += len(body["point"]) if self._post(plant, body) else 0
            self._store.remember(self._memory, str(upto))
        self._sent += sent
        return sent

    def _wanted(self, rows: pl.DataFrame) -> pl.DataFrame:
        patterns = self._upstream.points
        names = [p for p in rows["point"].unique() if any(fnmatchcase(p, w) for w in patterns)]
        kept = rows.filter(pl.col("point").is_in(names))
        plants = list(self._upstream.plants)
        return kept.filter(pl.col("plant").is_in(plants)) if plants else kept

    def _post(self, plant: str, body: dict[str, Any]) -> bool:
        """Whether the platform took it; what it refuses for good is kept with the reason."""
        raw = json.dumps(body, ensure_ascii=False).encode()
        if self._upstream.url.startswith("http"):
            return self._by_http(plant, raw)
        self._by_mqtt(plant, raw)
        return True

    def _by_http(self, plant: str, raw: bytes) -> bool:
        url = self._upstream.url.replace("{plant}", urllib.parse.quote(plant, safe=""))
        headers = {"Content-Type": "application/json; charset=utf-8", "Content-Encoding": "gzip"}
        if self._upstream.token:
            headers["Authorization"] = f"Bearer {self._upstream.token}"
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked when it is made
            url, gzip.compress(raw), headers
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE):  # noqa: S310
                return True
        except urllib.error.HTTPError as error:
            if error.code >= SERVER_ERROR or error.code in _LATER:
                raise OutsideError(f"{url}: {error.code} {error.reason}") from error
            reason = f"{url} answered {error.code}: {error.read(200).decode(errors='replace')}"
            self._store.refuse(self.name, plant, reason, raw)
            return False
        except (OSError, HTTPException) as error:
            raise OutsideError(f"{url}: {error!r}") from error

    def _by_mqtt(self, plant: str, raw: bytes) -> None:
        scheme, _, rest = self._upstream.url.partition("://")
        place, _, topic = rest.partition("/")
        host, _, port = place.partition(":")
        client = mqtt.Client(CallbackAPIVersion.VERSION2)
        if scheme == "mqtts":
            client.tls_set()
        if self._upstream.username:
            client.username_pw_set(self._upstream.username, self._upstream.password)
        try:
            client.connect(host, int(port or (8883 if scheme == "mqtts" else 1883)))
            client.loop_start()
            told = client.publish(topic.replace("{plant}", plant), raw, qos=1)
            told.wait_for_publish(PATIENCE)
            confirmed = told.is_published()
        except (OSError, ValueError, RuntimeError) as error:
            raise OutsideError(f"{place}: {error}") from error
        finally:
            client.disconnect()
            client.loop_stop()
        if not confirmed:
            raise OutsideError(f"{place}: the broker does not confirm")


def _portions(rows: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """Whole entries of the journal, so many readings together, with the number of the last."""
    counts = rows.group_by("entry", maintain_order=True).len()
    portion = (counts["len"].cum_sum() - 1) // TOGETHER
    for (_,), part in counts.with_columns(portion.alias("portion")).group_by(
        "portion", maintain_order=True
    ):
        first, last = part["entry"][0], part["entry"][-1]
        yield last, rows.filter(pl.col("entry").is_between(first, last))


def _bodies(rows: pl.DataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    """Bodies as :func:`loopkeeper.adapters.feeds.json_payload.read_json` understands them."""
    for (plant, quality), group in rows.group_by("plant", "quality", maintain_order=True):
        for part in group.iter_slices(TOGETHER):
            times = part["time"].dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
            yield (
                str(plant),
                {
                    "plant": plant,
                    "quality": quality,
                    "point": part["point"].to_list(),
                    "time": times.to_list(),
                    "value": part["value"].to_list(),
                },
            )
