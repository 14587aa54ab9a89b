"""Pumps in parallel against a numerical root of the same curves."""

import numpy as np
import pytest
from scipy.optimize import brentq

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.pump import BRANCH_SHARE, PumpBank, PumpMode, parallel_operation

pytestmark = pytest.mark.validation
BANK = PumpBank(4, 0.01, 20.0, 3000.0, PumpMode.ONE_PER_MACHINE)


@pytest.mark.parametrize("running", [1, 2, 3, 4])
def test_operating_point_is_where_pump_and_system_meet(running, judged):
    def imbalance(flow):
        each = flow / running
        pump = 20.0 * (1.25 - 0.25 * (each / 0.01) ** 2)
        common = 20.0 * (1 - BRANCH_SHARE) * (flow / 0.04) ** 2
        return pump - common - 20.0 * BRANCH_SHARE * (each / 0.01) ** 2

    exact = brentq(imbalance, 1e-6, 0.1)
    error = parallel_operation(BANK, running)[0] / exact - 1
    judged("pumps in parallel", by="numerical root of the curves", error=error, bound=1e-9)


def test_all_pumps_together_run_at_their_rating():
    assert parallel_operation(BANK, 4) == pytest.approx((0.04, 12000.0))


def test_fewer_pumps_each_move_more_and_all_move_less():
    flows = np.array([parallel_operation(BANK, n)[0] for n in range(5)])
    assert np.all(np.diff(flows) > 0)
    assert np.all(np.diff(flows[1:] / np.arange(1, 5)) < 0)


def test_no_more_pumps_than_there_are():
    with pytest.raises(OutOfRangeError):
        parallel_operation(BANK, 5)
