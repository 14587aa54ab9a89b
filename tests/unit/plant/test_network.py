"""EC(H)R by hand, after GB 50736-2012 8.5.12."""

import pytest

from loopkeeper.plant.network import LoadNetwork, transport_limit


@pytest.mark.parametrize(
    ("network", "mode", "flow", "zone", "by_hand"),
    [
        (LoadNetwork(300.0), "cooling", 150.0, "cold-B", 0.003858 * (28 + 0.02 * 300) / 5),
        (LoadNetwork(400.0), "cooling", 60.0, "cold-B", 0.004225 * (28 + 0.02 * 400) / 5),
        (
            LoadNetwork(500.0),
            "cooling",
            250.0,
            "cold-B",
            0.003749 * (28 + (0.016 + 1.6 / 500) * 500) / 5,
        ),
        (
            LoadNetwork(1000.0, stages=2),
            "cooling",
            150.0,
            "cold-B",
            0.003858 * (33 + (0.013 + 4.6 / 1000) * 1000) / 5,
        ),
        (LoadNetwork(300.0), "heating", 150.0, "cold-B", 0.003858 * (22 + 0.0024 * 300) / 5),
        (LoadNetwork(300.0), "heating", 150.0, "severe-cold-A", 0.003858 * (22 + 0.009 * 300) / 5),
        (
            LoadNetwork(300.0, pipes=4),
            "heating",
            150.0,
            "severe-cold-A",
            0.003858 * (22 + 0.014 * 300) / 5,
        ),
    ],
)
def test_limit_of_the_load_pumps(network, mode, flow, zone, by_hand):
    assert transport_limit(network, mode, flow / 3600, 5.0, zone) == pytest.approx(by_hand)


def test_steps_of_length_join():
    """α is continuous where its formulas meet: 0.02 at 400 m, 0.0176 at 1000 m."""
    for length in (400.0, 1000.0):
        before, after = (
            transport_limit(LoadNetwork(length + side), "cooling", 0.04, 5.0, "cold-B")
            for side in (-1e-6, 1e-6)
        )
        assert before == pytest.approx(after, rel=1e-6)
