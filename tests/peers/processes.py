"""Real peers on loopback, started and killed by the tests."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from peers import waiting

CONFIRMED_UNSAVED = 20
"""Messages that a broker may have confirmed and not yet saved when it is killed."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(true, seconds=20.0, every=0.05):
    """Wait until something is true; returns it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(every)
    return true()


class Broker:
    """A mosquitto of one's own, its queue saved at every change."""

    def __init__(self, folder: Path, *, inflight: int = 20, careful: bool = True):
        self.binary = shutil.which("mosquitto") or shutil.which(
            "mosquitto", path="/usr/sbin:/usr/local/sbin"
        )
        if self.binary is None:
            pytest.skip("mosquitto is not installed (Debian: apt-get install mosquitto)")
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o777)
        self.port = free_port()
        self.config = folder / "mosquitto.conf"
        user = "user root\n" if os.geteuid() == 0 else ""
        self.config.write_text(
            f"{user}listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {folder}/\n{'autosave_on_changes true' if careful else ''}\n"
            f"autosave_interval {1 if careful else 60}\n"
            f"max_queued_messages 0\nmax_inflight_messages {inflight}\n"
        )
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [self.binary, "-c", str(self.config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert until(lambda: answers(self.port), 10)
        return self

    def stop(self, how=signal.SIGTERM):
        if self.process is not None:
            self.process.send_signal(how)
            waiting.ended(self.process, 30)
            self.process = None


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Serve:
    """``loopkeeper serve`` as a process."""

    def __init__(self, config: Path, *, flush: float = 0.5):
        self.config, self.port, self.flush = config, free_port(), flush
        self.process = None

    def start(self, *, wait=True):
        code = "from loopkeeper.cli.main import main; main()"
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                code,
                "serve",
                str(self.config),
                "--port",
                str(self.port),
                "--flush",
                str(self.flush),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        if wait and not until(lambda: answers(self.port), 60):
            self.process.kill()  # otherwise what it said never ends
            raise AssertionError(waiting.said(self.process, seconds=10).decode())
        return self

    def stop(self, how=signal.SIGTERM):
        if self.process is not None:
            self.process.send_signal(how)
            waiting.ended(self.process, 60)
            self.process.stderr.close()
            self.process = None

    def get(self, path: str, patience=20.0):
        """Ask; a service that is just starting is waited for."""
        end = time.monotonic() + patience
        while True:
            try:
                return self._get(path)
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def _get(self, path: str):
        address = f"http://127.0.0.1:{self.port}{path}"
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                raw, kind = answer.read(), answer.headers["content-type"]
        except urllib.error.HTTPError as error:
            raw, kind = error.read(), error.headers["content-type"]
        return json.loads(raw) if "json" in kind else raw.decode()


class Sender:
    """
    A gateway at a plant: publishes with QoS 1, keeps what the broker has not confirmed.

    What was confirmed last is remembered: mosquitto confirms a moment before it saves.
    """

    def __init__(self, port: int):
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id="gateway", clean_session=False
        )
        self.client.max_inflight_messages_set(20)
        self.client.reconnect_delay_set(1, 1)
        self.waiting, self.said, self.last = 0, {}, deque(maxlen=CONFIRMED_UNSAVED)
        self.client.on_publish = self._published
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def _published(self, _client, _data, mid, *_):
        self.waiting -= 1
        self.last.append(mid)

    def send(self, topic: str, payload):
        raw = payload if isinstance(payload, bytes | bytearray) else json.dumps(payload).encode()
        self.waiting += 1
        self.said[self.client.publish(topic, raw, qos=1).mid] = (topic, raw)

    def repeat(self):
        """Say again what was confirmed last."""
        for topic, raw in [self.said[mid] for mid in list(self.last)]:
            self.send(topic, raw)

    def confirmed(self, seconds=60):
        return until(lambda: self.waiting <= 0, seconds)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


def moment(seconds: float) -> str:
    return (datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=seconds)).isoformat()
