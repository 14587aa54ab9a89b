"""Wells of a group as records write them: flows to a digit, and what is not reinjected."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import k0

from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import AquiferRecord, Source, Well, WellRole
from loopkeeper.plant.well_groups import group_of, well_group_ground

HOUR = 3600.0


def group(pumped, injected):
    """Wells with these design flows. [m3/h]"""
    flows = [(WellRole.ABSTRACTION, q) for q in pumped] + [
        (WellRole.INJECTION, q) for q in injected
    ]
    wells = tuple(
        Well(
            id=f"w{n}",
            role=role,
            x=75.0 * (role is WellRole.INJECTION),
            y=35.0 * n,
            design_flow=q / HOUR,
            screen=(30, 60),
        )
        for n, (role, q) in enumerate(flows)
    )
    aquifer = AquiferRecord(hydraulic_conductivity=2.6e-4, thickness=32.0, top=25.0)
    return Plant(
        site=Site(id="p", name="P", timezone="UTC"),
        source=Source(kind=SourceKind.WELL_GROUP, aquifer=aquifer, wells=wells),
    )


def test_flows_written_to_a_digit_add_up():
    """Two wells at 76.4 m³/h and three at 50.9 m³/h move the same 152.75 m³/h."""
    plant = group((76.4, 76.4), (50.9, 50.9, 50.9))
    flow = group_of(plant)[0].flow
    assert flow.sum() == pytest.approx(0, abs=1e-12)
    assert flow[flow < 0] * HOUR == pytest.approx([-76.4, -76.4])
    assert flow[flow > 0] * HOUR == pytest.approx([152.8 / 3] * 3)
    verdicts = well_group_ground(plant)[1]
    assert not [v for v in verdicts if v.code == "plant.wells.not_all_reinjected"]


def test_more_than_rounding_is_said():
    verdicts = well_group_ground(group((76.4, 76.4), (50.9, 50.9, 45.0)))[1]
    said = [v for v in verdicts if v.code == "plant.wells.not_all_reinjected"]
    assert said[0].figures["percent"] == pytest.approx(96.1, abs=0.1)


def heads_above_ground(screen):
    """Injection heads that are said of two wells in fine sand, by what they screen. [m]"""
    plant = group((20.0,), (20.0,))
    wells = tuple(replace(w, screen=screen) for w in plant.source.wells)
    aquifer = AquiferRecord(
        hydraulic_conductivity=2e-5, thickness=30.0, top=60.0, anisotropy=4.0, static_level=1.0
    )
    source = replace(plant.source, wells=wells, aquifer=aquifer)
    verdicts = well_group_ground(replace(plant, source=source))[1]
    return [float(v.figures["head"]) for v in verdicts if v.code == "plant.well.pressurised"]


def test_a_well_that_screens_a_part_presses_harder():
    (whole,), (part,) = heads_above_ground((60, 90)), heads_above_ground((60, 75))
    assert heads_above_ground(None) == [whole]
    # Hantush's series for the upper half of 30 m, radius 0.15 m, K_r/K_z 4
    n = np.arange(1, 4001)
    series = np.sin(n * np.pi / 2) ** 2 / n**2 * k0(n * np.pi * 0.15 / (30 * 2))
    flow, transmissivity = 20.0 / HOUR, 2e-5 * 30
    more = flow * 30**2 / (np.pi**3 * transmissivity * 15**2) * series.sum()
    assert part - whole == pytest.approx(more, abs=0.02)
