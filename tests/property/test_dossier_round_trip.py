"""What is written can be read: plants drawn from the table of keys itself, and broken ones."""

import dataclasses
import math
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopkeeper.adapters.files.dossier.layout import SECTIONS
from loopkeeper.adapters.files.dossier.read import inspect_dossier, read_dossier
from loopkeeper.adapters.files.dossier.write import plant_toml, write_dossier
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.machines import BackupRecord, ControlRecord, MachineRecord, PumpRecord
from loopkeeper.plant.network import LoadNetwork
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.records import Assessment, LedgerCheck, PlantEvent, WaterSample
from loopkeeper.plant.site import Promise, Season, Site, SourceKind, Tariff, TariffBand
from loopkeeper.plant.source import (
    AquiferRecord,
    BoreholeField,
    Ground,
    GroundLayer,
    SingleWell,
    Source,
    SurfaceWater,
    Well,
)
from loopkeeper.plant.verdict import Severity
from loopkeeper.units import to_si
from loopkeeper.virtual.templates import template

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(
    lambda text: text == text.strip()
)
CHECKED = ("item", "item_kind", "check", "drawn", "found")
CELLS = WORDS.filter(lambda text: '"' not in text and "\u00a0" not in text)


def value_of(key):
    """A value the key allows, in SI."""
    if isinstance(key.kind, type) and issubclass(key.kind, StrEnum):
        return st.sampled_from(list(key.kind))
    low, high = max(key.low, -1e6), min(key.high, 1e6)
    return {
        "text": WORDS,
        "flag": st.booleans(),
        "date": st.dates(date(1990, 1, 1), date(2030, 1, 1)),
        "season": st.just(Season((11, 15), (3, 15))),
        "integer": st.integers(int(low), int(min(high, 40))),
        "list": st.just(()),
        "profile": st.lists(st.floats(max(low, 1.0), high), min_size=2, max_size=4).map(
            lambda warm: tuple((10.0 * n, v) for n, v in enumerate(warm))
        ),
        "span": st.just((max(low, 1.0), max(low, 1.0) + 20.0)),
        "number": st.floats(low, high).map(lambda v: to_si(v, key.unit) if key.unit else float(v)),
    }[str(key.kind)]


@st.composite
def records(draw, kind, **fixed):
    """A record of a section: what is required, and some of the rest."""
    fields = {}
    for key in SECTIONS[kind]:
        if key.field not in fixed and (key.required or draw(st.booleans())):
            fields[key.field] = draw(value_of(key))
    stated = {f.name for f in dataclasses.fields(kind)}
    return kind(**{k: v for k, v in {**fields, **fixed}.items() if k in stated})


def aquifers():
    """Aquifers whose ratio is the right way round: below one it is turned on reading."""
    return records(AquiferRecord).map(
        lambda a: dataclasses.replace(a, anisotropy=max(a.anisotropy, 1 / a.anisotropy))
    )


@st.composite
def grounds(draw):
    """A ground of some layers or none."""
    return draw(records(Ground, layers=tuple(draw(st.lists(records(GroundLayer), max_size=3)))))


@st.composite
def plants(draw):
    """A plant with any allowed value at any key."""
    count = draw(st.integers(1, 5))
    places = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(
        lambda p: (p[0] / 10, p[1] / 10)
    )
    field = draw(
        records(
            BoreholeField,
            count=count,
            positions=tuple(draw(places) for _ in range(count)),
            buried_depth=1.5,
        )
    )
    kind = draw(st.sampled_from(SourceKind))
    body = records(SurfaceWater, temperature_file="")
    machines = draw(st.lists(records(MachineRecord, map_file=""), min_size=1, max_size=3))
    return Plant(
        site=draw(records(Site, timezone="Asia/Shanghai")),
        source=Source(
            kind=kind,
            fluid=draw(st.sampled_from(["water", "ethylene_glycol"])),
            fluid_mass_fraction=draw(st.integers(0, 40)) / 100,
            design_flow=draw(st.none() | st.floats(1e-4, 10)),
            ground=draw(st.none() | grounds()),
            field=field,
            aquifer=draw(st.none() | aquifers()),
            single_wells=tuple(draw(st.lists(records(SingleWell), max_size=2))),
            wells=tuple(draw(st.lists(records(Well), max_size=2))),
            surface=draw(st.none() | body),
            exchanger=draw(st.none() | st.floats(1e3, 1e6)),
        ),
        promise=draw(records(Promise, loads="")),
        machines=tuple(machines),
        pumps=tuple(draw(st.lists(records(PumpRecord), max_size=2))),
        backups=tuple(draw(st.lists(records(BackupRecord), max_size=2))),
        controls=draw(records(ControlRecord)),
        network=draw(st.none() | records(LoadNetwork)),
        tariff=draw(
            st.none()
            | st.builds(
                Tariff,
                WORDS,
                st.just((TariffBand("谷", 0.3, ((23, 7),)), TariffBand("x", 1.0, ((7, 23),)))),
            )
        ),
        ledger=tuple(
            draw(st.lists(st.builds(LedgerCheck, **dict.fromkeys(CHECKED, CELLS)), max_size=3))
        ),
        events=tuple(
            draw(
                st.lists(
                    st.builds(
                        PlantEvent,
                        st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
                        CELLS,
                        CELLS,
                        CELLS,
                        st.none() | st.floats(-1e6, 1e6),
                    ),
                    max_size=2,
                )
            )
        ),
        assessments=tuple(
            draw(
                st.lists(
                    st.builds(
                        Assessment, CELLS, st.floats(-1e6, 1e6), st.dates(date(2000, 1, 1)), CELLS
                    ),
                    max_size=2,
                )
            )
        ),
        points=(
            Point(
                id="t_out",
                quantity="outdoor_temperature",
                of="site",
                statistic=Statistic.INSTANT,
                unit="°C",
                accuracy="0.3",
            ),
        ),
        samples=(
            WaterSample(sampled_at="2024-01-01", place="w1", parameter="pH", value=7.2, unit="-"),
        ),
    )


def differences(one, other, where="plant"):
    """Paths at which two values differ beyond the twelve digits a file holds."""
    if dataclasses.is_dataclass(one):
        names = [f.name for f in dataclasses.fields(one) if f.name != "stated"]
        return [
            d
            for n in names
            for d in differences(getattr(one, n), getattr(other, n), f"{where}.{n}")
        ]
    if isinstance(one, tuple):
        if len(one) != len(other):
            return [f"{where}: {len(one)} and {len(other)}"]
        return [
            d
            for n, (a, b) in enumerate(zip(one, other, strict=True))
            for d in differences(a, b, f"{where}[{n}]")
        ]
    if isinstance(one, float) and isinstance(other, float):
        return (
            []
            if math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
            else [f"{where}: {one} and {other}"]
        )
    return [] if one == other else [f"{where}: {one!r} and {other!r}"]


@given(plants())
@settings(max_examples=60)
def test_a_written_plant_reads_back(tmp_path, plant):
    for old in tmp_path.glob("*.csv"):
        old.unlink()
    write_dossier(Dossier(plant=plant), tmp_path)
    back, said = inspect_dossier(tmp_path)
    assert [v.sentence() for v in said if v.severity is Severity.PROBLEM] == []
    assert differences(plant, back.plant) == []


def test_the_series_of_a_plant_read_back(tmp_path, sick_office):
    write_dossier(sick_office.dossier, tmp_path, sick_office.telemetry)
    back = read_dossier(tmp_path)
    design, meant = back.design_loads, sick_office.dossier.design_loads
    assert (design.time == meant.time).all()
    assert design.heating == pytest.approx(meant.heating, rel=1e-5, abs=1e-3)
    for name, table in sick_office.dossier.survey.items():
        assert set(back.survey[name].columns) == set(table.columns)
    assert differences(sick_office.dossier.plant.trials, back.plant.trials) == []


@given(st.data())
@settings(max_examples=80)
def test_a_damaged_plant_file_never_raises(tmp_path, data):
    text = plant_toml(template("office").plant)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    junk = data.draw(
        st.text(max_size=20) | st.sampled_from(["= [1,", "nan", "true", "-1e400", "[]", "'''"])
    )
    (tmp_path / "plant.toml").write_text(text[:start] + junk + text[end:], encoding="utf-8")
    _, said = inspect_dossier(tmp_path)
    assert all(v.sentence("en") and v.sentence("zh") for v in said)


RECORDS = ("points.csv", "ledger.csv", "commissioning.csv", "events.csv", "water_quality.csv",
           "assessment.csv", "weather.csv", "design/loads.csv", "survey/trt_1.csv")  # fmt: skip


@given(st.sampled_from(RECORDS), st.binary(max_size=200), st.booleans())
@settings(max_examples=120)
def test_damaged_tables_never_raise(tmp_path, name, junk, headed):
    header = {
        "points.csv": "point,quantity,of,statistic,unit,accuracy,calibrated_on,low\n",
        "ledger.csv": "item,item_kind,check,drawn,found\n",
        "commissioning.csv": "trial,mode,quantity,of,expected,started_at\n",
        "events.csv": "time,kind,value\n",
        "assessment.csv": "figure,value,on\n",
        "water_quality.csv": "sampled_at,place,parameter,value\n",
        "weather.csv": "time,outdoor_temperature_C\n",
    }.get(name, "time,heating_kW,cooling_kW,inlet_temperature_C\n")
    text = plant_toml(template("office").plant)
    (tmp_path / "plant.toml").write_text(text, encoding="utf-8")
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((header.encode() if headed else b"") + junk)
    _, said = inspect_dossier(tmp_path)
    path.unlink()
    assert all(v.sentence("en") and v.sentence("zh") for v in said)


def test_every_problem_is_said_at_once_with_its_place(tmp_path):
    text = plant_toml(template("office").plant)
    text = text.replace('kind = "borehole_field"', 'kind = "geyser"')
    text = text.replace("rated_cop = ", "rated_cop = -")
    text = text.replace('loop = "load"', 'loop = "loadd"')
    (tmp_path / "plant.toml").write_text(text + "\n[promisse]\n", encoding="utf-8")
    (tmp_path / "points.csv").write_text(
        "point,quantity,of,statistic,unit,accuracy\n"
        "a,supply_temperature,source,instant,kW,\n"
        "b,supply_temperature,source,sometimes,°C,\n"
        "c,flow,source,instant,furlong,\n"
        "d,flow,sourze,instant,m3/h,\n"
        "d,flow,source,instant,m3/h,\n"
        "e,flow,source,instant,m3/h,roughly\n",
        encoding="utf-8",
    )
    _, said = inspect_dossier(tmp_path)
    sentences = "\n".join(v.sentence() for v in said)
    for expected in (
        "geyser",
        "borehole_field, single_well",
        "rated_cop",
        "a number from 1 to 12",
        "loadd",
        "source, load",
        "promisse",
        "row 2, column unit: 'kW' is no unit of supply_temperature",
        "row 3, column statistic: 'sometimes'",
        "row 4, column unit: 'furlong'",
        "'sourze'",
        "row 6, column point: 'd'",
        "roughly",
    ):
        assert expected in sentences, f"{expected} is missing from\n{sentences}"


def test_what_people_write_is_no_logger_s_code(tmp_path):
    """A bill of 9999 is a bill; a logger's 9999 is no reading."""
    (tmp_path / "plant.toml").write_text(plant_toml(template("office").plant), encoding="utf-8")
    (tmp_path / "events.csv").write_text(
        "time,kind,of,note,value\n2024-01-01,maintenance,hp1,cleaned,9999\n"
        "2024-02-01,maintenance,hp1,looked at,n/a\n",
        encoding="utf-8",
    )
    dossier, _ = inspect_dossier(tmp_path)
    assert [e.value for e in dossier.plant.events] == [9999.0, None]


def test_missing_parts_are_cautions(tmp_path):
    text = plant_toml(template("office").plant)
    (tmp_path / "plant.toml").write_text(text, encoding="utf-8")
    _, said = inspect_dossier(tmp_path)
    parts = {v.figures["part"] for v in said if v.code == "dossier.part.missing"}
    assert {"points.csv", "ledger.csv", "commissioning.csv", "events.csv", "weather.csv"} <= parts
