"""How a BACnet device is read: together while it can, one property at a time when it cannot."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bacpypes3.apdu import ErrorPDU, ErrorRejectAbortNack, RejectPDU
from bacpypes3.app import Application
from bacpypes3.basetypes import Reliability, StatusFlags
from bacpypes3.errors import InvalidTag
from bacpypes3.pdu import Address
from bacpypes3.primitivedata import ObjectIdentifier

from loopkeeper.adapters.feeds.values import number
from loopkeeper.app.columns import PayloadError
from loopkeeper.measure.source_quality import SourceQuality

FLAG_COUNT = 4
"""Status flags of an object: alarm, fault, overridden, out of service (ASHRAE 135)."""

PRESENT, FLAGS, RELIABILITY = "present-value", "status-flags", "reliability"
PROPERTIES = (PRESENT, FLAGS, RELIABILITY)
"""What tells a value and how far it is to be believed."""
STEPS = (20, 5, 1, 0)
"""Objects asked for in one request; none: every property by itself."""
ENOUGH = 3
"""So many errors for single objects tell that a device cannot be asked for several properties."""
BROKEN = (InvalidTag, ValueError, TypeError, AttributeError)
"""What the library raises when a device's answer cannot be decoded."""
_SILENT = "no-response"
_SOUND = "no-fault-detected"

Reading = tuple[float | None, SourceQuality]
"""Value and quality."""
Found = dict[str, Any]


class SilentError(Exception):
    """A device does not answer."""


class _RefusedError(Exception):
    """A device answers that it cannot: ``never`` at all, or not for these ``objects``."""

    def __init__(self, *, never: bool = False, objects: bool = False) -> None:
        super().__init__()
        self.never, self.objects = never, objects


@dataclass
class Manners:
    """What a device was found able to do; kept while the service runs."""

    step: int = 0
    proven: bool = False
    refused: int = 0
    lacks: set[tuple[str, str]] = field(default_factory=set)

    @property
    def together(self) -> int:
        """Objects asked for in one request."""
        return STEPS[self.step]

    def less(self, *, never: bool) -> None:
        """Ask for less from now on."""
        self.step = len(STEPS) - 1 if never else self.step + 1


@dataclass(frozen=True)
class Peer:
    """A device as it is asked: through which application, where, how patiently."""

    app: Application
    address: str
    timeout: float

    async def values(self, objects: Sequence[str], manners: Manners) -> dict[str, Reading]:
        """
        Read the present values of objects.

        Parameters
        ----------
        objects : sequence of str
            Such as ``analog-input,1``.
        manners : Manners
            What is known of the device; extended.

        Returns
        -------
        dict
            Value and quality by object; objects after which the device fell silent are left out.

        Raises
        ------
        SilentError
            When it answers nothing at all.
        """
        found: dict[str, Reading] = {}
        rest = list(objects)
        try:
            while rest:
                part = rest[: manners.together or 1]
                if manners.together:
                    answer = await self._asked(part, manners)
                else:
                    answer = {part[0]: await self._one_by_one(part[0], manners)}
                if answer is not None:
                    found |= {one: judged(answer.get(one, {})) for one in part}
                    rest = rest[len(part) :]
        except SilentError:
            if not found:
                raise
        return found

    async def _asked(self, part: Sequence[str], manners: Manners) -> dict[str, Found] | None:
        """Properties by object; None when less must be asked for at a time."""
        try:
            answer = await self._many(part)
        except _RefusedError as refused:
            if refused.objects and len(part) == 1:
                manners.refused += 1
                if manners.proven or manners.refused < ENOUGH:
                    return {part[0]: await self._one_by_one(part[0], manners)}
            manners.less(never=refused.never or len(part) == 1)
            return None
        except SilentError:
            # some fall silent at what they do not know: a simple question tells
            await self._one(part[0], PRESENT)
            manners.less(never=not manners.proven)
            return None
        manners.proven = True
        return answer

    async def _many(self, part: Sequence[str]) -> dict[str, Found]:
        wanted: list[Any] = []
        for one in part:
            wanted += [ObjectIdentifier(one), list(PROPERTIES)]
        try:
            async with asyncio.timeout(3 * self.timeout):
                answer = await self.app.read_property_multiple(Address(self.address), wanted)
        except TimeoutError as error:
            raise SilentError from error
        except BROKEN as error:
            raise _RefusedError from error
        except ErrorRejectAbortNack as error:
            answer = error
        _check(answer)
        names = {tuple(ObjectIdentifier(one)): one for one in part}
        found: dict[str, Found] = {one: {} for one in part}
        for identifier, what, _, value in answer:
            if tuple(identifier) in names:
                found[names[tuple(identifier)]][str(what)] = value
        return found

    async def _one_by_one(self, one: str, manners: Manners) -> Found:
        found: Found = {}
        for what in PROPERTIES:
            if (one, what) in manners.lacks:
                continue
            value = await self._one(one, what)
            if what != PRESENT and isinstance(value, ErrorRejectAbortNack):
                manners.lacks.add((one, what))
            else:
                found[what] = value
        return found

    async def _one(self, one: str, what: str) -> Any:
        """A property, or the error that stands for it."""
        try:
            async with asyncio.timeout(3 * self.timeout):
                answer = await self.app.read_property(
                    Address(self.address), ObjectIdentifier(one), what
                )
        except TimeoutError as error:
            raise SilentError from error
        except BROKEN:
            return None
        except ErrorRejectAbortNack as error:
            answer = error
        if _is_silence(answer):
            raise SilentError
        return answer


def _is_silence(answer: Any) -> bool:
    return isinstance(answer, ErrorRejectAbortNack) and str(answer) == _SILENT


def _check(answer: Any) -> None:
    """Tell a refusal from silence."""
    if _is_silence(answer):
        raise SilentError
    if isinstance(answer, ErrorRejectAbortNack) or answer is None:
        objects = isinstance(answer, ErrorPDU)
        raise _RefusedError(never=isinstance(answer, RejectPDU), objects=objects)


def judged(found: Mapping[str, Any]) -> Reading:
    """
    Return a value and its quality.

    Parameters
    ----------
    found : mapping
        Properties by name; errors stand for what an object does not have.

    Returns
    -------
    value, quality
        Bad in fault or when the reliability says so, doubtful when a hand set it or it is out of
        service: then it is no measurement.
    """
    value = _value(found.get(PRESENT))
    flags, reliability = found.get(FLAGS), found.get(RELIABILITY)
    bits = (
        list(flags)
        if isinstance(flags, StatusFlags) and len(flags) >= FLAG_COUNT
        else [0, 0, 0, 0]
    )
    _, fault, overridden, out_of_service = bits[:4]
    unreliable = isinstance(reliability, Reliability) and str(reliability) != _SOUND
    if value is None or fault or unreliable:
        return value, SourceQuality.BAD
    held = overridden or out_of_service
    return value, SourceQuality.UNCERTAIN if held else SourceQuality.GOOD


def _value(raw: Any) -> float | None:
    """A present value: analog, binary or multi-state; None for an error."""
    if isinstance(raw, ErrorRejectAbortNack):
        return None
    for one in (raw, str(raw)):
        try:
            return number(one)
        except PayloadError:
            continue
    return None
