"""Waiting for another process or thread, never without end: after a limit it fails and says so."""

import queue
import subprocess
import threading
from contextlib import suppress

LIMIT = 300.0
"""A start of the program on a machine that does ten other things at once, and room. [s]"""
AFTER_A_KILL = 10.0
"""Until a killed process is gone. [s]"""


class NeverCameError(AssertionError):
    """What was waited for did not come within its limit."""


def run(command, *, seconds=LIMIT, check=False, **given):
    """``subprocess.run`` that kills what does not end."""
    try:
        return subprocess.run(command, timeout=seconds, check=check, **given)
    except subprocess.TimeoutExpired as late:
        heard = b"" if late.stderr is None else late.stderr
        raise NeverCameError(f"{command} did not end in {seconds:g} s: {heard!r}") from None


def within(seconds, work, *given):
    """What a call that may never come back returns; the call goes on when the limit is over."""
    came: queue.Queue = queue.Queue()

    def call():
        try:
            came.put((work(*given), None))
        except BaseException as error:  # noqa: BLE001 - raised again by who waits
            came.put((None, error))

    threading.Thread(target=call, daemon=True).start()
    try:
        answer, error = came.get(timeout=seconds)
    except queue.Empty:
        raise NeverCameError(f"{work} did not come back in {seconds:g} s") from None
    if error is not None:
        raise error
    return answer


def line(process, pipe="stdout", seconds=LIMIT):
    """The next line of a living process; one that says nothing is killed."""
    return _of(process, seconds, getattr(process, pipe).readline)


def said(process, pipe="stderr", seconds=LIMIT):
    """All that a process still says until it ends; one that does not end is killed."""
    return _of(process, seconds, getattr(process, pipe).read)


def ended(process, seconds=LIMIT):
    """Exit code of a process; one that does not end is killed."""
    return _of(process, seconds, process.wait)


def _of(process, seconds, work):
    """Wait for a process; its pipes end when it is killed, so that nobody is left reading."""
    try:
        return within(seconds, work)
    except NeverCameError:
        process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(AFTER_A_KILL)
        raise
