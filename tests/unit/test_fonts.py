"""A font that was installed after the plotting library wrote its list of fonts is found."""

import shutil
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import font_manager

from loopkeeper.adapters.report import fonts

FAMILY = "DejaVu Sans Mono"  # stands for a family with Chinese glyphs: a file that is always there
FILE = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSansMono.ttf"


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
    monkeypatch.setattr(
        font_manager, "findSystemFonts",
        lambda places: [str(f) for p in places for f in Path(p).glob("*.ttf")],
    )  # fmt: skip
    return tmp_path


def test_a_font_installed_since_is_found_without_a_restart(folder):
    assert fonts.chinese_font() is None
    shutil.copy(FILE, folder / "installed.ttf")
    assert fonts.chinese_font() == FAMILY
    assert fonts.families() == ["DejaVu Sans", FAMILY]


def test_a_file_that_is_no_font_harms_nobody(folder):
    (folder / "broken.ttf").write_bytes(b"not a font")
    assert fonts.chinese_font() is None


def test_a_font_that_was_removed_is_not_named(monkeypatch, folder):
    listed(monkeypatch, [font_manager.FontEntry(fname="/nowhere/gone.ttc", name=FAMILY)])
    assert not list(folder.iterdir())
    assert fonts.chinese_font() is None
