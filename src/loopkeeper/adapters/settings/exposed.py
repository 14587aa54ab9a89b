"""Whether users of this machine whom it does not concern can reach the secrets of a file."""

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from loopkeeper.adapters.settings.check import SECRETS
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Phrase


def exposed(path: Path, tables: Iterable[Mapping[str, Any]]) -> list[Verdict]:
    """
    Return a caution where everyone on this machine can read or change a file with secrets.

    Parameters
    ----------
    path : Path
        File of settings; other systems than POSIX have no mode to judge.
    tables : iterable of mapping
        What stands in it.

    Returns
    -------
    list of Verdict
        Empty where it holds no password, token, hash or address with a secret, or where its mode
        or that of a folder above keeps others out.
    """
    if os.name != "posix" or not any(_secret(table) for table in tables):
        return []
    mode = stat.S_IMODE(path.stat().st_mode)
    shut = any(not folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents)
    if shut or not mode & (stat.S_IROTH | stat.S_IWOTH):
        return []
    able = "right.change" if mode & stat.S_IWOTH else "right.read"
    figures = {"file": str(path), "mode": f"{mode:o}", "able": Phrase(able)}
    return [Verdict("service.settings.open", figures)]


def _secret(table: Mapping[str, Any]) -> bool:
    """Whether a table has a secret; a webhook is one, another address where it names a user."""
    return bool((SECRETS | {"webhook"}) & table.keys()) or "@" in str(table.get("url", ""))
