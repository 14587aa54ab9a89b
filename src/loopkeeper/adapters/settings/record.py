"""The settings of a service as one record, held to the schema however it is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from loopkeeper.adapters.settings.check import mistakes_of, read_checked, said
from loopkeeper.adapters.settings.schema import LISTS, TABLES
from loopkeeper.app.arrivals import AHEAD
from loopkeeper.app.ports import LEAST_YEARS
from loopkeeper.errors import InputError


@dataclass(frozen=True)
class Settings:
    """
    Settings of a service, as in its TOML file.

    ``folder`` of the store, ``years`` readings are kept, minutes they may be stamped ``ahead`` of
    this machine's clock; ``host`` and ``port`` of the interface, and the ``timezone`` of pushed
    times without offset, the plant's own when left out; ``feeds``, ``tokens``,
    ``channels`` of notification and ``pushes`` to other platforms as tables; file of ``alarms``,
    and whether every plant gets those of the ``defaults``; folder of
    the dossiers of ``plants``; hours between ``rounds``, plants judged ``together`` and which
    ``reports`` they print; address of the ``records`` where they do not lie in the store's folder;
    relative paths begin ``beside`` the file.
    """

    folder: Path
    years: float = LEAST_YEARS
    host: str = "127.0.0.1"
    port: int = 8470
    feeds: tuple[Mapping[str, Any], ...] = ()
    tokens: tuple[Mapping[str, Any], ...] = ()
    channels: tuple[Mapping[str, Any], ...] = ()
    pushes: tuple[Mapping[str, Any], ...] = ()
    alarms: Path | None = None
    defaults: bool = True
    plants: Path | None = None
    rounds: float = 24.0
    reports: Mapping[str, Any] | None = None
    beside: Path = Path()
    timezone: str | None = None
    ahead: float = AHEAD / timedelta(minutes=1)
    together: int = 1
    records: str | None = None

    def __post_init__(self) -> None:
        """Refuse what a file of settings may not say either."""
        mistakes = [said(m) for m in mistakes_of(self._tables())]
        if mistakes:
            raise InputError("\n".join(mistakes))

    @property
    def secret_tables(self) -> tuple[Mapping[str, Any], ...]:
        """The tables in which secrets may stand."""
        alone = ({"url": self.records},) if self.records else ()
        return (*self.feeds, *self.tokens, *self.channels, *self.pushes, *alone)

    def _tables(self) -> dict[str, Any]:
        """The settings as they stand in a file."""
        alone: dict[str, Mapping[str, Any]] = {
            "store": {"folder": str(self.folder), "years": self.years, "ahead": self.ahead},
            "web": {"host": self.host, "port": self.port, "timezone": self.timezone},
            "alarms": {"file": self.alarms and str(self.alarms), "defaults": self.defaults},
            "plants": {"folder": self.plants and str(self.plants)},
            "rounds": {"hours": self.rounds, "together": self.together},
            "records": {"url": self.records},
            "reports": self.reports or {},
        }
        lists = (self.feeds, self.tokens, self.channels, self.pushes)
        return {name: _as_read(table) for name, table in alone.items()} | {
            name: [_as_read(table) for table in tables]
            for name, tables in zip(LISTS, lists, strict=True)
        }


def _as_read(table: Mapping[str, Any]) -> dict[str, Any]:
    """A table as TOML gives it: lists, and no key without a value."""
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in table.items()
        if value is not None
    }


def read_settings(path: Path | None, folder: Path | None = None) -> Settings:
    """
    Read the settings of a service.

    Parameters
    ----------
    path : Path or None
        TOML with ``[store]``, ``[web]``, ``[[feed]]`` and ``[[token]]``.
    folder : Path, optional
        Of the store, where no file tells it.

    Returns
    -------
    Settings

    Raises
    ------
    InputError
        When the file is no TOML or something in it is wrong; every mistake is named.
    """
    if path is None:
        return Settings(folder or Path("loopkeeper-store"))
    data = read_checked(path)
    tables = {part: data.get(part, {}) for part in TABLES}
    store, web, alarms, plants, rounds, records, reports = tables.values()
    feeds, tokens, channels, pushes = (tuple(data.get(part, ())) for part in LISTS)
    return Settings(
        folder or path.parent / store.get("folder", "loopkeeper-store"),
        float(store.get("years", LEAST_YEARS)),
        str(web.get("host", "127.0.0.1")),
        int(web.get("port", 8470)),
        feeds,
        tokens,
        channels,
        pushes,
        path.parent / alarms["file"] if "file" in alarms else None,
        bool(alarms.get("defaults", True)),
        path.parent / plants["folder"] if "folder" in plants else None,
        float(rounds.get("hours", 24.0)),
        reports or None,
        path.parent,
        web.get("timezone"),
        float(store.get("ahead", Settings.ahead)),
        int(rounds.get("together", 1)),
        records.get("url"),
    )
