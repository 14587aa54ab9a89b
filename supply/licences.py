"""Write docs/licences.md: the licence of every locked package, copyleft named."""

import re
import sys
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "licences.md"
LOCK, RUN = ROOT / "requirements.lock", ROOT / "requirements-run.lock"

FREE, FILES, LIBRARY, WHOLE = range(4)
"""How far a licence reaches: not at all, to its own files, to its library, to the whole."""

REACH = {
    "0BSD": FREE, "Apache-2.0": FREE, "BSD-2-Clause": FREE, "BSD-3-Clause": FREE, "CC0-1.0": FREE,
    "ISC": FREE, "MIT": FREE, "MIT-0": FREE, "MIT-CMU": FREE, "PSF-2.0": FREE, "Zlib": FREE,
    "LicenseRef-matplotlib": FREE, "EPL-2.0": FILES, "MPL-2.0": FILES,
    "LGPL-2.1-or-later": LIBRARY, "LGPL-3.0-only": LIBRARY, "LGPL-3.0-or-later": LIBRARY,
    "GPL-2.0-or-later": WHOLE, "GPL-3.0-or-later": WHOLE, "AGPL-3.0-or-later": WHOLE,
}  # fmt: skip

STATED = {
    "Apache 2.0": "Apache-2.0", "Apache Software License": "Apache-2.0",
    "Apache-2.0": "Apache-2.0", "BSD 2-Clause License": "BSD-2-Clause",
    "BSD 3-Clause License": "BSD-3-Clause", "3-Clause BSD License": "BSD-3-Clause",
    "BSD-3-Clause": "BSD-3-Clause", "ISC License": "ISC", "MIT": "MIT", "MIT License": "MIT",
    "MPL-2.0": "MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Lesser General Public License v3 or later": "LGPL-3.0-or-later",
}  # fmt: skip
"""What metadata say in words, where the words leave no choice."""

READ = {
    "colorama": "BSD-3-Clause", "contourpy": "BSD-3-Clause", "cycler": "BSD-3-Clause",
    "flexcache": "BSD-3-Clause", "jinja2": "BSD-3-Clause", "kiwisolver": "BSD-3-Clause",
    "matplotlib": "LicenseRef-matplotlib", "numba": "BSD-2-Clause", "pint": "BSD-3-Clause",
    "pebble": "LGPL-3.0-or-later", "scipy": "BSD-3-Clause",
}  # fmt: skip
"""Read in the licence file of the package, where metadata leave it open."""

MARK = {FREE: "", FILES: "**files**", LIBRARY: "**library**", WHOLE: "**whole**"}

HEAD = """# Licences

What Loopkeeper (Apache-2.0) stands on, as locked. Written by `make licences` from the metadata of
the installed packages; `file`: read in the package's licence file, because its metadata leave it
open. The tools of `make lock`, `make audit` and `make sbom` stand in an environment of their own,
are not needed to run, build or test the program, and are not listed.

## Copyleft, and what it means

{found}

- **library** (LGPL): a program under any licence may use the library while the library stays a
  part that can be exchanged. Loopkeeper's own packages only name it as needed: they hold nothing
  of it. Whoever hands on an image, an installer or an appliance that holds it says so, hands on
  its licence texts and its source (or a written offer), and lets the receiver run the program
  with a changed library.
- **files** (MPL, EPL): changed files of the package stay under its licence, and their source is
  offered; files beside them are free. Of unchanged ones the notice is kept and the place of the
  source is told.
- **whole** (GPL, AGPL): the whole program would have to be handed on under that licence. Nothing
  that is needed to run is under one; `make licences` and a test refuse it.
- A choice (`OR`) is taken by its freest branch: paho-mqtt under BSD-3-Clause.
  `LicenseRef-matplotlib` is a text of matplotlib's own after Python's, without copyleft.

Wheels carry parts of their own, whose texts stand in their `dist-info` folders: numpy and scipy
the run-time library of GCC (GPL-3.0 **with** its exception, which leaves programs free), pillow
and matplotlib FreeType (by its own FTL), deltalake two parts under MPL-2.0. Whoever hands on the
packages hands on these folders with them.

This page is a help, not legal advice.

## Every package

| package | version | needed | licence | from | copyleft |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Row:
    """A locked package; ``source`` tells where its licence is stated."""

    name: str
    version: str
    needed: str
    licence: str
    source: str

    @property
    def reach(self) -> int:
        """How far its licence reaches."""
        return reach(self.licence)

    def markdown(self) -> str:
        """Return the row of the table."""
        cells = (self.name, self.version, self.needed, self.licence, self.source, MARK[self.reach])
        return "| " + " | ".join(cells) + " |"


def pinned(lock: Path) -> dict[str, str]:
    """Return the versions of a lock by name."""
    text = lock.read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9][a-z0-9-]*)==([^\s;\\]+)", text, re.MULTILINE))


def plain(name: str) -> str:
    """Return a name as locks write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def stated(found: Distribution | None) -> tuple[str, str] | None:
    """Return SPDX expression and where it stands; nothing where metadata leave it open."""
    if found is None:
        return None
    if expression := found.metadata.get("License-Expression"):
        return expression, "expression"
    if spdx := STATED.get((found.metadata.get("License") or "").strip()):
        return spdx, "field"
    names = [c.split(" :: ")[-1] for c in found.metadata.get_all("Classifier") or []
             if c.startswith("License ::")]  # fmt: skip
    known = {STATED[name] for name in names if name in STATED}
    return (known.pop(), "classifier") if len(known) == len(names) == 1 else None


def reach(expression: str) -> int:
    """Return how far an SPDX expression reaches: the freest of a choice, the farthest of a sum."""
    text = expression.replace(" WITH LLVM-exception", "")
    while inner := re.search(r"\(([^()]*)\)", text):
        text = text.replace(inner[0], f"#{reach(inner[1])}")
    return min(
        max(int(part[1:]) if part.startswith("#") else REACH[part] for part in sum_.split(" AND "))
        for sum_ in text.strip().split(" OR ")
    )


def rows() -> list[Row]:
    """Return a row for every locked package; refuse one whose licence is unknown."""
    there = {plain(d.name): d for d in distributions()}
    run, made, unknown = pinned(RUN), [], []
    for name, version in pinned(LOCK).items():
        found = there.get(name)
        if found is not None and found.version != version:
            sys.exit(f"{name}: {found.version} is installed, {version} is locked; make clean")
        told = stated(found) or ((READ[name], "file") if name in READ else None)
        if told is None:
            state = "licence open" if found else "not installed here"
            unknown.append(f"{name}: {state}; read its licence file, name its SPDX id in READ")
            continue
        row = Row(name, version, "to run" if name in run else "to develop", *told)
        unknown += _objections(row)
        made.append(row)
    if unknown:
        sys.exit("\n".join(unknown))
    return made


def _objections(row: Row) -> list[str]:
    try:
        far = row.reach
    except KeyError as error:
        return [f"{row.name}: say in REACH how far {error.args[0]} reaches"]
    if far == WHOLE and row.needed == "to run":
        return [f"{row.name}: {row.licence} would bind the whole program"]
    return []


def page(made: list[Row]) -> str:
    """Return the page."""
    bound = [r for r in made if r.reach]
    found = "\n".join(
        f"- {r.name} {r.version}: {r.licence} ({MARK[r.reach]}), {r.needed}" for r in bound
    )
    return HEAD.format(found=found) + "\n".join(r.markdown() for r in made) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(rows()), encoding="utf-8")
