"""What the status flags of ASHRAE 135 say of a present value."""

import pytest
from bacpypes3.basetypes import ErrorType, Reliability, StatusFlags

from loopkeeper.adapters.feeds.bacnet.device import judged

ERROR = ErrorType(errorClass="property", errorCode="unknown-property")


@pytest.mark.parametrize(
    ("value", "flags", "reliability", "expected"),
    [
        (7.5, [0, 0, 0, 0], "no-fault-detected", (7.5, 0)),
        (7.5, [1, 0, 0, 0], None, (7.5, 0)),
        (7.5, [0, 1, 0, 0], None, (7.5, 2)),
        (7.5, [0, 0, 1, 0], None, (7.5, 1)),
        (7.5, [0, 0, 0, 1], None, (7.5, 1)),
        (7.5, [0, 1, 1, 1], None, (7.5, 2)),
        (7.5, [0, 0, 0, 0], "over-range", (7.5, 2)),
        (7.5, None, None, (7.5, 0)),
        ("active", [0, 0, 0, 0], None, (1.0, 0)),
        ("inactive", None, None, (0.0, 0)),
        (ERROR, [0, 0, 0, 0], None, (None, 2)),
        (float("nan"), [0, 0, 0, 0], None, (None, 2)),
        (None, None, None, (None, 2)),
    ],
)
def test_a_value_is_as_good_as_its_flags(value, flags, reliability, expected):
    found = {
        "present-value": value,
        "status-flags": ERROR if flags is None else StatusFlags(flags),
        "reliability": ERROR if reliability is None else Reliability(reliability),
    }
    assert judged(found) == expected
