"""Other processes that work for a service: each tells how far it is, and can be stopped."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, MutableSequence
from dataclasses import dataclass
from typing import Any

from pebble import ProcessExpired, ProcessPool

from loopkeeper.errors import OutsideError

LONGEST = 3600.0
"""Work that takes longer is stopped. [s]"""
Work = Callable[[], Any]
"""What another process does: a function with all it is given; it may :func:`tell`."""


class Hands:
    """So many processes, one work each at a time."""

    def __init__(self, count: int) -> None:
        """Start when the first work comes."""
        spawn = multiprocessing.get_context("spawn")
        self._shares = spawn.RawArray("d", count)
        self._pool = ProcessPool(
            count, context=spawn, initializer=_begin, initargs=(self._shares,)
        )

    def begin(self, number: int, work: Work) -> "asyncio.Future[Any]":
        """
        Have a work done.

        Parameters
        ----------
        number : int
            Whose of so many it is; nobody else works under it now.
        work : callable
            It and all it is given can be sent to another process.

        Returns
        -------
        Future
            For :func:`answer`; when it is cancelled the process is stopped.
        """
        self._shares[number] = 0.0
        return asyncio.wrap_future(self._pool.schedule(_done, (number, work), timeout=LONGEST))

    def share(self, number: int) -> float:
        """Return how far a work is. [-]"""
        return float(self._shares[number])

    def close(self) -> None:
        """Stop whatever is worked on."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def answer(begun: "asyncio.Future[Any]") -> Any:
    """
    Return what a work that ended gave.

    Raises
    ------
    OutsideError
        When its process is gone or was too long at it; else what the work raised.
    """
    try:
        return begun.result()
    except ProcessExpired as error:
        raise OutsideError("the process that worked on it is gone") from error
    except TimeoutError as error:
        raise OutsideError(f"took longer than {LONGEST / 60:.0f} minutes") from error


@dataclass
class _Place:
    """Where this process writes how far it is."""

    shares: MutableSequence[float]
    number: int = 0


_here = _Place([0.0])


def tell(share: float) -> None:
    """Say how far the work of this process is. [-]"""
    _here.shares[_here.number] = share


def _done(number: int, work: Work) -> Any:
    _here.number = number
    return work()


def _begin(shares: MutableSequence[float]) -> None:
    """End with the parent, however it ends; interrupts are for the parent."""
    _here.shares = shares
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)
