"""README, tutorials and the pages of people: every command runs and answers as it is written."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from loopkeeper.cli.main import COMMANDS
from peers import waiting
from peers.reader import ROOT, Reader, Step, bare, shows, steps

PAGES = ["README.md", "docs/tutorial.md",
         *sorted(f"docs/people/{p.name}" for p in (ROOT / "docs" / "people").glob("*.md")
                 if not p.name.endswith(".zh.md"))]
QUICK = {"docs/people/hydrogeologist.md"}
"""Pages that take seconds run with `make slow`; the others with `make e2e`."""
PEOPLE = {"operator", "designer", "builder", "hydrogeologist", "evaluator", "researcher"}


def twin(page):
    return page.replace(".md", ".zh.md")


def text_of(page):
    return (ROOT / page).read_text(encoding="utf-8")


EVERY = [
    pytest.param(name, language, id=name, marks=[] if page in QUICK else [pytest.mark.e2e])
    for page in PAGES for name, language in ((page, "en"), (twin(page), "zh"))
]


@pytest.mark.slow
@pytest.mark.parametrize(("page", "language"), EVERY)
def test_a_page_does_what_it_says(page, language, tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    if page.startswith("README"):
        _copied(folder)
    Reader(folder, language).follow(text_of(page))


def _copied(folder: Path) -> None:
    """The repository as cloned, its environment said to be there."""
    listed = waiting.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is no clone")
    for name in listed.stdout.splitlines():
        if name.startswith(("src", "Makefile", "pyproject", "requirements")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").mkdir()
    (folder / ".venv" / ".installed").touch()


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_have_the_same_steps(page):
    ours, theirs = steps(text_of(page)), steps(text_of(twin(page)))
    assert [(bare(s.command), s.code, s.file) for s in ours] == [
        (bare(s.command), s.code, s.file) for s in theirs
    ]
    assert [len(s.shown) for s in ours] == [len(s.shown) for s in theirs]
    assert ours


def test_every_person_has_a_page():
    assert {Path(page).stem for page in PAGES if "people" in page} == PEOPLE
    for readme in ("README.md", "README.zh.md"):
        linked = set(re.findall(r"docs/people/(\w+)", text_of(readme)))
        assert linked == PEOPLE, readme


@pytest.mark.parametrize("page", PAGES)
def test_what_the_chinese_page_runs_answers_in_chinese(page):
    spoken = {"report", "check", "evaluate", "diagnose", "bill", "watch"}
    for step in steps(text_of(twin(page))):
        typed = bare(step.command).split()
        if typed[:1] == ["loopkeeper"] and typed[1] in spoken and "--json" not in typed:
            assert "--lang zh" in step.command, step


@pytest.mark.parametrize("page", ["docs/commands.md", "docs/commands.zh.md"])
def test_the_list_of_commands_has_every_command(page):
    named = set(re.findall(r"^loopkeeper (\w+)", text_of(page), re.MULTILINE))
    assert named == set(COMMANDS)


@pytest.mark.parametrize("page", [*PAGES, "docs/commands.md", "docs/numbers.md"])
@pytest.mark.parametrize("of", [str, twin])
def test_links_lead_somewhere(page, of):
    place = ROOT / of(page)
    for target in re.findall(r"\]\(([^)#:]+)\)", place.read_text(encoding="utf-8")):
        assert (place.parent / target).exists(), f"{place.name}: {target}"


def test_readme_counts_right_answers_as_the_page_of_answers_does():
    rows = re.findall(
        r"^\| first kind, .*?\| (\d+) of (\d+).*?\| (\d+) of .*?\| (\d+) of",
        text_of("docs/diagnosis-emulator.md"), re.MULTILINE,
    )
    ours, of, rules, regression = (sum(int(row[n]) for row in rows) for n in range(4))
    english, chinese = (" ".join(text_of(p).split()) for p in ("README.md", "README.zh.md"))
    assert f"right in {ours} of {of} (rules {rules}, a regression {regression})" in english
    assert f"首因判对 {ours} 座（规则法 {rules} 座，回归法 {regression} 座）" in chinese


PAGE = """
```sh
mkdir -p a \\
    b         # two folders
ls nowhere    # exit code 2: it is not there
```
```toml a/x.toml
key = 1
```
```console
$ cat a/x.toml
key = …
$ python3 -c 'import sys; sys.exit(1)'   # exit code 1
```
```text
rm -rf /
```
"""


def test_steps_are_read_from_a_page():
    found = steps(PAGE)
    assert [s.code for s in found] == [0, 2, 0, 0, 1]
    assert [bare(s.command) for s in found][:2] == ["mkdir -p a b", "ls nowhere"]
    assert found[2] == Step(8, file="a/x.toml", text="key = 1\n")
    assert found[3].shown == ("key = …",)


def test_a_reader_does_them(tmp_path):
    (tmp_path / "here").mkdir()
    Reader(tmp_path / "here", "en").follow(PAGE)
    assert (tmp_path / "here" / "b").is_dir()


@pytest.mark.parametrize(("wrong", "words"), [
    (PAGE.replace("key = …", "key = 2"), "not said: 'key = 2'"),
    (PAGE.replace("# exit code 1", ""), "ended with 1"),
    (PAGE.replace("cat a/x", "cat b/x"), "ended with 1"),
    ("```sh\nloopkeeper serve nowhere.toml\n```\n", "ended"),
])
def test_a_reader_sees_what_is_wrong(wrong, words, tmp_path):
    (tmp_path / "here").mkdir()
    with pytest.raises(AssertionError, match=words):
        Reader(tmp_path / "here", "en").follow(wrong)


def test_shown_lines_stand_there_in_order_with_their_figures():
    said = "heat 12.4 MWh\n  (10 … 15)\nelectricity   3.1 MWh"
    assert shows(said, ("heat 12.4 MWh (10 … 15)", "electricity 3.1")) == ""
    assert shows(said, ("heat … MWh", "3.1 MWh")) == ""
    assert shows(said, ("electricity", "heat")) == "heat"
    assert shows(said, ("heat 12.5",)) == "heat 12.5"


@pytest.mark.slow
def test_what_lasts_is_ended(tmp_path):
    page = "```sh\nloopkeeper serve --store x --port 8470\ncurl -sf http://127.0.0.1:8470/health\n```"
    (tmp_path / "here").mkdir()
    reader = Reader(tmp_path / "here", "en")
    reader.follow(page)
    assert [process.poll() for process in reader.lasting] == [0]
    assert isinstance(reader.lasting[0], subprocess.Popen)
