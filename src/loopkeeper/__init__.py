"""Loopkeeper 地源管家: keeps ground-source heat pump plants delivering what was promised."""

__version__ = "0.1.0"
