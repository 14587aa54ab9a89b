"""Step responses reduced to modes: what the solver of non-negative weights does not end on."""

import numpy as np
import pytest

from loopkeeper.errors import UnphysicalError
from loopkeeper.physics import modes
from loopkeeper.physics.modes import TOLERANCE, fit_modes

TIME = np.geomspace(60.0, 100 * 365 * 86400.0, 160)
TOLD = """
0.00683 0.0076 0.00846 0.00941 0.01045 0.01161 0.01289 0.0143 0.01585 0.01755 0.01942 0.02147
0.02372 0.02617 0.02883 0.03174 0.03489 0.0383 0.04198 0.04594 0.05021 0.05477 0.05965 0.06484
0.07035 0.07619 0.08235 0.08883 0.09562 0.10271 0.11011 0.11778 0.12573 0.13393 0.14236
0.15099 0.15981 0.16879 0.17785 0.18702 0.19621 0.2054 0.21453 0.22356 0.23245 0.24114 0.24962
0.25784 0.26579 0.27346 0.28084 0.28792 0.29473 0.30127 0.30757 0.31364 0.31951 0.3252 0.33072
0.33611 0.34137 0.34652 0.35157 0.35654 0.36144 0.36628 0.37106 0.37579 0.38047 0.38511
0.38972 0.3943 0.39885 0.40337 0.40787 0.41235 0.41681 0.42125 0.42568 0.43009 0.43449 0.43888
0.44325 0.44762 0.45197 0.45632 0.46066 0.465 0.46935 0.4737 0.47809 0.48255 0.48706 0.49174
0.49657 0.50168 0.50709 0.51288 0.51921 0.52604 0.53365 0.54194 0.55123 0.56144 0.57284
0.58547 0.59947 0.61508 0.63227 0.65147 0.67259 0.69612 0.72201 0.75074 0.78239 0.81728
0.85579 0.898 0.94455 0.99535 1.05122 1.11199 1.17848 1.25064 1.32898 1.41383 1.50515 1.60369
1.70889 1.82171 1.94122 2.06824 2.20181 2.34207 2.48849 2.64003 2.79681 2.95668 3.1201 3.28427
3.44953 3.6132 3.77477 3.93267 4.085 4.23183 4.37033 4.50168 4.62315 4.73614 4.83907 4.93272
5.01721 5.0924 5.15976 5.2188 5.27131 5.31703 5.35741 5.39259
"""
RESPONSE = np.array([float(one) for one in TOLD.split()])
"""Of a field of 30 rows under a poor grout, after each of these times. [m K W-1]"""


def test_a_response_that_takes_many_rounds_of_the_active_set_is_reduced():
    times, weights = fit_modes(TIME, RESPONSE)
    reduced = -np.expm1(-TIME[:, None] / times) @ weights
    assert np.abs(reduced - RESPONSE).max() <= TOLERANCE * RESPONSE[-1]
    assert np.all(weights > 0)


def test_a_solver_that_does_not_end_is_said(monkeypatch):
    monkeypatch.setattr(modes, "ROUNDS", 3)
    with pytest.raises(UnphysicalError, match="positive weight"):
        fit_modes(TIME, RESPONSE)
