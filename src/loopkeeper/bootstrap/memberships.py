"""Who may come in at a service, as its records keep it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from loopkeeper.adapters.settings.record import read_settings
from loopkeeper.app.access import Actor
from loopkeeper.app.people import Registry
from loopkeeper.bootstrap.books import records_of, registry_of


@contextmanager
def opened(settings: Path | None, store: Path | None, by: str) -> Iterator[Registry]:
    """
    Open the books of people of a service, also while it runs.

    Parameters
    ----------
    settings : Path, optional
        TOML of the service.
    store : Path, optional
        Folder of its store, where no settings tell it.
    by : str
        Who looks, and is named with every change.

    Raises
    ------
    LoopkeeperError
        When the settings are wrong or the records cannot be opened.
    """
    found = read_settings(settings, store)
    if found.records is None:
        found.folder.mkdir(parents=True, exist_ok=True)
    with closing(records_of(found)) as records:
        yield registry_of(records, Actor(by))
