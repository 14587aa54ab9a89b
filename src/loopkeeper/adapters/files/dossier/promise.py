"""The promise in a dossier: written on its own; the one before it is kept beside it."""

import re
from datetime import date
from pathlib import Path

from loopkeeper.adapters.files.dossier.columns import KEPT
from loopkeeper.adapters.files.dossier.write import promise_toml
from loopkeeper.lifecycle.design.promise import refuse_silent_change
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Promise

_SECTION = re.compile(r"^\[promise\][^\n]*\n(?:(?!\[)[^\n]*\n?)*", re.MULTILINE)


def write_promise(
    plant: Plant, promise: Promise, folder: Path, *, replacing: str = "", on: date
) -> Path | None:
    """
    Write a promise into the ``plant.toml`` of a dossier; all else stays as it stands.

    Parameters
    ----------
    plant : Plant
        As the dossier has it, with the promise it has today.
    promise : Promise
        The new one.
    folder : Path
        The dossier.
    replacing : str
        Id of the plant, where a promise that operation is measured against shall be replaced.
    on : date
        Today; the name of what is kept.

    Returns
    -------
    Path or None
        Where the promise of a plant in operation is kept; None where there was none.

    Raises
    ------
    InputError
        When the plant is in operation and was not named: nothing is written then.
    """
    refuse_silent_change(plant, replacing)
    path = folder / "plant.toml"
    text = path.read_text(encoding="utf-8")
    block, found = promise_toml(promise), _SECTION.search(text)
    if found is None:
        path.write_text(text.rstrip("\n") + "\n\n" + block, encoding="utf-8")
        return None
    kept = None
    if plant.site.handed_over_on is not None:
        kept = _free(folder, on)
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(found[0].rstrip("\n") + "\n", encoding="utf-8")
    after = text[: found.start()] + block + "\n" + text[found.end() :].lstrip("\n")
    path.write_text(after, encoding="utf-8")
    return kept


def _free(folder: Path, on: date) -> Path:
    """A name that nothing has yet: what was kept once is never written over."""
    ends = ("", *(f"-{n}" for n in range(2, 1000)))
    names = (folder / f"{KEPT}{on}{end}.toml" for end in ends)
    return next(path for path in names if not path.exists())
