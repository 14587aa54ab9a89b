"""
Loopkeeper 地源管家: keeps ground-source heat pump plants delivering what was promised.

``import loopkeeper as lk`` offers the verbs of :mod:`loopkeeper.api`, such as ``lk.read``,
``lk.simulate``, ``lk.response_test``, ``lk.diagnose`` and ``lk.report``. They are imported when
they are first asked for.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
_VERBS = frozenset(
    {
        "check",
        "demo",
        "diagnose",
        "evaluate",
        "plot",
        "pumping_test",
        "read",
        "report",
        "response_test",
        "review",
        "simulate",
        "size",
    }
)


def __getattr__(name: str) -> Any:
    """Return a verb of the Python interface."""
    if name in _VERBS:
        return getattr(import_module("loopkeeper.api"), name)
    raise AttributeError(f"module 'loopkeeper' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the verbs too."""
    return sorted({*globals(), *_VERBS})
