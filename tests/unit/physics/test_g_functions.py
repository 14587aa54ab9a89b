"""What a g-function may be, what may be asked of it, and holes that lean."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import erf, exp1

from loopkeeper.errors import OutOfRangeError, UnphysicalError
from loopkeeper.physics.gfunction import FieldGeometry, _lines, check_g_function, g_function
from loopkeeper.physics.leaning import Lines, shared_wall_g

ONE = FieldGeometry(np.zeros(1), np.zeros(1), 100.0, 2.0, 0.07)
PAIR = replace(ONE, x=np.array([0.0, 3.0]), y=np.array([0.0, 4.0]))
TRIO = replace(ONE, x=np.array([0.0, 3.0, 9.0]), y=np.array([0.0, 4.0, 12.0]))
TIME = np.array([1e6, 1e7, 1e8])


def line(distance):
    return 0.5 * exp1(distance**2 / (4e-6 * TIME))


@pytest.mark.parametrize(
    ("field", "bound"),
    [
        (ONE, line(0.07)),
        (PAIR, line(0.07) + line(5.0)),
        (TRIO, line(0.07) + 2 / 3 * (line(5.0) + line(10.0) + line(15.0))),
    ],
)
def test_no_field_gives_more_than_all_its_lines(field, bound):
    def check(g):
        check_g_function(g, time=TIME, geometry=field, diffusivity=1e-6)

    check(1.019 * bound)
    with pytest.raises(UnphysicalError, match="exceeds the line-source bound"):
        check(1.021 * bound)


def test_a_g_function_is_finite_positive_and_rises():
    def check(*g):
        check_g_function(np.array(g), time=TIME, geometry=ONE, diffusivity=1e-6)

    check(0.0, 1.0, 1.0)
    check(1.0, 1.0, 1.0 - 5e-7)
    for wrong, said in (
        ((0.5, np.nan, 1.0), "not finite"),
        ((-0.01, 0.5, 1.0), "negative"),
        ((0.5, 0.6, 0.599), "falls with time"),
    ):
        with pytest.raises(UnphysicalError, match=said):
            check(*wrong)


def test_a_bound_below_one_is_borne_by_two_hundredths():
    early = np.array([3600.0])
    own = 0.5 * exp1(0.07**2 / (4e-6 * early))
    assert own < 0.6
    check_g_function(own + 0.019, time=early, geometry=ONE, diffusivity=1e-6)
    with pytest.raises(UnphysicalError, match="bound"):
        check_g_function(own + 0.021, time=early, geometry=ONE, diffusivity=1e-6)


def test_what_no_library_answers_is_not_asked():
    def asked(field=ONE, time=TIME, diffusivity=1e-6):
        return g_function(field, diffusivity=diffusivity, time=np.array(time))

    assert asked(time=[3600.0, 7200.0])[0] > 0
    for time in ([3599.0, 7200.0], [], [1e6, 1e6], [1e7, 1e6], [[1e6, 1e7]]):
        with pytest.raises(OutOfRangeError):
            asked(time=time)
    for wrong in ({"length": 0.0}, {"radius": 0.0}, {"buried_depth": -0.1}):
        with pytest.raises(OutOfRangeError, match="positive"):
            asked(replace(ONE, **wrong))
    with pytest.raises(OutOfRangeError, match="positive"):
        asked(diffusivity=0.0)
    many = np.arange(4001.0)
    with pytest.raises(OutOfRangeError, match="4001 holes"):
        asked(replace(ONE, x=many, y=0 * many))
    lean = {"tilt": np.full(301, 0.1), "orientation": np.zeros(301)}
    with pytest.raises(OutOfRangeError, match="301 leaning holes"):
        asked(replace(ONE, x=many[:301], y=np.zeros(301), **lean))


def finite_line(distance, long, top, time):
    """Claesson and Javed's one integral, mean over the depth."""

    def ierf(x):
        return x * erf(x) - (1 - np.exp(-(x**2))) / np.sqrt(np.pi)

    def rate(s):
        h, d = long * s, top * s
        ends = 2 * ierf(h) + 2 * ierf(h + 2 * d) - ierf(2 * h + 2 * d) - ierf(2 * d)
        return np.exp(-((distance * s) ** 2)) / s**2 * ends / long

    begun = 1 / np.sqrt(4e-6 * time)
    return 0.5 * sum(quad(rate, a, b, limit=400)[0] for a, b in ((begun, 1.0), (1.0, 80.0)))


def test_a_hole_is_a_finite_line_upright_or_lying_deep():
    """Ends give more than the middle: one wall temperature is within 1.5 % of even heat."""
    time = np.geomspace(1e5, 1e9, 30)
    exact = np.array([finite_line(0.07, 100.0, 2.0, t) for t in time])
    upright = shared_wall_g(_lines(ONE), 0.07, 1e-6 * time)
    assert upright == pytest.approx(exact, rel=0.015)
    assert g_function(ONE, diffusivity=1e-6, time=time) == pytest.approx(upright, rel=0.01)
    lean = replace(ONE, tilt=np.full(1, 1e-3), orientation=np.zeros(1))
    assert g_function(lean, diffusivity=1e-6, time=time) == pytest.approx(upright, rel=0.01)
    deep = Lines(np.array([[0.0, 0.0, -900.0]]), np.array([[0.6, 0.8, 0.0]]), np.array([100.0]))
    endless = 0.5 * exp1(0.07**2 / (4e-6 * time[:10]))
    assert shared_wall_g(deep, 0.07, 1e-6 * time)[:10] == pytest.approx(endless, rel=0.03)


def test_holes_that_lean_apart_feel_each_other_less():
    time = np.geomspace(1e6, 1e9, 25)
    pair = replace(PAIR, lengths=np.array([100.0, 100.0]))
    apart = replace(pair, tilt=np.full(2, 0.3), orientation=np.arctan2([-4.0, 4.0], [-3.0, 3.0]))
    inwards = replace(apart, orientation=apart.orientation + np.pi)
    g = [g_function(f, diffusivity=1e-6, time=time)[-1] for f in (apart, pair)]
    alone = finite_line(0.07, 100.0, 2.0, 1e9)
    assert alone < g[0] < g[1]
    both = alone + finite_line(5.0, 100.0, 2.0, 1e9)
    assert g[1] == pytest.approx(both, rel=0.02)
    assert g_function(inwards, diffusivity=1e-6, time=time)[-1] > g[0]


def test_lines_begin_at_their_heads_and_point_where_they_lean():
    lean = replace(PAIR, tilt=np.array([0.0, 0.5]), orientation=np.array([0.0, 2.0]))
    lines = _lines(lean)
    assert lines.heads == pytest.approx(np.array([[0.0, 0.0, -2.0], [3.0, 4.0, -2.0]]))
    out = np.sin(0.5)
    aim = [out * np.cos(2.0), out * np.sin(2.0), -np.cos(0.5)]
    assert lines.along == pytest.approx(np.array([[0.0, 0.0, -1.0], aim]))
    assert lines.lengths.tolist() == [100.0, 100.0]
    parts = lines.parts()
    assert parts.lengths[:5] == pytest.approx([6.0, 20.0, 48.0, 20.0, 6.0])
    assert parts.heads[:5, 2] == pytest.approx([-2.0, -8.0, -28.0, -76.0, -96.0])
    assert parts.heads[6] == pytest.approx(lines.heads[1] + 6.0 * np.array(aim))
    assert lines.of(np.array([1])).heads.tolist() == [[3.0, 4.0, -2.0]]
