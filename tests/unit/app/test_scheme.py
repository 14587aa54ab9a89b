"""The schematic draws itself from any plant: nothing over another, nothing unsaid, nothing in."""

import re
import time
from pathlib import Path
from xml.parsers.expat import ParserCreate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader

import loopkeeper
from loopkeeper.app.scheme.layout import WIDTH, fitted, scheme, text_width
from loopkeeper.app.scheme.parts import LatestReading, PartShape, PartState, scheme_parts, spoken
from loopkeeper.plant.machines import BackupRecord, Loop, MachineRecord, PumpRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import (
    BoreholeField,
    HorizontalLoop,
    Source,
    StandingColumns,
    SurfaceWater,
    WaterBody,
    Well,
    WellRole,
)
from loopkeeper.plant.words import Language, word

EN, ZH = Language.ENGLISH, Language.CHINESE
PAGES = Path(loopkeeper.__file__).parent / "web" / "pages" / "templates"
DRAWN = Environment(loader=FileSystemLoader(PAGES), autoescape=True).get_template(
    "plant_scheme.svg"
)


def scheme_svg(drawn, language):
    told = {"spoken": spoken, "language": language, "w": lambda key: word(key, language)}
    return DRAWN.render(scheme=drawn, **told)


names = st.text(alphabet="ab1-地源热泵<>&\"'", min_size=1, max_size=30)
KINDS = ("gas_boiler", "solar", "cooling_tower", "chiller", "heat_network")


def point(quantity, of, unit="kW", statistic=Statistic.MEAN):
    return Point(id=f"{of}.{quantity}", quantity=quantity, of=of, statistic=statistic, unit=unit)


def pump(name, loop, **more):
    return PumpRecord(id=name, loop=loop, flow=0.01, head=2e5, power=5e3, **more)


FIELD = BoreholeField(count=90, length=110.0, diameter=0.15, buried_depth=1.5, positions=())
SURFACE = SurfaceWater(body=WaterBody.LAKE, low=4.0, high=28.0)
TRENCHES = HorizontalLoop(trenches=6, length=50.0, depth=1.6, surface_swing=12.0)
COLUMNS = StandingColumns(count=3, length=400.0, diameter=0.15, flow=0.004, bleed=0.1)


def well(name, role=WellRole.REVERSIBLE):
    return Well(id=name, role=role, x=0.0, y=0.0, design_flow=0.01)


@st.composite
def plants(draw):
    """Plants of every kind of source, from a single machine to forty, with any names."""
    kind = draw(st.sampled_from(SourceKind))
    grounds = {
        SourceKind.BOREHOLE_FIELD: {"field": FIELD},
        SourceKind.SURFACE_WATER: {"surface": SURFACE},
        SourceKind.HORIZONTAL_LOOP: {"horizontal": TRENCHES},
        SourceKind.STANDING_COLUMN: {"standing_columns": COLUMNS},
    }
    source = grounds.get(kind)
    if source is None:
        ids = draw(st.lists(names, min_size=1, max_size=16, unique=True))
        source = {"wells": tuple(well(one, draw(st.sampled_from(WellRole))) for one in ids)}
    exchanger = draw(st.sampled_from([None, 5e4]))
    ids = draw(st.lists(names, min_size=0, max_size=60, unique=True))
    cut = draw(st.integers(0, len(ids)))
    loops = [draw(st.sampled_from(Loop)) for _ in ids[cut:]]
    machines = tuple(MachineRecord(id=one, rated_heating=1e5, rated_cop=5.0) for one in ids[:cut])
    pumps = tuple(
        pump(one, loop, standby=draw(st.booleans()))
        for one, loop in zip(ids[cut:], loops, strict=True)
    )
    backups = tuple(
        BackupRecord(f"b{n}", draw(st.sampled_from(KINDS))) for n in range(draw(st.integers(0, 8)))
    )
    metered = draw(st.lists(st.sampled_from(ids or ["load"]), max_size=20, unique=True))
    points = [point("electricity_power", one) for one in metered]
    points += [point(q, of, "°C") for of in ("source", "load") for q in ("supply_temperature",)]
    return Plant(
        site=Site(id="p", name="p", timezone="UTC", use=draw(names)),
        source=Source(kind=kind, exchanger=exchanger, **source),
        machines=machines,
        pumps=pumps,
        backups=backups,
        points=tuple(points),
    )


def overlapping(one):
    """Pairs of boxes, and of texts, that lie over each other; an exchanger stands on its pipes."""
    boxes = [(p.part.id, p.box) for p in one.parts]
    texts = [(t.text, t.box) for p in one.parts for t in p.texts]
    texts += [(t.text, t.box) for t in one.texts]
    return [
        (name, other)
        for things in (boxes, texts)
        for n, (name, box) in enumerate(things)
        for other, beside in things[n + 1 :]
        if box.meets(beside)
    ]


@settings(max_examples=200, deadline=None)
@given(plants(), st.sampled_from(Language))
def test_nothing_of_any_plant_lies_over_another(plant, language):
    latest = {p.id: LatestReading(1234.5, 10.0) for p in plant.points}
    drawn = scheme(scheme_parts(plant, latest, language))
    assert overlapping(drawn) == []
    for placed in drawn.parts:
        for text in placed.texts:
            assert text.box.x + text.box.width <= placed.box.x + placed.box.width
            assert placed.box.y - 1 <= text.box.y
    edges = [(p.box.x + p.box.width, p.box.y + p.box.height) for p in drawn.parts]
    assert all(x <= WIDTH and y <= drawn.height for x, y in edges)
    ends = [xy for pipe in drawn.pipes for xy in pipe.points]
    assert all(0 <= x <= WIDTH and 0 <= y <= drawn.height for x, y in ends)
    tags = set()
    reader = ParserCreate()
    reader.StartElementHandler = lambda tag, _: tags.add(tag)
    reader.Parse(scheme_svg(drawn, language), True)  # noqa: FBT003 - expat takes no name
    assert tags <= {"svg", "g", "title", "text", "rect", "circle", "polygon", "polyline", "path"}


def office(**more):
    parts = {
        "source": Source(kind=SourceKind.BOREHOLE_FIELD, field=FIELD),
        "machines": (
            MachineRecord(id="hp1", rated_heating=1e5, rated_cop=5.0),
            MachineRecord(id="hp2", rated_heating=1e5, rated_cop=5.0),
        ),
        "pumps": (
            pump("sp1", Loop.SOURCE),
            pump("sp2", Loop.SOURCE, standby=True),
            pump("lp1", Loop.LOAD),
            pump("tp1", Loop.SOURCE, serves="tower"),
        ),
        "backups": (
            BackupRecord("tower", "cooling_tower", None, 2e5, None, None),
            BackupRecord("boiler", "gas_boiler"),
        ),
        "points": (
            point("running", "hp1", "-"),
            point("electricity_power", "hp2"),
            point("electricity_power", "source-pumps"),
            point("supply_temperature", "load", "°C"),
        ),
    }
    return Plant(
        site=Site(id="p", name="p", timezone="UTC", use="office"),
        **{**parts, **more},
    )


READ = {
    "hp1.running": LatestReading(1.0, 30.0),
    "hp2.electricity_power": LatestReading(0.2, 30.0),
    "load.supply_temperature": LatestReading(44.96, 3000.0),
}


def test_parts_stand_where_they_serve_with_what_is_known_of_them():
    parts = scheme_parts(office(), READ, EN)
    assert [p.id for p in parts.machines] == ["hp1", "hp2"]
    assert [p.state for p in parts.machines] == [PartState.RUNNING, PartState.IDLE]
    assert [p.id for p in parts.source_pumps] == ["sp1", "sp2"]
    assert [p.state for p in parts.source_pumps] == [PartState.UNKNOWN, PartState.STANDBY]
    assert [p.id for p in parts.recharge] == ["tower"]
    assert [p.id for p in parts.backups] == ["boiler"]
    (field,) = parts.sources
    assert (field.title, field.size, field.shape) == (
        "borehole field",
        "90 × 110 m",
        PartShape.GROUND,
    )


def test_what_no_meter_holds_is_drawn_so_and_a_group_s_meter_counts():
    parts = scheme_parts(office(), READ, EN)
    assert [p.metered for p in parts.source_pumps] == [True, True]
    assert [p.metered for p in parts.load_pumps] == [False]
    assert "no meter" in spoken(parts.load_pumps[0], EN)
    drawn = scheme_svg(scheme(parts), EN)
    assert drawn.count("unmetered") == 4  # the load pump, tower, boiler and the field


def test_an_old_reading_is_shown_as_old_and_tells_no_state():
    (water,) = scheme_parts(office(), READ, ZH).load_water
    assert (water.text, water.name, water.stale) == ("45.0 °C", "供水温度", True)
    old = {"hp1.running": LatestReading(1.0, 3000.0)}
    assert scheme_parts(office(), old, EN).machines[0].state is PartState.UNKNOWN


def test_wells_give_or_take_by_their_role():
    wells = (well("w1", WellRole.ABSTRACTION), well("w2", WellRole.INJECTION), well("w3"))
    source = Source(kind=SourceKind.WELL_GROUP, wells=wells, exchanger=5e4)
    parts = scheme_parts(office(source=source), {}, EN)
    assert [(p.gives, p.takes) for p in parts.sources] == [
        (True, False),
        (False, True),
        (True, True),
    ]
    assert parts.exchanger is not None


def test_many_machines_are_one_with_how_many_run():
    machines = tuple(MachineRecord(id=f"hp{n}") for n in range(14))
    points = tuple(point("running", m.id, "-") for m in machines)
    read = {p.id: LatestReading(float(n < 5), 10.0) for n, p in enumerate(points)}
    (one,) = scheme_parts(office(machines=machines, points=points), read, EN).machines
    assert (one.size, one.state) == ("5 / 14", PartState.RUNNING)


def test_names_of_a_dossier_stay_words():
    evil = '"><script>alert(1)</script>'
    plant = office(machines=(MachineRecord(id=evil),))
    drawn = scheme_svg(scheme(scheme_parts(plant, {}, EN)), EN)
    assert "<script" not in drawn
    assert re.search(r"&lt;scr", drawn)


@pytest.mark.parametrize(
    ("text", "width", "cut"), [("hp1", 99.0, "hp1"), ("地源热泵", 40.0, "地源…")]
)
def test_long_names_are_cut_to_their_room(text, width, cut):
    assert fitted(text, width, 13.0) == cut
    assert text_width(fitted(text, width, 13.0), 13.0) <= width


def test_a_schematic_takes_no_more_than_five_milliseconds():
    machines = tuple(MachineRecord(id=f"hp{n}") for n in range(10))
    plant = office(machines=machines)
    taken = []
    for _ in range(20):
        start = time.process_time()
        scheme_svg(scheme(scheme_parts(plant, READ, ZH)), ZH)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.005
