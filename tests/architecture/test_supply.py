"""What the program stands on: pinned with hashes, its licences named, nothing of this machine."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
ALL, RUN, TOOLS = "requirements.lock", "requirements-run.lock", "supply/tools.lock"
LINE = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9-]*)==(?P<version>[^\s;\\]+)(?P<when> ;[^\\\n]+)? \\\n"
    r"(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)(?:    #.*\n)*"
)


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "supply" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


licences, audit = script("licences"), script("audit")


def text_of(lock):
    return (ROOT / lock).read_text(encoding="utf-8")


def pins(lock):
    """Version and hashes by name."""
    return {
        found["name"]: (found["version"], frozenset(re.findall(r"[0-9a-f]{64}", found["hashes"])))
        for found in LINE.finditer(text_of(lock))
    }


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("lock", [ALL, RUN, TOOLS])
def test_a_lock_holds_pins_with_hashes_and_nothing_else(lock):
    left = LINE.sub("", text_of(lock))
    assert [line for line in left.splitlines() if not line.startswith("#")] == []
    assert "/" not in left.replace("pyproject.toml", "")
    assert "://" not in text_of(lock)
    assert pins(lock)


def test_what_runs_is_part_of_what_is_locked():
    whole = pins(ALL)
    assert {name: whole.get(name) for name in pins(RUN)} == pins(RUN)


@pytest.mark.parametrize(
    ("lock", "asked"),
    [
        (RUN, project()["project"]["dependencies"]),
        (ALL, project()["project"]["optional-dependencies"]["dev"]),
        (ALL, project()["build-system"]["requires"]),
        (TOOLS, project()["dependency-groups"]["supply"]),
    ],
)
def test_a_lock_has_what_the_project_asks_for(lock, asked):
    found = pins(lock)
    for wish in map(Requirement, asked):
        version, _ = found[canonicalize_name(wish.name)]
        assert wish.specifier.contains(version, prereleases=True), wish


def listed():
    """Rows of the page of licences: name, version, needed, licence, source, copyleft."""
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    rows = [
        [c.strip() for c in line.strip("|").split("|")]
        for line in page.splitlines()
        if line.startswith("| ") and not line.startswith("| package")
    ]
    return [row for row in rows if len(row) == 6]


def test_every_locked_package_has_its_licence():
    run, whole = pins(RUN), pins(ALL)
    assert [(name, version) for name, version, *_ in listed()] == [
        (name, version) for name, (version, _) in whole.items()
    ]
    for name, _, needed, licence, *_ in listed():
        assert needed == ("to run" if name in run else "to develop"), name
        assert licence, name


def test_copyleft_is_named_and_binds_no_whole_program():
    for name, _, needed, licence, _, mark in listed():
        assert mark == licences.MARK[licences.reach(licence)], name
        assert needed == "to develop" or licences.reach(licence) < licences.WHOLE, name
    copyleft = {row[0] for row in listed() if re.search(r"GPL|MPL", row[3])}
    assert {row[0] for row in listed() if row[5]} == copyleft


@pytest.mark.parametrize(
    ("expression", "reach"),
    [
        ("MIT", "FREE"),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", "FILES"),
        ("EPL-2.0 OR BSD-3-Clause", "FREE"),
        ("GPL-3.0-or-later AND MIT", "WHOLE"),
        ("(LGPL-3.0-or-later OR GPL-2.0-or-later) AND MIT", "LIBRARY"),
        ("BSD-2-Clause AND Apache-2.0 WITH LLVM-exception", "FREE"),
    ],
)
def test_how_far_a_licence_reaches(expression, reach):
    assert licences.reach(expression) == getattr(licences, reach)


def test_an_unknown_licence_and_a_binding_one_are_refused():
    row = licences.Row("x", "1", "to run", "SSPL-1.0", "expression")
    assert "SSPL-1.0" in licences._objections(row)[0]
    row = licences.Row("x", "1", "to run", "AGPL-3.0-or-later", "expression")
    assert "whole program" in licences._objections(row)[0]


ASKED = {"a": "1", "b": "2"}
SOUND = '{"dependencies": [{"name": "a", "version": "1", "vulns": []}, %s], "fixes": []}'


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (SOUND % '{"name": "b", "version": "2", "vulns": []}', 0, "2 locked: no known weakness"),
        (
            SOUND
            % '{"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}',
            1,
            "b 2: CVE-1; mended in 3",
        ),
        (SOUND % '{"name": "b", "skip_reason": "not found"}', 2, "nothing is known about b"),
        (SOUND % '{"name": "b", "version": "9", "vulns": []}', 2, "nothing is known about b"),
        ("", 2, "could not be asked"),
        ("null", 2, "could not be asked"),
    ],
)
def test_silence_of_the_service_is_no_good_answer(answer, code, words):
    found, lines = audit.judged(ASKED, answer, "Traceback\nno such host")
    assert found == code
    assert words in " ".join(lines)
    assert "Traceback" not in " ".join(lines)


def test_what_only_another_system_installs_is_audited_too():
    there = audit.everywhere(text_of(ALL))
    assert ";" not in there
    assert audit.locked(there) == {name: version for name, (version, _) in pins(ALL).items()}
    assert "sys_platform == 'win32'" in text_of(ALL)


@pytest.mark.parametrize("page", ["security.md", "security.zh.md"])
def test_every_promise_names_a_test_that_exists(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text)
    rows = [line for line in text.splitlines() if line.startswith("| ") and "::" in line]
    assert len(rows) > 10
    assert len(named) >= len(rows)
    for path, test in named:
        assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), test
    other = {"security.md": "security.zh.md", "security.zh.md": "security.md"}[page]
    there = (ROOT / "docs" / other).read_text(encoding="utf-8")
    assert named == re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", there)
    targets = set(re.findall(r"`make ([a-z-]+)`", text))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)
