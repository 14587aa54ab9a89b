"""Hundreds of unequal holes against brute force: every hole with its segments, minutes of it."""

import numpy as np
import pygfunction as gt
import pytest

from loopkeeper.physics.gfunction import FieldGeometry, g_function

pytestmark = pytest.mark.validation_long
YEAR, ALPHA = 365 * 86400.0, 1e-6
RADIUS, BURIED = 0.075, 2.0


def test_what_400_unequal_holes_add_is_within_one_percent_of_brute_force(judged):
    """
    Twenty by twenty holes, one in ten a sixth too short: as found over even, month to 50 years.

    Both solutions make both fields: what short holes cost is their ratio. By themselves the
    library's equivalent boreholes give 400 holes up to 2 % more than twelve segments a hole do.
    """
    dice = np.random.default_rng(400)
    x, y = (one.ravel() * 5.0 for one in np.meshgrid(np.arange(20), np.arange(20)))
    short = 0.15 * (dice.random(400) < 0.1)
    lengths = 2.0 * np.round(60.0 * np.clip(dice.normal(0.95, 0.06, 400) - short, 0.6, 1.05))
    time = np.geomspace(30 * 86400.0, 50 * YEAR, 9)

    def ours(holes):
        mean = float(np.mean(holes))
        shape = FieldGeometry(x, y, mean, BURIED, RADIUS, lengths=holes)
        return g_function(shape, diffusivity=ALPHA, time=time)

    def theirs(holes):
        field = [
            gt.boreholes.Borehole(h, BURIED, RADIUS, a, b)
            for h, a, b in zip(holes, x, y, strict=True)
        ]
        options = {"disp": False, "nSegments": 12}
        made = gt.gfunction.gFunction(
            field,
            ALPHA,
            time=time,
            boundary_condition="UBWT",
            method="similarities",
            options=options,
        )
        return made.gFunc

    even = np.full(400, lengths.mean())
    found = (ours(lengths) / ours(even)) / (theirs(lengths) / theirs(even)) - 1.0
    judged("400 unequal over even holes", by="pygfunction, 12 segments", error=found, bound=0.01)
