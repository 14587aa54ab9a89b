"""Forms filled in bulk: each sign by hand, and how often honest ledgers are doubted."""

from datetime import date, timedelta

import numpy as np
import pytest

from loopkeeper.lifecycle.build.sameness import sameness
from loopkeeper.plant.records import LedgerCheck


def row(item, check, found, day="", crew="crew 1"):
    return LedgerCheck(
        item=f"B{item}",
        item_kind="borehole",
        check=check,
        drawn="",
        found=found,
        checked_at=day,
        checked_by=crew,
    )


def codes(rows):
    return [v.code.removeprefix("build.works.") for v in sameness(rows)]


def column(check, texts):
    return [row(n, check, text) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("texts", "doubted"),
    [
        (["120.0"] * 13 + ["119.5"] * 7, True),  # 65 %
        (["120.0"] * 12 + ["119.5"] * 8, False),  # 60 %
        (["120"] * 19 + ["119"], False),  # whole metres may well be alike
        (["120"] * 20, True),
        (["120.0"] * 19, False),  # too few to say
        (["49.9"] * 13 + ["50.2"] * 7, False),  # 499 of its last digits
    ],
)
def test_lengths_alike_to_the_digit_are_doubted_where_they_are_fine_or_all(texts, doubted):
    assert codes(column("active_length", texts)) == ["alike"] * doubted


def test_what_a_drawing_states_may_be_alike():
    assert codes(column("diameter", ["0.150"] * 50)) == []
    assert codes(column("colour", ["1.0000"] * 50)) == []


@pytest.mark.parametrize(("none", "doubted"), [(13, True), (12, False)])
def test_pressure_that_never_drops_is_doubted(none, doubted):
    texts = ["0.0"] * none + ["0.4"] * (20 - none)
    assert codes(column("pressure_test_1_drop", texts)) == ["no_drop"] * doubted
    assert codes(column("pressure_test_1_drop", ["0.4"] * 20)) == []


def test_metres_that_no_crew_drills_in_a_day_are_named_with_the_worst():
    rows = [row(n, "active_length", f"{120 + n / 10}", "2026-03-02") for n in range(5)]
    (said,) = sameness(rows)
    assert said.code == "build.works.hurried"
    assert said.figures["most"] == pytest.approx(120 * 5 + 1.0)
    assert (said.figures["count"], said.figures["of"]) == (1, 1)
    two = [row(n, "active_length", "120", "2026-03-02", f"crew {n % 2}") for n in range(8)]
    assert codes(two) == []


def test_holes_that_repeat_one_another_are_counted():
    def hole(n, like):
        values = np.random.default_rng(like).normal([120.0, 1.1, 0.8], [0.5, 0.05, 0.2])
        names = ("active_length", "grout_volume_ratio", "pressure_test_1_drop")
        return [row(n, name, f"{v:.2f}") for name, v in zip(names, values, strict=True)]

    apart = [one for n in range(40) for one in hole(n, n)]
    assert codes(apart) == []
    six = [one for n in range(40) for one in hole(n, n % 6)]
    (said,) = sameness(six)
    assert (said.code, said.figures) == ("build.works.twins", {"count": 34, "of": 40})
    some = [one for n in range(40) for one in hole(n, 0 if n < 12 else n)]
    assert codes(some) == []  # 29 of 40 combinations
    more = [one for n in range(40) for one in hole(n, 0 if n < 15 else n)]
    assert codes(more) == ["twins"]  # 26 of 40


def honest(chance):
    """A ledger as one or several rigs write it down: depths scatter, 150 to 330 m a rig a day."""
    depth, step = chance.choice([80, 100, 120, 150]), chance.choice([0.1, 0.5, 1.0])
    rows, drilled, day = [], 0.0, 1
    for n in range(int(chance.integers(20, 400))):
        if drilled + depth > chance.uniform(150, 330):
            drilled, day = 0.0, day + 1
        drilled += depth
        when = str(date(2026, 1, 1) + timedelta(days=day))
        found = round((depth + chance.normal(0.2, 0.5)) / step) * step
        rows += [
            row(n, "active_length", f"{found:.1f}" if step < 1 else f"{found:.0f}", when),
            row(n, "grout_volume_ratio", f"{chance.normal(1.12, 0.07):.2f}", when),
            row(n, "pressure_test_1_drop", f"{max(0.0, chance.normal(0.8, 0.6)):.1f}", when),
        ]
    return rows


def test_at_most_one_honest_ledger_in_fifty_is_doubted():
    chance = np.random.default_rng(19)
    assert sum(bool(codes(honest(chance))) for _ in range(200)) <= 4
