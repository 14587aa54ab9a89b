"""Fonts for charts and print: matplotlib's own for Latin, the system's for Chinese."""

from functools import cache
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager

CHINESE = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimHei",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Sans SC", "Noto Sans CJK JP",
)  # fmt: skip
"""Families with Chinese glyphs, the best first."""


@cache
def chinese_font() -> str | None:
    """Return an installed family with Chinese glyphs, None when there is none."""
    there = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in CHINESE if name in there), None)


def families() -> list[str]:
    """Return the families charts are set in, the first that has a glyph is used."""
    found = chinese_font()
    return ["DejaVu Sans"] if found is None else ["DejaVu Sans", found]


def font_folders() -> list[str | Path]:
    """Return folders with fonts that come with the program's libraries."""
    return [str(Path(mpl.get_data_path()) / "fonts" / "ttf")]
