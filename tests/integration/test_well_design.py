"""Designs on single wells: what a well bears, what a field of them bears, and what is no plant."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import k0

from loopkeeper.app.designing import checked, sized_wet
from loopkeeper.errors import InconsistentPlantError, InputError
from loopkeeper.lifecycle.design import wet_sizing
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.source import AquiferRecord, Basis, SingleWell, SingleWellType
from loopkeeper.plant.well_capacity import well_capacity
from loopkeeper.plant.wells import aquifer_of, circulating, injection_head, single_well_ground
from loopkeeper.virtual.build import Life, Recording, emulate

pytestmark = pytest.mark.integration
EACH = 30 / 3600


@pytest.fixture(scope="module")
def office():
    return emulate(Life("office", years=1, source=SourceKind.SINGLE_WELL), Recording(60)).dossier


def packed(number=0, flow=EACH, **more):
    return SingleWell(
        id=f"w{number}",
        type=SingleWellType.PARTICLE_ANNULUS,
        depth=70.0,
        bore_diameter=0.6,
        design_flow=flow,
        x=50.0 * (number % 6),
        y=50.0 * (number // 6),
        **more,
    )


def screened(**more):
    return SingleWell(
        id="s",
        type=SingleWellType.ONE_AQUIFER,
        depth=60.0,
        bore_diameter=0.6,
        design_flow=EACH,
        x=0.0,
        y=0.0,
        return_zone=(0.0, 20.0),
        intake_zone=(40.0, 60.0),
        **more,
    )


def hospital(office, conductivity, **more):
    """Eighteen wells of 60 m that share 540 m³/h, 200 and 300 kW each by design."""
    aquifer = AquiferRecord(
        hydraulic_conductivity=conductivity,
        thickness=60.0,
        top=10.0,
        undisturbed_temperature=13.5,
        static_level=12.0,
        **more,
    )
    wells = tuple(packed(n, design_heating=200e3, design_cooling=300e3) for n in range(18))
    source = replace(
        office.plant.source, aquifer=aquifer, single_wells=wells, design_flow=18 * EACH
    )
    return replace(office, plant=replace(office.plant, source=source))


def test_a_plant_on_tight_rock_says_first_that_it_stands_still(office):
    found = checked(hospital(office, 1e-8), 3)
    assert found.verdicts[0].code == "design.source.nothing"
    refuted = [v for v in found.verdicts if v.code == "design.well.capacity_refuted"]
    # conduction alone carries 3 kW (groundwater note: finite volumes, 60 m, 120 days)
    assert float(refuted[0].figures["high"]) < 10
    assert {v.figures["mode"] for v in refuted} == {"heating", "cooling"}
    with pytest.raises(InputError, match="100 % of heat and cold are not delivered"):
        sized_wet(hospital(office, 1e-8), low=None, high=None, years=2)


@pytest.mark.slow
def test_source_water_stays_within_freezing_and_permit(office):
    # machines stop before: half of a bisection of 13 steps is 0.01 K of 60
    for warmest in (40.0, 25.0):
        found = checked(hospital(office, 3e-5, return_max=warmest), 2)
        water = found.horizon.last["source_return"]
        running = found.horizon.last["run_share"] > 0
        assert water[running].max() < warmest + 0.1
        assert water[running].min() > 0.9
        assert found.horizon.unmet.max() > 0.05
        assert "design.machines.short" in {v.code for v in found.verdicts}


@pytest.mark.slow
def test_capacity_interval_holds_the_table_of_an_independent_code():
    # u after 120 days by finite volumes: 0.4379 at K_r/K_z 1, 0.0843 at 4, 0.0034 at 10; doubt of
    # a factor 2.5 about 4 reaches from 1.6 to 10
    record = AquiferRecord(
        hydraulic_conductivity=2e-4, thickness=60.0, undisturbed_temperature=13.5, return_min=4.0
    )
    found = well_capacity(record, screened(), "heating")
    whole = 4.18e6 * EACH * 9.5
    assert whole / 1.4379 < found.low < whole / 1.0843
    assert found.high == pytest.approx(whole / 1.0034, rel=0.005)
    guessed = well_capacity(record, packed(), "heating")
    tested = well_capacity(replace(record, basis=Basis.TEST), packed(), "heating")
    assert guessed.low < tested.low < guessed.heat < tested.high < guessed.high


def test_capacity_of_screens_and_their_seal_by_hand():
    # u = 0.0843 after 120 days (three codes, Case A): C_w Q 9.5 K / 1.0843
    record = AquiferRecord(
        hydraulic_conductivity=2e-4, thickness=60.0, undisturbed_temperature=13.5, return_min=4.0
    )
    tight = well_capacity(record, screened(), "heating").heat
    assert tight == pytest.approx(4.18e6 * EACH * 9.5 / 1.0843, rel=0.005)
    # a share that short-circuits never meets the ground: 1 + u grows by 1/(1 − leak)
    leaking = well_capacity(record, screened(seal_leak=0.2), "heating").heat
    assert leaking == pytest.approx(0.8 * tight, rel=0.001)
    warm = replace(record, return_max=32.5)
    assert well_capacity(warm, screened(), "cooling").heat > 1.9 * tight


def test_capacity_is_cut_where_the_cover_would_be_lifted():
    # head goes with flow over conductivity: a tenth of the conductivity bears a tenth of the flow
    record = AquiferRecord(
        hydraulic_conductivity=2e-6,
        thickness=60.0,
        top=5.0,
        undisturbed_temperature=13.5,
        static_level=2.0,
    )
    well = replace(screened(), return_zone=(5.0, 25.0), intake_zone=(45.0, 65.0))
    less = well_capacity(replace(record, hydraulic_conductivity=2e-7), well, "heating")
    more = well_capacity(record, well, "heating")
    assert less.heat < 0.15 * more.heat


def test_neighbours_press_on_the_injection_head():
    record = AquiferRecord(
        hydraulic_conductivity=2e-4, thickness=60.0, undisturbed_temperature=13.5
    )
    one, other = screened(), replace(screened(), id="t", x=20.0)
    aquifer = aquifer_of(record)
    alone, together = (injection_head(aquifer, one, wells)[0] for wells in ((), (one, other)))
    assert alone == pytest.approx(1.58, rel=0.005)  # independent series
    wave = np.arange(1, 200) * np.pi / 60
    into, out = ((np.sin(wave * b) - np.sin(wave * a)) / 20 for a, b in ((40, 60), (0, 20)))
    series = k0(wave * 20 / 2) * (into - out) * into / wave**2
    pressed = EACH / (np.pi * 2e-4 * 60) * series.sum()
    assert together - alone == pytest.approx(pressed, rel=0.01)


def test_wells_of_different_layers_do_not_know_each_other():
    deep = SingleWell(
        id="d",
        type=SingleWellType.STACKED,
        depth=60.0,
        bore_diameter=0.6,
        design_flow=EACH,
        x=0.0,
        y=0.0,
        return_zone=(0.0, 10.0),
        intake_zone=(20.0, 30.0),
    )
    aquifer = aquifer_of(AquiferRecord(hydraulic_conductivity=2e-4, thickness=60.0))
    layers = [
        circulating(aquifer, well)[0]
        for well in (deep, replace(deep, return_zone=(30.0, 40.0), intake_zone=(50.0, 60.0)))
    ]
    assert layers[0] != layers[1]


@pytest.mark.slow
def test_a_well_too_few_is_too_few(office):
    found = sized_wet(office, low=12.0, high=20.0, years=5)
    assert found.run.unmet.max() < 0.01
    if found.count > 1:
        fewer = wet_sizing.with_single_wells(office.plant, found.count - 1, found.spacing)
        run = checked(replace(office, plant=fewer), 5).horizon
        assert run.coldest.min() < 12.0 or run.warmest.max() > 20.0
    assert any(v.code.startswith("design.well.capacity") for v in found.verdicts)


def test_wells_without_places_are_refused(office):
    wells = (packed(), replace(packed(), id="again"))
    source = replace(office.plant.source, single_wells=wells)
    with pytest.raises(InconsistentPlantError, match=r"x_m, y_m.*0\.0 m apart"):
        single_well_ground(replace(office.plant, source=source))
