"""What documents leave open of pumps, the draw that was metered, and what misses the field."""

from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest

from lived import pumps_like
from loopkeeper.lifecycle.diagnose import pump_fit
from loopkeeper.physics.pump import DriveLaw, PumpBank, PumpMode

FIXED, EACH, DRIVEN = PumpMode.CONSTANT, PumpMode.ONE_PER_MACHINE, PumpMode.VARIABLE
BANK = PumpBank(3, 0.02, 30.0, 8000.0, EACH)
CONSTANT = replace(BANK, mode=FIXED)
DRIVE = replace(BANK, mode=DRIVEN, law=DriveLaw(0.3, 0.6, 0.2))
OTHER = DriveLaw(0.5, 0.7, 0.1)


@dataclass(frozen=True)
class Loops:
    """A plant of no more than its pumps."""

    load: PumpBank
    source: PumpBank = BANK
    recharge_effort: float = 0.1

    def pumps_of(self, loop):
        return getattr(self, loop)

    def with_pumps(self, loop, bank):
        return replace(self, **{loop: bank})


@pytest.mark.parametrize(
    ("bank", "stated", "found", "told"),
    [
        (DRIVE, True, {"follows": True}, {"law": OTHER, "minimum_speed": 0.2}),
        (DRIVE, False, {"follows": True}, {"law": OTHER, "minimum_speed": 0.2}),
        (DRIVE, True, {"turned": True}, {"law": OTHER.held(), "minimum_speed": 0.4}),
        (DRIVE, True, {}, {"law": DriveLaw(0.22, 0.75, 0.18), "minimum_speed": 0.4}),
        (DRIVE, False, {"mode": EACH}, {"law": DriveLaw(0.22, 0.75, 0.18)}),
        (DRIVE, True, {"mode": EACH}, {}),
        (BANK, False, {"mode": FIXED}, {"mode": FIXED, "law": OTHER, "idle": 0.0}),
        (BANK, False, {"mode": DRIVEN}, {"mode": DRIVEN, "law": OTHER, "idle": 0.0}),
        (BANK, True, {"mode": FIXED}, {}),
        (CONSTANT, True, {"mode": FIXED}, {"idle": 0.3}),
        (CONSTANT, True, {"mode": EACH}, {}),
        (CONSTANT, False, {"mode": EACH}, {"mode": EACH, "law": OTHER, "idle": 0.0}),
    ],
)
def test_what_documents_do_not_tell_of_pumps_is_as_found(bank, stated, found, told):
    bank = replace(bank, minimum_speed=0.55)
    of = {"law": OTHER, "idle": 0.3, "branch": 0.7, "minimum_speed": 0.2, "follows": False}
    fit = pumps_like(bank, **{**of, **found})
    keys = {"load_pump_control"} if stated else {"source_pump_control"}
    answer = pump_fit.system_as_told(Loops(bank), {"source": None, "load": fit}, keys)
    assert answer == Loops(replace(bank, branch=0.7, **told))


# -- the draw that was metered


def metered(source, load, recharge, run_share, held=(1, 1)):
    """Draw over the simulated one: source pumps 4 and 2 W of recharge's, load pumps 2 W."""
    fits = {"source": pumps_like(BANK, idle=0.2), "load": pumps_like(CONSTANT, 1.1)}
    ran = []
    count = len(source)

    def run(system):
        ran.append(system)
        return {
            "source_pump_electricity": np.full(count, 4.0),
            "load_pump_electricity": np.full(count, 2.0),
        }

    op = SimpleNamespace(
        source_pump_electricity=np.array(source),
        load_pump_electricity=np.array(load),
        recharge=np.array(recharge, dtype=float),
        run_share=np.array(run_share),
    )
    found = pump_fit.settled(Loops(CONSTANT), fits, run, op, np.array(held, bool))
    (tried,) = ran
    assert tried.source == fits["source"].on(BANK)
    assert tried.load == fits["load"].on(CONSTANT)
    assert tried.recharge_effort == pytest.approx(0.09)
    return tuple(found[k].electricity / fits[k].electricity for k in ("source", "load"))


def test_the_draw_is_what_was_metered_over_what_was_simulated():
    assert metered([6.0, 8.0], [1.0, np.nan], [0, 0], [1, 1]) == pytest.approx((14 / 8, 0.5))
    assert metered([6.0, 8.0], [1.0, 5.0], [0, 0], [1, 1], held=(0, 1)) == pytest.approx(
        (2.0, 2.5)
    )


@pytest.mark.parametrize(("share", "ratio"), [(0.009, 6 / 4), (0.011, 13.6 / 6)])
def test_recharge_s_own_pump_is_none_of_the_source_s(share, ratio):
    """20 W put in take 0.09 of it; hours in which only that runs do not count."""
    found = metered([6.0, 9.6], [1.0, 1.0], [0, 200 / 9], [1, share])
    assert found == pytest.approx((ratio, 0.5))


def test_little_that_was_metered_counts():
    assert metered([0.2, 0.4], [0.1, 0.2], [0, 0], [1, 1]) == pytest.approx((0.6 / 8, 0.3 / 4))


@pytest.mark.parametrize("drawn", [0.0, -1.0, np.nan])
def test_pumps_that_were_not_metered_keep_their_draw(drawn):
    assert metered([drawn, drawn], [1.0, 1.0], [0, 0], [1, 1]) == pytest.approx((1.0, 0.5))


# -- by-pass


def test_what_misses_the_field_is_the_middle_share_of_whole_hours():
    count = 104
    op = SimpleNamespace(
        source_flow=np.full(count, 4.0),
        field_flow=np.resize([3.0, 3.2, 2.0, 3.4], count),
        run_share=np.full(count, 0.91),
    )
    op.source_flow[0], op.field_flow[1], op.run_share[2] = 0.0, np.nan, 0.89
    assert pump_fit.found_bypass(op) == (pytest.approx(0.2), 0.02)
    op.run_share[3] = 0.0
    assert pump_fit.found_bypass(op) == (pytest.approx(0.225), 0.02)
    op.run_share[4] = 0.0
    assert pump_fit.found_bypass(op) is None
