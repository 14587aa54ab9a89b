"""Names of files in a package: such as stay inside it, on any system."""

import re

from loopkeeper.errors import InputError

MANIFEST = "manifest.json"
LONGEST = 400
"""Letters of a path. [-]"""
_BAD = re.compile(r'[\x00-\x1f\x7f\ud800-\udfff\\:*?"<>|]')
"""What no system that a package may be opened on takes in a name."""


def safe_name(name: str) -> str:
    """
    Return a path within a package as it is.

    Raises
    ------
    InputError
        When it leads out of the package, or some system cannot write it.
    """
    parts = name.split("/")
    if len(name) > LONGEST or _BAD.search(name) or not all(parts) or {".", ".."} & set(parts):
        shown = name[:80].encode("unicode_escape").decode()
        raise InputError(f"{shown!r} is no path that a hand-over may hold")
    return name
