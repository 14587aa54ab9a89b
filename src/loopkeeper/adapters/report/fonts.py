"""Fonts for charts and print: matplotlib's own for Latin, the system's for Chinese."""

from contextlib import suppress
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager

CHINESE = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimHei",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Sans SC", "Noto Sans CJK JP",
)  # fmt: skip
"""Families with Chinese glyphs, the best first."""
FOLDERS = (
    Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/opt/share/fonts"),
    Path.home() / ".fonts", Path.home() / ".local/share/fonts", Path.home() / "Library/Fonts",
    Path("/Library/Fonts"), Path("/System/Library/Fonts"), Path("C:/Windows/Fonts"),
)  # fmt: skip
"""Where systems keep fonts; folders that are not there do no harm."""


def chinese_font() -> str | None:
    """
    Return an installed family with Chinese glyphs, None when there is none.

    The list that the plotting library keeps on disk does not know what was installed or removed
    since: where it names none that is there, the folders of fonts are read again.
    """
    return _listed() or _found_again()


def _listed() -> str | None:
    there = {e.name: e.fname for e in font_manager.fontManager.ttflist}
    return next((n for n in CHINESE if n in there and Path(there[n]).is_file()), None)


def _found_again() -> str | None:
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    places = [str(folder) for folder in FOLDERS if folder.is_dir()]
    for file in font_manager.findSystemFonts(places) if places else ():
        if file not in known:
            with suppress(OSError, RuntimeError, ValueError):
                font_manager.fontManager.addfont(file)
    return _listed()


def families() -> list[str]:
    """Return the families charts are set in, the first that has a glyph is used."""
    found = chinese_font()
    return ["DejaVu Sans"] if found is None else ["DejaVu Sans", found]


def font_folders() -> list[str | Path]:
    """Return folders with fonts that come with the program's libraries."""
    return [str(Path(mpl.get_data_path()) / "fonts" / "ttf")]
