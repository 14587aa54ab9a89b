"""Fonts for charts and print: where Chinese glyphs come from, whatever any cache says."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
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
PACKAGE = "noto_cjk_sans_otc"
"""A package that brings such a font: ``pip install 'loopkeeper[fonts]'``."""
_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
_TELLING = re.compile(r"cjk|sourcehan|notosanssc|msyh|simhei|pingfang|wqy|wenquan", re.IGNORECASE)
"""Names that files of these families have; they are looked into first."""
_PATIENCE = 10.0
"""Longest wait for the system's own list. [s]"""


def chinese_font() -> str | None:
    """
    Return a family with Chinese glyphs that charts and print can use, None when there is none.

    The list that the plotting library keeps on disk does not know what was installed or removed
    since: where it names none that is there, the files themselves are looked for, in the package
    of the extra, in the folders of fonts, and where the system says that it has them.
    """
    return _listed() or _found(_files())


def _listed() -> str | None:
    there = {e.name: e.fname for e in font_manager.fontManager.ttflist}
    return next((n for n in CHINESE if n in there and Path(there[n]).is_file()), None)


def _found(files: Iterator[Path]) -> str | None:
    """Make files known to charts: those whose names tell, and all others where these do not do."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    there = list(dict.fromkeys(files))
    telling = [file for file in there if _TELLING.search(file.name)]  # a list may miss their faces
    for some in (telling, [file for file in there if str(file) not in known]):
        for file in some:
            with suppress(OSError, RuntimeError, ValueError):
                font_manager.fontManager.addfont(str(file))
        if name := _listed():
            return name
    return None


def _files() -> Iterator[Path]:
    """Files of fonts: of the package, of the usual folders, and of the system's own list."""
    for folder in (*_package(), *FOLDERS):
        if folder.is_dir():
            yield from sorted(f for f in folder.rglob("*") if f.suffix.lower() in _SUFFIXES)
    yield from _told_by_system()


def _package() -> list[Path]:
    spec = find_spec(PACKAGE)
    places = None if spec is None else spec.submodule_search_locations
    return [] if places is None else [Path(place) for place in places]


def _told_by_system() -> Iterator[Path]:
    """Files that fontconfig knows to hold Chinese glyphs; nothing where it is not installed."""
    program = shutil.which("fc-list")
    if program is None:
        return
    with suppress(OSError, subprocess.SubprocessError):
        told = subprocess.run(  # noqa: S603 - the system's program, fixed words
            [program, ":lang=zh-cn", "--format=%{file}\n"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=True,
        )
        yield from (Path(line) for line in told.stdout.splitlines() if line)


def families() -> list[str]:
    """Return the families charts are set in, the first that has a glyph is used."""
    found = chinese_font()
    return ["DejaVu Sans"] if found is None else [found, "DejaVu Sans"]


def font_folders() -> list[str | Path]:
    """Return folders that print looks into beside the system's: those of what was found."""
    own = [Path(mpl.get_data_path()) / "fonts" / "ttf"]
    name = chinese_font()
    files = [Path(e.fname) for e in font_manager.fontManager.ttflist if e.name == name]
    own += [f.parent for f in files if not any(f.is_relative_to(folder) for folder in FOLDERS)]
    return [str(folder) for folder in dict.fromkeys(own)]
