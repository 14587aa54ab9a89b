"""Chinese glyphs are found whatever the plotting library's own list of fonts says."""

import json
import os
import shutil
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import font_manager

from loopkeeper.adapters.report import fonts
from loopkeeper.adapters.report.document import Document, Text
from loopkeeper.adapters.report.printing import SUFFIXES, printed
from loopkeeper.errors import OutsideError
from peers import waiting

FAMILY = "DejaVu Sans Mono"  # stands for a family with Chinese glyphs: a file that is always there
FILE = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSansMono.ttf"
SAID = Document("报告", "地源热泵", "zh", (Text("供热量与供冷量"),), "")


def listed(monkeypatch, entries):
    """Let the plotting library know these fonts only."""
    manager = font_manager.FontManager.__new__(font_manager.FontManager)
    manager.__dict__.update(font_manager.fontManager.__dict__)
    manager.ttflist = list(entries)
    monkeypatch.setattr(font_manager, "fontManager", manager)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """The only folder of fonts, empty, beside a list that does not know the family."""
    others = [e for e in font_manager.fontManager.ttflist if e.name != FAMILY]
    listed(monkeypatch, others)
    monkeypatch.setattr(fonts, "CHINESE", (FAMILY,))
    monkeypatch.setattr(fonts, "FOLDERS", (tmp_path, tmp_path / "nowhere"))
    monkeypatch.setattr(fonts, "PACKAGE", "no_such_package_of_fonts")
    monkeypatch.setenv("PATH", "")  # no fc-list
    return tmp_path


def test_a_font_installed_since_is_found_without_a_restart(folder):
    assert fonts.chinese_font() is None
    shutil.copy(FILE, folder / "installed.ttf")
    assert fonts.chinese_font() == FAMILY
    assert fonts.families() == [FAMILY, "DejaVu Sans"]


def test_a_file_that_is_no_font_harms_nobody(folder):
    (folder / "broken.ttf").write_bytes(b"not a font")
    assert fonts.chinese_font() is None


def test_a_font_that_was_removed_is_not_named(monkeypatch, folder):
    listed(monkeypatch, [font_manager.FontEntry(fname="/nowhere/gone.ttc", name=FAMILY)])
    assert not list(folder.iterdir())
    assert fonts.chinese_font() is None


def test_a_font_that_a_package_brings_serves_charts_and_print(monkeypatch, folder, tmp_path):
    place = tmp_path / "elsewhere" / "a_package_of_fonts"
    place.mkdir(parents=True)
    (place / "__init__.py").touch()
    shutil.copy(FILE, place / "brought.ttf")
    monkeypatch.setattr(fonts, "FOLDERS", (folder / "nowhere",))
    monkeypatch.syspath_prepend(place.parent)
    monkeypatch.setattr(fonts, "PACKAGE", "a_package_of_fonts")
    assert fonts.chinese_font() == FAMILY
    assert str(place) in fonts.font_folders()


@pytest.mark.skipif(os.name == "nt", reason="a script stands for fc-list")
def test_a_font_where_only_the_system_knows_of_it_is_found(monkeypatch, folder, tmp_path):
    place = tmp_path / "odd"
    place.mkdir()
    shutil.copy(FILE, place / "known.ttf")
    program = tmp_path / "bin" / "fc-list"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho '{place / 'known.ttf'}'\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(fonts, "FOLDERS", (folder / "nowhere",))
    assert fonts.chinese_font() is None
    monkeypatch.setenv("PATH", str(program.parent))
    assert fonts.chinese_font() == FAMILY


@pytest.mark.parametrize("suffix", [s for s in SUFFIXES if s != ".html"])
def test_without_a_font_a_sentence_names_what_to_install(folder, suffix):
    assert not list(folder.iterdir())
    with pytest.raises(OutsideError, match="fonts-noto-cjk") as refused:
        printed(SAID, suffix)
    assert "loopkeeper[fonts]" in str(refused.value)
    assert "中文字体" in str(refused.value)
    assert "供热量" in printed(SAID, ".html").decode()


PRINT = """
import sys
from loopkeeper.adapters.report import fonts, plots
from loopkeeper.adapters.report.document import Document
from loopkeeper.adapters.report.printing import printed
picture = plots.score_bars(["供热量", "供冷量"], [50.0, 70.0], "能源站")
document = Document("报告", "地源热泵", "zh", (picture,), "")
for suffix in (".pdf", ".docx"):
    sys.stdout.buffer.write(b"%d " % len(printed(document, suffix)))
print(fonts.chinese_font())
"""


@pytest.mark.skipif(fonts.chinese_font() is None, reason="no font with Chinese glyphs here")
@pytest.mark.parametrize("stale", [False, True], ids=["emptied", "stale"])
def test_print_in_chinese_needs_no_cache(tmp_path, stale):
    place = {**os.environ, "MPLCONFIGDIR": str(tmp_path)}

    def told():
        ran = waiting.run(
            [sys.executable, "-W", "error::UserWarning", "-c", PRINT],
            env=place,
            seconds=120,
            capture_output=True,
            text=True,
            check=True,
        )
        return ran.stdout

    first = told()
    assert first.split(maxsplit=2)[2].strip() == fonts.chinese_font()
    if stale:
        cache = next(tmp_path.glob("fontlist-*.json"))
        known = json.loads(cache.read_text(encoding="utf-8"))
        known["ttflist"] = [e for e in known["ttflist"] if e["name"] not in fonts.CHINESE]
        cache.write_text(json.dumps(known), encoding="utf-8")
        assert told() == first
