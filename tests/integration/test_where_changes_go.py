"""
What CONTRIBUTING says is enough for an addition is enough: made in a copy of the source, and run.

Each addition is edits of one or two files, as its row in the table names them.
"""

import os
import shutil
import sys
from pathlib import Path

import pytest

from loopkeeper.lifecycle.monitor.alarm import _EXCESS, Condition
from peers import waiting

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "src" / "loopkeeper" / "adapters" / "demo" / "office"
DOSSIER, ALARM = "adapters/files/dossier", "lifecycle/monitor/alarm.py"
SUSPECTS, REPORT = "lifecycle/diagnose/suspects", "adapters/report/records.py"

PILE = (
    "energy_pile,borehole_field,ground,pipes,no,ground,10,25,GB/T 19409-2013,M+,45,60,25,A,"
    "thermal_response,no_test,,\n"
)
EDITS = {
    "a kind of source": [
        (
            "plant/site.py",
            '    STANDING_COLUMN = "standing_column"\n',
            '    STANDING_COLUMN = "standing_column"\n    ENERGY_PILE = "energy_pile"\n',
        ),
        (
            "plant/data/source_kinds.csv",
            "standing_column,standing_column,",
            f"{PILE}standing_column,standing_column,",
        ),
    ],
    "another column": [
        (
            f"{DOSSIER}/columns.py",
            '        DossierColumn("address"),\n',
            '        DossierColumn("address"),\n        DossierColumn("cabinet"),\n',
        ),
        (
            "plant/points.py",
            "    high: float | None = None\n\n    def times",
            '    high: float | None = None\n    cabinet: str = ""\n\n    def times',
        ),
    ],
    "another key": [
        (
            f"{DOSSIER}/layout.py",
            '    DossierKey("model", "model", "text"),\n',
            '    DossierKey("model", "model", "text"),\n'
            '    DossierKey("maker", "maker", "text", since="0.2"),\n',
        ),
        (
            "plant/machines.py",
            '    model: str = ""\n',
            '    model: str = ""\n    maker: str = ""\n',
        ),
    ],
    "a condition of alarms": [
        (ALARM, '    SILENT = "silent"\n', '    SILENT = "silent"\n    AWAY = "away"\n'),
        (
            ALARM,
            "    Condition.STUCK: lambda",
            "    Condition.AWAY: lambda seen, limit, _: abs(_value(seen)) - limit,\n"
            "    Condition.STUCK: lambda",
        ),
    ],
    "a cause of deviation": [
        (
            f"{SUSPECTS}/drilled.py",
            None,
            '"""A cause that is never seen."""\n\n'
            "from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt\n"
            "from loopkeeper.lifecycle.diagnose.evidence import trials\n\n"
            'CAUSES = (Cause("hydraulic.drilled", lambda _: None, trials, (), SeenAt.STAGING),)\n',
        ),
        (f"{SUSPECTS}/__init__.py", "    conductivity,\n", "    conductivity,\n    drilled,\n"),
        (
            f"{SUSPECTS}/__init__.py",
            "    *staging.CAUSES,\n",
            "    *staging.CAUSES,\n    *drilled.CAUSES,\n",
        ),
    ],
    "a report section": [
        (
            REPORT,
            '    return _document(plant, "commissioning_report"',
            '    blocks += [Heading("Handed over"), Text(str(plant.site.handed_over_on))]\n'
            '    return _document(plant, "commissioning_report"',
        ),
    ],
    "an option of a command": [
        (
            "cli/survey.py",
            'help="City, e.g. beijing or 北京.")],\n    as_json',
            'help="City, e.g. beijing or 北京.")],\n'
            '    shout: Annotated[bool, typer.Option("--shout", help="Louder.")] = False,\n'
            "    as_json",
        ),
        (
            "cli/survey.py",
            "    city = chosen(region.city, region.chinese, language)\n",
            "    city = chosen(region.city, region.chinese, language)\n"
            "    city = city.upper() if shout else city\n",
        ),
    ],
}

WORDS = {
    "a kind of source": [
        (
            "plant/data/words.csv",
            "source_kind.horizontal_loop,",
            "source_kind.energy_pile,energy piles,能源桩\nsource_kind.horizontal_loop,",
        ),
    ],
}
"""What people read of it, which the last column of its row asks for."""

READ = f"""
import shutil, sys
from pathlib import Path
folder = Path(sys.argv[1])
shutil.copytree({str(DEMO)!r}, folder, ignore=shutil.ignore_patterns("telemetry"))
"""
SEEN = {
    "a kind of source": """
import sys
from dataclasses import replace
from pathlib import Path
import numpy as np
from typer.testing import CliRunner
from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.dossier.write import plant_toml
from loopkeeper.cli.main import app
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.design.consistency import check_design
from loopkeeper.lifecycle.design.horizon import horizon
from loopkeeper.lifecycle.diagnose.evidence import survey
from loopkeeper.measure.case import Surveyed
from loopkeeper.measure.series import LoadYear
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.words import Language, word
from loopkeeper.virtual.templates import template

folder = Path(sys.argv[1])
begin = ["init", str(folder), "--source", "energy_pile", "--area", "2000", "--city", "beijing"]
for command in (begin, ["check", str(folder), "--json"]):
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
plant = read_dossier(folder).plant
assert plant.source.kind == "energy_pile"
assert 'kind = "energy_pile"' in plant_toml(plant)
assert plant.source.field.length == 25.0
words = [word("source_kind.energy_pile", language) for language in Language]
assert words == ["energy piles", "能源桩"]

hour = np.arange(8760)
season = np.cos(2 * np.pi * hour / 8760)
heating, cooling = 3e4 * np.maximum(season, 0.0), 2e4 * np.maximum(-season, 0.0)
start = np.datetime64("2023-01-01T00", "s")
year = LoadYear(start + hour * np.timedelta64(1, "h"), heating, cooling, np.zeros(8760))
model, said = assemble(plant)
holes = replace(plant, source=replace(plant.source, kind=SourceKind.BOREHOLE_FIELD))
run, as_holes = (horizon(p, assemble(p)[0].system, year, years=2) for p in (plant, holes))
assert run.unmet.max() < 0.01
assert np.array_equal(run.coldest, as_holes.coldest)
told = {v.code for v in check_design(plant, year, run).verdicts}
assert any(code.startswith("design.balance.") for code in told), told
assert "design.survey.guess" in told
assert "evidence.survey.no_test" in {v.code for v in survey(plant, Surveyed())}
try:
    template("office", SourceKind("energy_pile"))
except InputError as error:
    assert "no virtual plant stands on energy_pile" in str(error)
else:
    raise AssertionError
""",
    "another column": READ
    + """
from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.dossier.write_records import write_records
lines = (folder / "points.csv").read_text(encoding="utf-8").splitlines()
with_it = [lines[0] + ",cabinet", *(line + ",K1" for line in lines[1:])]
(folder / "points.csv").write_text("\\n".join(with_it), encoding="utf-8")
plant = read_dossier(folder).plant
assert {p.cabinet for p in plant.points} == {"K1"}
write_records(plant, folder)
assert "cabinet" in (folder / "points.csv").read_text(encoding="utf-8").splitlines()[0]
assert read_dossier(folder).plant.points == plant.points
""",
    "another key": READ
    + """
from loopkeeper.adapters.files.dossier.read import inspect_dossier
from loopkeeper.adapters.files.dossier.write import plant_toml
path = folder / "plant.toml"
text = path.read_text(encoding="utf-8").replace("[[machine]]", "[[machine]]\\nmaker = 'M'")
path.write_text(text, encoding="utf-8")
dossier, said = inspect_dossier(folder)
assert {m.maker for m in dossier.plant.machines} == {"M"}
assert not [v for v in said if v.code == "dossier.key.unknown"]
assert 'maker = "M"' in plant_toml(dossier.plant)
""",
    "a condition of alarms": """
import sys
from datetime import UTC, datetime
from pathlib import Path
from loopkeeper.adapters.files.dossier.alarms import read_alarms
from loopkeeper.lifecycle.monitor.alarm import Standing, read
path = Path(sys.argv[1])
path.write_text("alarm,plant,point,condition,limit,action\\na,p,t,away,5,look\\n")
(one,) = read_alarms(path)
for value, on in ((4.0, False), (-6.0, False), (6.0, True)):
    standing, _ = read(one.definition, Standing(), datetime(2024, 1, 1, tzinfo=UTC), value)
    assert standing.on is (abs(value) > 5), value
""",
    "a cause of deviation": """
from loopkeeper.lifecycle.diagnose.suspects import BY_CODE, LIBRARY
assert "hydraulic.drilled" in BY_CODE
codes = [cause.code for cause in LIBRARY]
assert codes.index("hydraulic.drilled") == codes.index("commissioning.staging") + 1
""",
    "a report section": """
from loopkeeper.adapters.report.document import Heading
from loopkeeper.adapters.report.records import commissioning_document
from loopkeeper.plant.words import Language
from loopkeeper.virtual.templates import template
document = commissioning_document(template("office").plant, (), Language.ENGLISH, "")
heads = [one.text for one in document.blocks if isinstance(one, Heading)]
assert heads[-1] == "Handed over", heads
""",
    "an option of a command": """
import sys
from typer.testing import CliRunner
from loopkeeper.cli.main import app
done = CliRunner().invoke(app, ["survey", "guess", "beijing", "--shout"])
assert done.exit_code == 0, done.output
assert "BEIJING" in done.output
assert "--shout" in CliRunner().invoke(app, ["survey", "guess", "--help"]).output
""",
}


def copy_of(target):
    """The source without what an addition does not need."""
    kept_out = shutil.ignore_patterns("demo", "__pycache__")
    return Path(shutil.copytree(ROOT / "src", target / "src", ignore=kept_out))


def edit(source, edits):
    for name, before, after in edits:
        path = source / "loopkeeper" / name
        if before is None:
            path.write_text(after, encoding="utf-8")
            continue
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{name}: {before!r} stands {text.count(before)} times"
        path.write_text(text.replace(before, after), encoding="utf-8")


def run(source, code, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(source), "NUMBA_CACHE_DIR": str(source.parent)}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return waiting.run(
        command, capture_output=True, text=True, env=environment, check=False, seconds=300
    )


@pytest.mark.slow
@pytest.mark.parametrize("addition", EDITS)
def test_an_addition_is_one_or_two_places(addition, tmp_path):
    source = copy_of(tmp_path)
    edit(source, [*EDITS[addition], *WORDS.get(addition, [])])
    assert len({name for name, _, _ in EDITS[addition]}) <= 2
    done = run(source, SEEN[addition], tmp_path / "made")
    assert done.returncode == 0, done.stderr[-2000:]


def test_without_the_addition_none_of_it_works(tmp_path):
    """What is looked at above is not there anyway."""
    source = copy_of(tmp_path)
    done = run(source, SEEN["a condition of alarms"], tmp_path / "made")
    assert done.returncode != 0
    assert "away" in done.stderr


def test_every_condition_of_alarms_has_its_law():
    assert set(_EXCESS) == set(Condition)


ROWS = {
    "a kind of source": "add a kind of source",
    "another column": "read another column",
    "another key": "read another key of `plant.toml`",
    "a condition of alarms": "add a condition of alarms",
    "a cause of deviation": "add a cause of deviation",
    "a report section": "add a report section",
    "an option of a command": "add an option to a command",
}


@pytest.mark.parametrize("addition", EDITS)
def test_contributing_names_the_places(addition):
    lines = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()
    (row,) = [line for line in lines if line.startswith(f"| {ROWS[addition]}")]
    for name, _, _ in [*EDITS[addition], *WORDS.get(addition, [])]:
        folder = name.rpartition("/")[0] + "/`"
        assert f"`{name}`" in row or folder in row, f"{name} is not in: {row}"
