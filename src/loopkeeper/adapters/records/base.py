"""The database of the records: SQLite beside the store, or PostgreSQL for a centre."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from threading import RLock, local

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from loopkeeper.adapters.records.schema import HEAD
from loopkeeper.adapters.store.durable import sync
from loopkeeper.adapters.store.room import FULL, refusal, said
from loopkeeper.adapters.store.sqlite import connected, detached
from loopkeeper.errors import StoreError

_FAILS = (SQLAlchemyError, sqlite3.Error, OSError)


class Records:
    """
    A database whose tables are those of the newest migration.

    One transaction a request: :meth:`reading` and :meth:`writing` give a connection that is
    committed at the end, or not at all.
    """

    def __init__(self, place: Path | str, *, patient: bool = False) -> None:
        """
        Open or create, and bring the tables up to date.

        ``place`` is a file of SQLite or an address of PostgreSQL. Where the disk takes nothing a
        ``patient`` one reads what is there and writes as soon as the disk takes it. Raises
        StoreError when it is no such database, or cannot be written otherwise.
        """
        self._lock, self._patient, self._mine = RLock(), patient, local()
        self._file = place if isinstance(place, Path) else None
        self._place = str(place)
        self._name = self._place if self._file else "records"  # an address may hold a password
        self._dozes = False
        try:
            self._engine = self._opened()
        except _FAILS as error:
            if self._file is None or not patient or refusal(self._file.parent) is None:
                raise StoreError(f"{self._name}: {error}; restore it from a backup") from error
            self._doze()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read in one transaction; within one that writes, what it wrote so far too."""
        whole: Connection | None = getattr(self._mine, "connection", None)
        if whole is not None:
            yield whole
            return
        with self._speaking(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """
        Write in one transaction; a disk that was taken away is let go of.

        What is written within it by the same thread is part of it.
        """
        whole: Connection | None = getattr(self._mine, "connection", None)
        if whole is not None:
            yield whole
            return
        with self._speaking():
            if self._dozes:
                self._wake()
            try:
                with self._engine.connect() as bare:
                    connection = bare.execution_options(writes=True)
                    with connection.begin():
                        self._mine.connection = connection
                        yield connection
            except _FAILS:
                self._let_go()
                raise
            finally:
                self._mine.connection = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Whatever this thread writes meanwhile is one transaction; an error undoes all of it."""
        with self.writing():
            yield

    def close(self) -> None:
        """Close it."""
        with self._lock:
            self._engine.dispose()

    def _opened(self) -> Engine:
        engine = _of_server(self._place) if self._file is None else _of_file(self._file)
        try:
            with engine.connect() as bare:
                connection = bare.execution_options(writes=True)
                with connection.begin():
                    migrate(connection)
            if self._file is not None:
                sync(self._file.parent)
        except (StoreError, *_FAILS):
            engine.dispose()
            raise
        return engine

    def _let_go(self) -> None:
        if self._file is None or not self._patient:
            return
        why = refusal(self._file.parent)
        if why is not None and why.errno not in FULL:
            self._engine.dispose()
            self._doze()

    def _doze(self) -> None:
        """Read what is there until the disk takes something."""
        self._dozes = True
        file = self._file or Path()
        try:
            self._engine = _over(detached(file))
            with self._engine.connect() as connection:
                connection.execute(text("SELECT count(*) FROM alembic_version"))
        except _FAILS:
            empty = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
            self._engine = _over(empty)
            with self._engine.connect() as connection, connection.begin():
                migrate(connection)
            empty.execute("PRAGMA query_only=ON")

    def _wake(self) -> None:
        folder = (self._file or Path()).parent
        if why := refusal(folder):
            raise StoreError(said(folder, why)) from why
        if not folder.is_dir():
            raise StoreError(f"{folder}: the store is not there")
        self._engine.dispose()  # first: connections of a process share what they know of the disk
        try:
            self._engine = self._opened()
        except _FAILS:
            self._doze()
            raise
        self._dozes = False

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        if self._file is None:
            with _told(self._name):
                yield
            return
        with self._lock, _told(self._name):
            yield


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except _FAILS as error:
        reason = getattr(error, "orig", None) or error
        raise StoreError(f"{name}: {reason}") from error


def _of_server(url: str) -> Engine:
    return create_engine(url, pool_pre_ping=True, pool_size=5)


def _of_file(file: Path) -> Engine:
    base = connected(file.resolve().as_uri())
    for line in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        base.execute(f"PRAGMA {line}")
    return _over(base)


def _over(base: sqlite3.Connection) -> Engine:
    """An engine over one connection; a writer takes the file for itself from the first word on."""
    engine = create_engine("sqlite://", creator=lambda: base, poolclass=StaticPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def migrate(connection: Connection, version: str = HEAD) -> None:
    """
    Bring the tables of a database up to date.

    Parameters
    ----------
    connection : Connection
        In a transaction of its own.
    version : str
        Of the tables afterwards.

    Raises
    ------
    StoreError
        When a newer program wrote the database, or it is something else.
    """
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" in tables:
        known = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if known == HEAD:
            return
        if known is not None and known > HEAD:
            raise StoreError(f"records of version {known}; this program knows up to {HEAD}")
    elif tables and connection.dialect.name == "sqlite":
        raise StoreError("it is no database of records")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it speaks when it is imported
    from alembic import command  # noqa: PLC0415 - slow to import, hardly ever needed
    from alembic.config import Config  # noqa: PLC0415

    where = resources.files("loopkeeper.adapters.records") / "migrations"
    config = Config()
    config.set_main_option("script_location", str(where))
    config.attributes["connection"] = connection
    command.upgrade(config, version)
