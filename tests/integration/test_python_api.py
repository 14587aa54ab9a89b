"""``import loopkeeper as lk``: every example of its docstrings, and what it costs to import."""

import doctest
import re
import sys
from pathlib import Path

import pytest

import loopkeeper as lk
from loopkeeper import _VERBS, api
from peers import waiting

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[2]
FINDER = doctest.DocTestFinder(exclude_empty=False)
EXAMPLES = {name: FINDER.find(getattr(api, name), name, globs={})[0] for name in api.__all__}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_example_of_every_verb_runs_as_printed(name):
    assert EXAMPLES[name].examples, f"{name} shows no example"
    runner = doctest.DocTestRunner(verbose=False)
    said = []
    runner.run(EXAMPLES[name], out=said.append)
    assert runner.failures == 0, "".join(said)


def test_the_package_offers_the_verbs_of_the_interface():
    assert set(api.__all__) == _VERBS
    assert set(api.__all__) <= set(dir(lk))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        lk.nothing  # noqa: B018


def test_importing_the_package_loads_no_verb():
    probe = "import loopkeeper, sys; print(sorted(m for m in sys.modules if 'loopkeeper.' in m))"
    done = waiting.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, seconds=60, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("example", "told", "left"),
    [
        ("fifty_years", r"heat put in over heat drawn: 0\.\d\d\n", "fifty-years.svg"),
        ("from_log_to_ground", r"transmissivity 5\.\d+e-03 m²/s, storage 1\.0e-03", "levels.csv"),
        ("why_more_electricity", r"kWh \([\d,-]+ to [\d,]+\)", "why.html"),
    ],
)
def test_the_examples_run(example, told, left, tmp_path):
    script = ROOT / "examples" / f"{example}.py"
    done = waiting.run(
        [sys.executable, script, tmp_path], capture_output=True, text=True, seconds=300, check=True
    )
    assert re.search(told, done.stdout), done.stdout
    assert (tmp_path / left).stat().st_size > 0
