"""
A thermal response test as it was logged, made ready for evaluation: every doubt is a verdict.

Sensors swapped or offset, clocks that jump, power that fails and comes back: all of it happens on
site and is looked for here, not assumed away.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.survey.before_heating import Undisturbed, before_heating
from loopkeeper.lifecycle.survey.test_fluid import (
    Fluid,
    fluid_words,
    said_of_fluid,
    volumetric,
)
from loopkeeper.measure.series import Floats
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR

FEWEST, RESTED = 10, 30
"""Fewer readings are no test; readings without heat that tell a pair's offset. [-]"""
APART = 0.02
"""Smaller offsets of a pair are none. [K]"""

Bools = NDArray[np.bool_]

COLUMNS = ("inlet", "outlet", "mean", "power", "flow", "bleed")
ON = 0.5
"""Heating counts as on above this share of its median. [-]"""
LONGEST_INTERVAL = 600.0
"""Readings at least this often (GB 50366 C.3, ASHRAE; confidence M+). [s]"""
AGREE = 0.05
"""Heat by flow and spread agrees with the logged power within this share. [-]"""
SHORTEST_OUTAGE = 180.0
"""Shorter failures of the power are noise of the log. [s]"""


@dataclass(frozen=True, kw_only=True)
class TestLog:
    """
    A log as it came, shape (n,) each; None where the logger did not record it.

    ``time`` [s] from any instant; ``inlet`` into and ``outlet`` out of the hole, or their ``mean``
    [°C]; ``power`` put into the water [W]; ``flow`` round the hole and ``bleed`` taken out of
    it, as from a standing column [m3 s-1]. ``fluid`` as stated, None when nobody said;
    ``weighed`` True when the flow was logged by mass, as litres of water of as many kilograms.
    """

    __test__ = False

    time: Floats
    inlet: Floats | None = None
    outlet: Floats | None = None
    mean: Floats | None = None
    power: Floats | None = None
    flow: Floats | None = None
    bleed: Floats | None = None
    fluid: Fluid | None = None
    weighed: bool = False

    def rows(self, keep: "Bools | slice") -> "TestLog":
        """Return the log with some of its rows."""
        columns: dict[str, Any] = {
            name: None if (values := getattr(self, name)) is None else values[keep]
            for name in COLUMNS
        }
        return replace(self, time=self.time[keep], **columns)


@dataclass(frozen=True, kw_only=True)
class TestRecord:
    """
    A test ready for evaluation, shape (n,): from the first reading under heat.

    ``time`` since heating began [s]; ``temperature`` mean of the water in the hole [°C]; ``power``
    put into it [W]; ``settled`` False where the temperature says nothing of the ground (pump or
    heater off, and shortly after). ``complete`` False when the log begins after the heating did;
    ``before`` what the water showed before heating, None when not logged; ``flow`` round the hole
    as logged, else as the heat and the spread tell it [m3 s-1]; ``imbalance`` heat by flow and
    spread over the logged power, less one, None when not both are known [-]; ``power_doubt``
    standard deviation of the power where the water did not follow what was logged [-].
    """

    __test__ = False

    time: Floats
    temperature: Floats
    power: Floats
    settled: Bools
    complete: bool
    before: Undisturbed | None
    outages: tuple[tuple[float, float], ...]
    """Start and length of each failure of the power. [s]"""
    flow: Floats | None = None
    imbalance: float | None = None
    power_doubt: float = 0.0

    @property
    def heated(self) -> Bools:
        """Where the heater was on."""
        return self.power > ON * self.steady_power

    @property
    def steady_power(self) -> float:
        """Median of the power that is not zero. [W]"""
        return _typical(self.power)

    @property
    def mean_power(self) -> float:
        """Mean from the start to the end of heating, failures included. [W]"""
        last = float(self.time[self.heated].max())
        return float(self.power[self.time <= last].mean())


def prepare(log: TestLog) -> tuple[TestRecord, tuple[Verdict, ...]]:
    """
    Return a log as a record, with all that is doubtful about it.

    Parameters
    ----------
    log : TestLog
        As logged; recovery after the heating may follow.

    Returns
    -------
    TestRecord
        From the start of heating on, ordered in time, duplicates gone.
    verdicts : tuple of Verdict
        Sensors swapped or offset, rows dropped, power failures, intervals, energy.

    Raises
    ------
    InsufficientDataError
        When temperature or power cannot be had from the columns, or the heater was never on.
    """
    log, backward = _ordered(log)
    log, bled = _before_bleed(log)
    log, swapped = _oriented(log)
    (power, imbalance), heated = _power(log)
    mean = log.mean if log.mean is not None else _both(log)
    typical = _typical(power)
    on = power > ON * typical
    first = int(np.argmax(on))
    complete = first > 0 or log.time[0] <= 2 * LONGEST_INTERVAL
    start = log.time[first] - _usual_step(log.time) if first > 0 else min(0.0, log.time[0])
    verdicts = [*backward, *bled, *swapped, *heated]
    if not complete:
        verdicts.append(Verdict("survey.trt.starts_late", {"hours": f"{log.time[0] / HOUR:.1f}"}))
    idle = slice(0, first)
    flow = None if log.flow is None else log.flow[idle] / np.nanmedian(log.flow[on])
    kept = slice(first, None)
    time = log.time[kept] - start
    record = TestRecord(
        time=time,
        temperature=mean[kept],
        power=power[kept],
        settled=np.isfinite(mean[kept]),
        complete=complete,
        before=before_heating(log.time[idle], mean[idle], flow),
        outages=_outages(time, power[kept], typical),
        flow=_flow(log.rows(kept), power[kept]),
        imbalance=imbalance,
    )
    verdicts += _failures(record)
    record = _without_circulation(_unsettled_after(record), log.flow is not None)
    return record, (*verdicts, *_intervals(record))


def _flow(log: TestLog, power: Floats) -> Floats | None:
    """Flow as logged, else by heat and spread where both are known. [m3 s-1]"""
    if log.flow is not None:
        return log.flow
    if log.inlet is None or log.outlet is None:
        return None
    spread = log.inlet - log.outlet
    big = spread > ON * np.nanmedian(spread)
    by_heat = power / (volumetric(log.fluid, 20.0) * np.where(big, spread, np.nan))
    return np.asarray(by_heat)


def _without_circulation(record: TestRecord, logged: bool) -> TestRecord:  # noqa: FBT001
    """Mark rows in which the pump stood: the water at the sensors is not that in the hole."""
    if not logged or record.flow is None:
        return record
    usual = float(np.nanmedian(record.flow[record.heated]))
    runs = np.nan_to_num(record.flow) > ON * usual
    return replace(record, settled=record.settled & runs)


def _typical(power: Floats) -> float:
    """Median power of the rows that heat. [W]"""
    positive = power[power > 0.1 * np.nanmax(power, initial=0.0)]
    if len(positive) < FEWEST:
        raise InsufficientDataError(
            "the heater was never on", [f"{len(positive)} rows show power above zero"]
        )
    return float(np.median(positive))


def _usual_step(time: Floats) -> float:
    return float(np.median(np.diff(time)))


def _ordered(log: TestLog) -> tuple[TestLog, list[Verdict]]:
    """Rows in time; those that repeat an instant or go back are dropped and counted."""
    ahead = np.maximum.accumulate(log.time)
    keep = np.isfinite(log.time) & np.concatenate([[True], np.diff(ahead) > 0])
    if keep.sum() < FEWEST:
        raise InsufficientDataError(
            "the log is too short", [f"{keep.sum()} rows with ascending times, 10 are needed"]
        )
    if keep.all():
        return log.rows(keep), []
    figures = {"count": int((~keep).sum()), "row": int(np.argmin(keep)) + 2}
    return log.rows(keep), [Verdict("survey.trt.clock_back", figures)]


def _before_bleed(log: TestLog) -> tuple[TestLog, list[Verdict]]:
    """Rows before water is bled from the well: from there on it is another test."""
    if log.bleed is None or not np.any(np.nan_to_num(log.bleed) > 0):
        return log, []
    first = int(np.argmax(np.nan_to_num(log.bleed) > 0))
    figures = {"hours": f"{(log.time[-1] - log.time[first]) / HOUR:.1f}"}
    return log.rows(slice(0, first)), [Verdict("survey.trt.bleed", figures)]


def _both(log: TestLog) -> Floats:
    if log.inlet is None or log.outlet is None:
        raise InsufficientDataError(
            "the log has no temperature of the water in the hole",
            ["give the mean temperature, or both inlet and outlet"],
        )
    return 0.5 * (log.inlet + log.outlet)


def _power(log: TestLog) -> tuple[tuple[Floats, float | None], list[Verdict]]:
    """Heat into the water as logged, else flow times spread [W]; and how far the two differ."""
    carried, capacity = None, np.nan
    if log.inlet is not None and log.outlet is not None and log.flow is not None:
        warm = float(np.nanmean(0.5 * (log.inlet + log.outlet)))
        capacity = volumetric(log.fluid, warm, weighed=log.weighed)
        carried = capacity * log.flow * (log.inlet - log.outlet)
    if log.power is None:
        if carried is None:
            raise InsufficientDataError(
                "the log has no heating power",
                [f"found: {_found(log)}", "give the power, or flow with inlet and outlet"],
            )
        power = np.asarray(np.nan_to_num(carried))
        return (power, None), said_of_fluid(log.fluid, capacity)
    power, said = np.nan_to_num(log.power), []
    if np.median(power) < 0:
        said = [Verdict("survey.trt.power_negative", {})]
        power = -power
    if carried is None:
        return (power, None), said
    on = (power > ON * _typical(power)) & np.isfinite(carried)
    apart = float(carried[on].mean() / power[on].mean()) - 1
    differs = abs(apart) > AGREE
    code = "energy_differs" if differs else "energy_agrees"
    figures = {"percent": f"{100 * apart:+z.1f}", "fluid": fluid_words(log.fluid)}
    return (power, apart), [*said, Verdict(f"survey.trt.{code}", figures)]


def _found(log: TestLog) -> str:
    """Which quantities a log has."""
    return ", ".join(name for name in COLUMNS if getattr(log, name) is not None) or "time only"


def _oriented(log: TestLog) -> tuple[TestLog, list[Verdict]]:
    """Inlet warmer than outlet while heat goes in; sensors equal while nothing does."""
    if log.inlet is None or log.outlet is None:
        return log, []
    inlet, outlet, said = log.inlet, log.outlet, []
    spread = inlet - outlet
    strong = np.abs(log.power) if log.power is not None else np.abs(spread)
    heating = strong > ON * _typical(strong)
    if np.nanmedian(spread[heating]) < 0:
        said.append(Verdict("survey.trt.swapped", {}))
        inlet, outlet, spread = outlet, inlet, -spread
    running = (
        np.ones(len(spread), bool) if log.flow is None else log.flow > 0.5 * np.nanmax(log.flow)
    )
    idle = (strong < 0.02 * _typical(strong)) & running & np.isfinite(spread)
    idle[int(np.argmax(heating)) :] = False
    if log.flow is not None and idle.sum() >= RESTED:
        offset = float(np.median(spread[idle][-60:]))
        if abs(offset) > APART:
            said.append(Verdict("survey.trt.offset", {"offset": f"{offset:+z.3f}"}))
            inlet, outlet = inlet - offset / 2, outlet + offset / 2
    return replace(log, inlet=inlet, outlet=outlet), said


def _outages(time: Floats, power: Floats, typical: float) -> tuple[tuple[float, float], ...]:
    """Failures between the first and the last reading under heat. [s], [s]"""
    on = power > ON * typical
    last = int(np.flatnonzero(on)[-1])
    edges = np.diff(np.concatenate([[True], on[: last + 1]]).astype(np.int8))
    starts, ends = np.flatnonzero(edges == -1), np.flatnonzero(edges == 1)
    spans = [(float(time[a]), float(time[b] - time[a])) for a, b in zip(starts, ends, strict=True)]
    return tuple(s for s in spans if s[1] >= SHORTEST_OUTAGE)


def _failures(record: TestRecord) -> Iterator[Verdict]:
    for start, length in record.outages:
        figures = {"hours": f"{start / HOUR:.1f}", "minutes": round(length / 60)}
        yield Verdict("survey.trt.outage", figures)


def _unsettled_after(record: TestRecord) -> TestRecord:
    """Mark what follows a failure for as long again, at least half an hour."""
    settled = record.settled.copy()
    for start, length in record.outages:
        after = start + length + max(length, 0.5 * HOUR)
        settled &= (record.time < start) | (record.time > after)
    return replace(record, settled=settled)


def _intervals(record: TestRecord) -> Iterator[Verdict]:
    """Gaps in the log, and readings too seldom."""
    steps = np.diff(record.time)
    usual = float(np.median(steps))
    if usual > LONGEST_INTERVAL:
        yield Verdict("survey.trt.interval", {"minutes": f"{usual / 60:.0f}"})
    wide = steps > max(5 * usual, LONGEST_INTERVAL)
    if wide.any():
        figures = {"count": int(wide.sum()), "longest": f"{steps.max() / HOUR:.1f}"}
        yield Verdict("survey.trt.gaps", figures)
