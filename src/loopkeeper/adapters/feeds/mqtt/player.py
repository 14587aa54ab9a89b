"""Playing a recorded plant through a real broker, as its gateway would have sent it."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import paho.mqtt.client as mqtt
import polars as pl
from paho.mqtt.enums import CallbackAPIVersion

from loopkeeper.errors import OutsideError

CONFIRMED = 30.0
"""The broker is given so long to confirm the last messages. [s]"""
WAITING = 500
"""Messages that may wait for confirmation. [-]"""


def play(
    readings: pl.DataFrame,
    plant: str,
    *,
    host: str = "localhost",
    port: int = 1883,
    speed: float = 600.0,
    told: Callable[[int, datetime], None] = lambda *_: None,
) -> int:
    """
    Publish readings with QoS 1, one message for each instant, at a multiple of their own pace.

    Parameters
    ----------
    readings : DataFrame
        ``time`` (UTC), ``point``, ``value``.
    plant : str
        Its id, for the topic.
    host, port : str, int
        Of the broker.
    speed : float
        Recorded seconds in a second; zero or less: as fast as the broker takes them. [-]
    told : callable
        Called with the number of readings sent and the time they are of.

    Returns
    -------
    int
        Readings confirmed by the broker.

    Raises
    ------
    OutsideError
        When the broker cannot be reached or does not confirm.
    """
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(100)
    try:
        client.connect(host, port)
    except (OSError, UnicodeError) as error:
        raise OutsideError(f"no MQTT broker at {host}:{port}: {error}") from error
    client.loop_start()
    sent, last = 0, None
    began = time.monotonic()
    try:
        first = None
        for moment, values in _messages(readings):
            first = first or moment
            ahead = (moment - first).total_seconds() / speed if speed > 0 else 0.0
            time.sleep(max(0.0, began + ahead - time.monotonic()))
            payload = json.dumps({"time": moment.isoformat(), "values": values})
            last = client.publish(f"loopkeeper/{plant}/telemetry", payload, qos=1)
            sent += len(values)
            told(sent, moment)
            if last.mid % WAITING == 0:
                last.wait_for_publish(CONFIRMED)
        if last is not None:
            last.wait_for_publish(CONFIRMED)
            if not last.is_published():
                raise OutsideError(f"the broker at {host}:{port} does not confirm")
    finally:
        client.disconnect()
        client.loop_stop()
    return sent


def _messages(readings: pl.DataFrame) -> Iterator[tuple[datetime, dict[str, float]]]:
    """Values of each instant, in order of time."""
    rows = readings.filter(pl.col("time").is_not_null(), pl.col("value").is_not_null())
    for (moment,), part in rows.sort("time").group_by("time", maintain_order=True):
        yield moment, dict(zip(part["point"], part["value"], strict=True))
