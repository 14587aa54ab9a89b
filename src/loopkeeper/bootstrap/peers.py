"""Those that listen to a recording, over MQTT."""

from loopkeeper.adapters.feeds.mqtt.player import play

__all__ = ["play"]
