"""
The same use cases from Python: ``import loopkeeper as lk``.

What is given is a folder of a dossier or files as loggers write them; what comes back are plain
records with intervals, coverage and verdicts, in SI units unless their names say otherwise. Wrong
input raises :class:`loopkeeper.errors.InputError`, data that do not carry an answer
:class:`loopkeeper.errors.DataError`; both say what was expected.
"""

from loopkeeper.api.field_tests import pumping_test, response_test
from loopkeeper.api.plants import (
    check,
    demo,
    diagnose,
    evaluate,
    plot,
    read,
    report,
    review,
    simulate,
    size,
)

__all__ = [
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
]
