"""MQTT: plain JSON and Sparkplug B, acknowledged when durable."""
