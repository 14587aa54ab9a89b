"""Records of a store brought up to date."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.moved import take_over
from loopkeeper.adapters.store.sqlite import RECORDS
from loopkeeper.adapters.store.telemetry import TelemetryStore


def upgraded(folder: Path, url: str | None = None) -> list[str]:
    """
    Bring the records of a store up to date; return what was done.

    Parameters
    ----------
    folder : Path
        Of a store that no process writes to.
    url : str, optional
        Of the records, where they do not lie in the folder.

    Raises
    ------
    StoreError
        When something cannot be read as it was written.
    """
    with TelemetryStore(folder) as store, closing(Records(url or folder / RECORDS)) as records:
        return take_over(store, records, datetime.now(UTC))
