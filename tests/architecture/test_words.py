"""One word for one thing: every word people see stands once, in both languages, in words.csv."""

import ast
import csv
import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from each import wrong
from loopkeeper.adapters.files.dossier.columns import COMMISSIONING
from loopkeeper.adapters.report.fleet import NAMES
from loopkeeper.app.access import RIGHTS
from loopkeeper.app.accounts import ENERGIES
from loopkeeper.app.jobs import JobState
from loopkeeper.app.record import FAULTS
from loopkeeper.app.stances import Stance
from loopkeeper.app.use_cases.asked import DIAGNOSIS, REPORT, REPORTS
from loopkeeper.app.use_cases.fleet import FIGURES
from loopkeeper.app.use_cases.imports import IMPORT
from loopkeeper.app.use_cases.rounds import ROUND
from loopkeeper.app.work_orders import WorkState
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.cure import CureKind
from loopkeeper.lifecycle.build.seal import Change
from loopkeeper.lifecycle.build.works import hidden_checks
from loopkeeper.lifecycle.commission.handover import handover_items
from loopkeeper.lifecycle.commission.package import PackageFate, SignatureState
from loopkeeper.lifecycle.commission.status import TrialState
from loopkeeper.lifecycle.commission.views import PackageView
from loopkeeper.lifecycle.design.uses import USES
from loopkeeper.lifecycle.evaluate.packs import Outcome
from loopkeeper.lifecycle.monitor.alarm import AlarmState, Condition, Priority
from loopkeeper.lifecycle.monitor.gauge import FAMILIES as CHARTS
from loopkeeper.measure.admitted import Flag
from loopkeeper.measure.direction import TRUST
from loopkeeper.measure.kpi import BOUNDARIES
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.points import PLACE_SORTS, PLACES, QUANTITIES
from loopkeeper.plant.tables import data_table
from loopkeeper.plant.trials import trial_kinds
from loopkeeper.plant.verdict import _FAMILIES, _LISTED, catalogue
from loopkeeper.plant.words import Language, word, words

SRC = Path(__file__).parents[2] / "src" / "loopkeeper"
FILES = sorted(SRC.rglob("*.py"))
PAGES = [
    *(SRC / "adapters" / "report" / "templates").glob("*.html"),
    *(SRC / "web" / "pages" / "templates").glob("*.html"),
    SRC / "web" / "live.html",
]
KEYS = set(words())
SPACES = {key.split(".", 1)[0] for key in KEYS}
KEY = re.compile(rf"({'|'.join(sorted(SPACES))})\.[A-Za-z][\w-]*")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")

FILE = re.compile(r".*\.(html|docx|typ|csv|toml|json|npz|css|js)")
"""What looks like a key and is none."""
OWN_TONGUE_APART = {
    "live.other_language": "each names the other",
    "report.quartiles": "figures only",
    "fluid.mixture": "a name and a figure",
    "mark.sentences": "sentences follow each other",
    "mark.beside": "a dot",
    "mark.joined": "a sign",
}
"""Words whose Chinese has no Chinese character, or whose English has, and why."""

UNITS = data_table("catalogue_example.csv")
COMPLETE = {
    "kind": {str(kind) for kind in DeviationKind},
    "flag": {flag.name.lower() for flag in Flag if flag is not Flag.GOOD},
    "quantity": set(QUANTITIES),
    "place": set(PLACES),
    "event": set(FAULTS),
    "energy": set(ENERGIES),
    "outcome": {str(outcome) for outcome in Outcome},
    "clause": {boundary.clause for boundary in BOUNDARIES},
    "alarm_state": {str(state) for state in AlarmState},
    "condition": {str(condition) for condition in Condition},
    "priority": {str(priority) for priority in Priority},
    "chart": {family.name for family in CHARTS},
    "use": {*USES, "commercial", "other"},
    "named": {sort.rstrip("-") for sort in PLACE_SORTS},
    "family": {row["family"] for row in UNITS},
    "circulation": {row["circulation"] for row in UNITS},
    "cure": {str(kind) for kind in CureKind},
    "trial": {kind.mode for kind in trial_kinds().values()},
    "trial_state": {str(state) for state in TrialState},
    "trial_column": {column.name for column in COMMISSIONING.written},
    "item_kind": {kind for kind, _ in hidden_checks()},
    "ledger_change": {str(change) for change in Change},
    "package_change": {str(fate) for fate in PackageFate},
    "package_for": {str(view) for view in PackageView if view is not PackageView.WHOLE},
    "package_signature": {str(state) for state in SignatureState},
    "package_view": {str(view) for view in PackageView if view is not PackageView.WHOLE},
    "role": {who for one in handover_items() for who in one.who},
    "user_role": set(RIGHTS),
    "job_state": {str(state) for state in JobState},
    "job_kind": {ROUND, DIAGNOSIS, REPORT, IMPORT},
    "person_state": {"in", "out", "invited"},
    "order_state": {str(state) for state in WorkState},
    "report_about": set(REPORTS),
    "stance": {str(stance) for stance in Stance},
    "witness": {*TRUST, "heat of load", "heat of source", "machines"} - {"heat_sign"},
}
"""Families of words that name everything of an enumeration of the program."""


@cache
def trees():
    """The source as syntax trees; read when the first test asks."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


def docstrings(tree):
    """Nodes of strings that stand alone: documentation, which nobody is shown."""
    return {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}


def literals():
    """Every string of the source that is no documentation."""
    found = set()
    for tree in trees().values():
        silent = docstrings(tree)
        found |= {
            n.value
            for n in ast.walk(tree)
            if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in silent
        }
    return found


def written():
    """Keys written out in source and pages."""
    found = {text for text in literals() if KEY.fullmatch(text) and not FILE.fullmatch(text)}
    for page in PAGES:
        quoted = re.findall(r"""["']([\w.-]+)["']""", page.read_text(encoding="utf-8"))
        found |= {text for text in quoted if KEY.fullmatch(text) and not FILE.fullmatch(text)}
    return found


def families():
    """Namespaces of which names are looked up that a variable holds."""
    found = set()
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                space, dot, _ = node.values[0].value.partition(".")
                found |= {space} if dot and space in SPACES else set()
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "name_of":
                found |= {
                    ast.literal_eval(a) for a in node.args[:1] if isinstance(a, ast.Constant)
                }
    for page in PAGES:
        found |= set(re.findall(r"`(\w+)\.\$\{", page.read_text(encoding="utf-8")))
        found |= set(re.findall(r"named\(\"(\w+)\"", page.read_text(encoding="utf-8")))
    return found | {*_FAMILIES.values(), *_LISTED.values()}


def test_every_key_that_is_written_exists():
    assert sorted(written() - KEYS - set(catalogue())) == []


def test_no_key_stands_idle():
    tokens = {t.lower() for text in literals() for t in (text, *re.findall(r"[\w-]+", text))}
    tokens |= {
        n.id.lower() for t in trees().values() for n in ast.walk(t) if isinstance(n, ast.Name)
    }
    fields = {
        n.target.id
        for t in trees().values()
        for n in ast.walk(t)
        if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)
    }
    tokens |= fields
    open_to = families()
    told = {
        key for key in KEYS if (p := key.partition("."))[0] in open_to and p[2].lower() in tokens
    }
    told |= {f"{family}.{name}" for family, names in COMPLETE.items() for name in names}
    assert sorted(KEYS - written() - told) == []


@pytest.mark.parametrize("family", COMPLETE)
def test_every_name_of_an_enumeration_has_a_word(family):
    assert not {f"{family}.{name}" for name in COMPLETE[family]} - KEYS


def test_every_figure_of_a_fleet_has_a_word():
    assert set(FIGURES) == set(NAMES)
    assert set(NAMES.values()) <= KEYS


def test_no_key_stands_twice():
    table = SRC / "plant" / "data" / "words.csv"
    keys = [row["key"] for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines())]
    assert keys == sorted(set(keys), key=lambda k: (k.split(".")[0], k))


def test_what_is_one_thing_in_english_is_one_in_chinese():
    by_english = {}
    for key, texts in words().items():
        if key.startswith("mark."):  # Chinese has two commas
            continue
        same = by_english.setdefault((key.split(".")[0], texts["en"].lower()), set())
        same.add(texts["zh"])
    assert not {place: found for place, found in by_english.items() if len(found) > 1}


def _both_languages_say_the_same_figures_each_in_its_own_tongue(key):
    english, chinese = (words()[key][one] for one in Language)
    named = [{n for _, n, _, _ in Formatter().parse(t) if n} for t in (english, chinese)]
    assert named[0] == named[1]
    assert english
    if key not in OWN_TONGUE_APART:
        assert not CHINESE.search(english)
        assert CHINESE.search(chinese)


def test_both_languages_say_the_same_figures_each_in_its_own_tongue():
    assert (
        wrong(sorted(KEYS), _both_languages_say_the_same_figures_each_in_its_own_tongue, str) == {}
    )


def test_money_is_yuan_in_chinese():
    assert not [key for key, texts in words().items() if "CNY" in texts["zh"]]


def test_a_missing_key_is_an_error_at_once():
    with pytest.raises(InputError, match=r"no\.such"):
        word("no.such", Language.ENGLISH)


READS_CHINESE = {
    "adapters/files", "adapters/feeds", "adapters/ledger/evidence.py",
    "adapters/settings/schema.py", "units.py",
    "app/moments.py",
    "lifecycle/evaluate/groundwater.py",
    "lifecycle/evaluate/injectivity.py", "lifecycle/monitor/point_places.py",
    "measure/direction.py", "measure/source_quality.py", "measure/water_quality.py",
    "measure/water_units.py", "plant/metering.py", "plant/points.py",
}  # fmt: skip
"""Files that read what was written in Chinese, and the words of settings beside their keys."""
NAMED_IN_CHINESE = {
    "adapters/report/word_file.py": "the program's own name", "web/api.py": "the same",
    "virtual/templates.py": "names of invented plants",
    "adapters/report/waterfalls.py": "breaks a line before a bracket",
    "cli/flowing.py": "marks that no line begins with",
    "cli/survey.py": "an example of a city", "cli/design.py": "an example of a region",
}  # fmt: skip
"""Files with a proper name in Chinese."""


def chinese_in(path):
    silent = docstrings(trees()[path])
    return [
        n.value
        for n in ast.walk(trees()[path])
        if isinstance(n, ast.Constant)
        and isinstance(n.value, str)
        and id(n) not in silent
        and CHINESE.search(n.value)
    ]


def test_what_is_said_in_chinese_stands_in_a_table():
    found = {str(path.relative_to(SRC)) for path in FILES if chinese_in(path)}
    allowed = {
        name: {n for n in found if n == name or n.startswith(f"{name}/")}
        for name in (*READS_CHINESE, *NAMED_IN_CHINESE)
    }
    assert sorted(found - set().union(*allowed.values())) == []
    assert [name for name, files in allowed.items() if not files] == []
