"""Plants drawn at random, sound or with one fault; which trial or record must show it."""

from dataclasses import replace

import numpy as np

from trials.nature import KINDS, Build

FIELD, WELLS, WELL, WATER = KINDS
ALL, GROUNDWATER = frozenset(KINDS), frozenset({WELLS, WELL})
FAULTS = {
    "none": (ALL, ()),
    "short_holes": ({FIELD}, ("ledger:active_length",)),
    "poor_grout": ({FIELD}, ("ledger:grout_volume_ratio", "ledger:grout_conductivity")),
    "missing_pressure_test": ({FIELD}, ("missing:pressure_test_2_drop",)),
    "wrong_spacing": ({FIELD}, ("ledger:spacing",)),
    "low_test_pressure": ({FIELD}, ("ledger:pressure_test_1_pressure",)),
    "unbalanced_branches": (ALL, ("commission.flow.branch",)),
    "set_point_off": (ALL, ("commission.control.set_point", "commission.control.no_reset")),
    "no_reset": (ALL, ("commission.control.no_reset",)),
    "swapped_sensor": (ALL, ("commission.meter.swapped",)),
    "wrong_ct": (ALL, ("commission.meter.transformer", "commission.meter.electricity")),
    "wrong_ct_pump": (ALL, ("commission.pump.transformer", "commission.pump.draw")),
    "k_factor": (ALL, ("commission.meter.heat_factor", "commission.meter.heat_wrong")),
    "wrong_rotation": (
        ALL,
        ("commission.pump.reversed", "commission.pump.reversed_or_choked"),
    ),
    "drive_at_50_hz": (ALL, ("commission.control.full_speed",)),
    "stuck_valve": (ALL, ("commission.valve.passes",)),
    "wrong_staging": (ALL, ("commission.machine.staging",)),
    "low_delta_t": (ALL, ("commission.flow.low_spread",)),
    "capacity_short": (ALL, ("commission.machine.capacity",)),
    "draws_too_much": (
        ALL,
        (
            "commission.machine.draw",
            "commission.meter.electricity",
            "commission.meter.transformer",
        ),
    ),
    "sensor_off": (ALL, ("commission.points.apart", "commission.points.pair_apart")),
    "seal_leak": ({WELL}, ("commission.source.worse",)),
    "screen_clogged": (GROUNDWATER, ("commission.well.level_moves", "commission.well.drawdown")),
    "reinjection_short": (GROUNDWATER, ("commission.well.not_returned",)),
}
"""
Sources that a fault can be of, and what must name it: any of these. A set-point that is off by
what the compensation takes off looks like one without compensation, and machines that draw a third
too much like a wrong transformer: the findings say both.
"""
TRANSFORMERS = (100, 150, 200, 250, 300, 400, 500, 600)


def drawn(kind: str, fault: str, rng: np.random.Generator) -> Build:
    """Draw a plant of a kind with a fault."""
    machines = int(rng.integers(2, 4))
    rated = float(rng.uniform(120e3, 400e3))
    reset = float(rng.uniform(0.4, 0.8))
    build = Build(
        kind=kind,
        machines=machines,
        rated=rated,
        quality=float(rng.uniform(0.48, 0.54)),
        supply=float(rng.uniform(43, 48)),
        reset=reset,
        reset_from=float(rng.uniform(-8, -4)),
        spread=5.0,
        source_spread=float(rng.uniform(4.0, 5.0)),
        variable=fault in {"drive_at_50_hz", "low_delta_t"} or bool(rng.random() < 0.6),
        common=float(rng.uniform(0.3, 0.5)),
        rest=float(rng.uniform(12, 17)) if kind != WATER else float(rng.uniform(9, 13)),
    )
    if kind == FIELD:
        drawn_heat = 0.75 * machines * rated
        length = float(rng.integers(90, 131))
        build = replace(
            build,
            length=length,
            holes=int(np.ceil(drawn_heat / 42.0 / length)),
            spacing=float(rng.choice([4.5, 5.0, 5.5])),
            conductivity=float(rng.uniform(1.7, 2.4)),
        )
    return replace(build, wrong=_size(fault, rng))


def _size(fault: str, rng: np.random.Generator) -> dict[str, float]:
    u = rng.uniform
    if fault == "none":
        return {}
    if fault in {"wrong_ct", "wrong_ct_pump"}:
        a, b = rng.choice(TRANSFORMERS, 2, replace=False)
        while not (1.3 < max(a, b) / min(a, b) <= 4):
            a, b = rng.choice(TRANSFORMERS, 2, replace=False)
        return {fault: float(b / a)}
    sizes = {
        "short_holes": u(0.7, 0.93),
        "poor_grout": u(0.6, 0.9),
        "missing_pressure_test": 1.0,
        "wrong_spacing": u(0.78, 0.91),
        "low_test_pressure": u(0.55, 0.88),
        "unbalanced_branches": u(0.4, 0.75),
        "set_point_off": float(rng.choice([-1, 1])) * u(3.0, 6.0),
        "no_reset": 1.0,
        "swapped_sensor": float(rng.integers(0, 2)),
        "k_factor": float(rng.choice([0.1, 10.0, 2.5, 0.4])),
        "wrong_rotation": u(0.35, 0.6),
        "drive_at_50_hz": 1.0,
        "stuck_valve": u(0.12, 0.6),
        "wrong_staging": 1.0,
        "low_delta_t": u(1.6, 2.5),
        "capacity_short": u(0.12, 0.3),
        "draws_too_much": u(1.15, 1.35),
        "sensor_off": float(rng.choice([-1, 1])) * u(1.2, 2.5),
        "seal_leak": u(0.35, 0.6),
        "screen_clogged": u(0.05, 0.2),
        "reinjection_short": u(0.8, 0.93),
    }
    return {fault: float(sizes[fault])}
