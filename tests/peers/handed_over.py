"""Small plants to hand over: what a package of them is made of."""

import hashlib
import json
import zipfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from loopkeeper.cli.main import app

DAY = "2026-11-28"
HEAD = "item,item_kind,check,drawn,found,unit,checked_at,checked_by,evidence\n"
HOLES = """format = "dossier/1"
[site]
id = "p"
name = "P, north"
name_zh = "北站"
timezone = "Asia/Shanghai"
heated_area_m2 = 9000.0
handed_over_on = 2026-10-01
[source]
kind = "borehole_field"
[source.borehole_field]
count = {count}
length_m = 120.0
diameter_m = 0.15
columns = {columns}
rows = {rows}
spacing_m = 5.0
[[machine]]
id = "hp1"
model = "WW,125"
rated_heating_kW = 125.0
rated_cop = 4.8
[[pump]]
id = "sp1"
loop = "source"
flow_m3_h = 25.0
head_m = 20.0
power_kW = 2.2
[tariff]
currency = "CNY"
bands = [{{name = "flat", price = 0.6789, hours = [[0, 24]]}}]
"""
WELLS = """format = "dossier/1"
[site]
id = "w"
name = "Wells"
timezone = "Asia/Shanghai"
[source]
kind = "well_group"
design_flow_m3_h = 60.0
[source.aquifer]
hydraulic_conductivity_m_s = 0.001
thickness_m = 20.0
[[source.well]]
id = "w1"
role = "abstraction"
x_m = 0.0
y_m = 0.0
design_flow_m3_h = 60.0
[[source.well]]
id = "w2"
role = "injection"
x_m = 60.0
y_m = 0.0
design_flow_m3_h = 60.0
[[machine]]
id = "hp1"
rated_heating_kW = 125.0
"""
TRIALS = (
    "trial,mode,load_fraction,started_at,ended_at,quantity,of,expected,found,unit,accepted,by,"
    "note,owner,due\n"
    "balance,balance,,2026-10-02T01:00:00+00:00,,flow,source,25,20,m3/h,false,Crew Nine,"
    '"valve, stuck",Contractor Ten,2026-12-20\n'
    "meters,meter_proof,,2026-10-02T03:00:00+00:00,,heat_power,load,100,101,kW,true,Crew Nine,"
    ",,\n"
)
POINTS = """point,quantity,of,statistic,unit,accuracy,calibrated_on,calibration_months
t_sup,supply_temperature,source,instant,°C,0.15,2026-06-01,24
flow,flow,source,instant,m3/h,2 %,2024-01-15,12
taken,abstraction_flow,source,instant,m3/h,2 %,,
"""


def holes(folder: Path, columns: int = 3, rows: int = 2) -> Path:
    """A plant of boreholes with trials, points, documents and records of its holes."""
    count = columns * rows
    told = {"count": count, "columns": columns, "rows": rows}
    texts = {"plant.toml": HOLES.format(**told), "commissioning.csv": TRIALS, "points.csv": POINTS}
    lines = []
    for n in range(1, count + 1):
        found = 110.0 if n == 2 else 119.5 + n % 7 / 10
        lines.append(f"B{n:03d},borehole,active_length,120,{found},m,2026-03-02,Crew Nine,photo")
        lines.append(
            f"B{n:03d},borehole,pressure_test_1_drop,,{1 + n % 9 / 5},%,2026-03-02,Crew Nine,"
        )
    texts["ledger.csv"] = HEAD + "\n".join(lines) + "\n"
    texts["documents/operating.txt"] = "Turn it on.\n"
    texts["documents/warranty.txt"] = "Two years.\n"
    return _written(folder, texts)


def wells(folder: Path) -> Path:
    """A plant of two wells with samples and a licence."""
    rows = [
        "w1,well,depth,80,80.5,m,2026-03-02,Crew Nine,",
        "w2,well,depth,80,79.9,m,2026-03-02,Crew Nine,",
        "H1,header,pressure_test_3_drop,,1,%,2026-03-02,Crew Nine,",
    ]
    samples = "sampled_at,place,parameter,value,unit\n2026-05-01,w1,pH,7.4,-\n"
    texts = {
        "plant.toml": WELLS,
        "points.csv": POINTS,
        "ledger.csv": HEAD + "\n".join(rows) + "\n",
        "water_quality.csv": samples,
        "documents/water_licence.txt": "No. 7\n",
        "documents/prices.txt": "secret 0.6789\n",
    }
    return _written(folder, texts)


def _written(folder: Path, texts: dict[str, str]) -> Path:
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def sealed(folder: Path) -> Path:
    """The plant with its records of hidden works under seal."""
    CliRunner().invoke(app, ["build", "import", str(folder), f"{folder}/ledger.csv"])
    return folder


def asked(*words: object, code: int = 0) -> dict:
    """What a command of hand-overs answers."""
    done = CliRunner().invoke(app, ["handover", *map(str, words), "--json"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def pretty(told: dict) -> bytes:
    """A manifest's text."""
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()


def body(told: dict) -> bytes:
    """What the signature of a manifest is over."""
    return pretty({k: v for k, v in told.items() if k not in {"digest", "signature"}})


def resigned(told: dict, key: Ed25519PrivateKey | None) -> bytes:
    """A manifest that somebody else signs; one of the older version where nobody does."""
    bare = {k: v for k, v in told.items() if k not in {"digest", "signature", "key"}}
    if key is None:
        bare["version"] = 1
        return pretty({**bare, "digest": hashlib.sha256(pretty(bare)).hexdigest()})
    bare["key"] = key.public_key().public_bytes_raw().hex()
    ends = {"digest": hashlib.sha256(pretty(bare)).hexdigest()}
    return pretty({**bare, **ends, "signature": key.sign(pretty(bare)).hex()})


def rewritten(archive: Path, target: Path, **changed: bytes) -> Path:
    """An archive with other contents of some files."""
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(target, "w") as new:
        for one in old.infolist():
            new.writestr(one.filename, changed.get(one.filename, old.read(one)))
    return target
