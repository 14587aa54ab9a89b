"""
What a problem takes with it: values that cannot be trusted are withheld, with the reason.

A verdict of severity *problem* blames the points that its figures name and the channels of its
row below; whatever was derived from a blamed channel is blamed too. Withheld channels stay in
place without values, so that every figure, grade, saving and diagnosis that needs one refuses by
itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from loopkeeper.measure.metered import electricity_of
from loopkeeper.measure.series import ChannelKey, PlantHours
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import GRAVE, Verdict

POINTS: Final = ("point", "flow", "supply", "back", "first_point", "second_point")
"""Figures of a verdict that name a point."""
ELECTRICITY: Final = "electricity"
"""Stands for whatever meters hold the electricity of a group."""
CHANNELS: Final[Mapping[str, tuple[ChannelKey, ...]]] = {
    "measure.balance.open": (
        ("heat_power", "load"),
        ("heat_power", "source"),
        (ELECTRICITY, "machines"),
    ),
    "measure.balance.cop_implausible": (("heat_power", "load"), (ELECTRICITY, "machines")),
    "measure.balance.heat_meter": (("heat_power", "{loop}"), ("heat_power_calculated", "{loop}")),
    "measure.machine.meter_wrong": ((ELECTRICITY, "{machines}"),),
    "measure.balance.pumping": (("flow", "{loop}"), (ELECTRICITY, "{loop}-pumps")),
}
"""Channels that a problem blames beside the points it names; ``{…}`` are of its figures."""


def blamed(verdict: Verdict, hours: PlantHours, plant: Plant) -> frozenset[ChannelKey]:
    """
    Return the channels that a verdict blames, without what was derived from them.

    Parameters
    ----------
    verdict : Verdict
        Anything below a problem blames nothing.
    hours : PlantHours
        Measured hours.
    plant : Plant
        Its points and machines.

    Returns
    -------
    frozenset of ChannelKey
    """
    if verdict.severity not in GRAVE:
        return frozenset()
    named = {str(verdict.figures[k]) for k in POINTS if k in verdict.figures}
    found = {
        k
        for k, c in hours.channels.items()
        if c.point is not None and not c.rests_on and c.point.id in named
    }
    for quantity, of in CHANNELS.get(verdict.code, ()):
        place = of.format(**verdict.figures)
        if quantity == ELECTRICITY:
            found |= set(electricity_of(hours, plant, *place.split("+")).channels)
        else:
            found.add((quantity, place))
    return frozenset(found)


def withhold(hours: PlantHours, plant: Plant, verdicts: Sequence[Verdict]) -> PlantHours:
    """
    Return the hours without the values that problems make worthless.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    plant : Plant
        Its points and machines.
    verdicts : sequence of Verdict
        Everything said about points and hours.

    Returns
    -------
    PlantHours
        Blamed channels are NaN with no coverage; ``withheld`` gives the problems of each.
    """
    reasons: dict[ChannelKey, tuple[Verdict, ...]] = dict(hours.withheld)
    for verdict in verdicts:
        for key in _with_heirs(blamed(verdict, hours, plant), hours):
            if verdict not in reasons.get(key, ()):
                reasons[key] = (*reasons.get(key, ()), verdict)
    if reasons == hours.withheld:
        return hours
    channels = {
        key: channel.silent() if key in reasons else channel
        for key, channel in hours.channels.items()
    }
    return replace(hours, channels=channels, withheld=reasons)


def _with_heirs(keys: frozenset[ChannelKey], hours: PlantHours) -> Iterable[ChannelKey]:
    """Channels and everything that was derived from them."""
    found = {k for k in keys if k in hours.channels}
    grown = True
    while grown:
        heirs = {k for k, c in hours.channels.items() if found.intersection(c.rests_on)}
        grown = not heirs <= found
        found |= heirs
    return found
