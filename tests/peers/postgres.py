"""A database of PostgreSQL for a test: of the server on loopback, else of a private one."""

import os
import shutil
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from peers import waiting
from peers.processes import free_port

HERE = "host=127.0.0.1 user=root dbname=postgres connect_timeout=2"


def _binaries():
    if on_path := shutil.which("initdb"):
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def server(folder):
    """Where a server listens: host, port and user."""
    with suppress(psycopg.OperationalError), psycopg.connect(HERE):
        yield "127.0.0.1", 5432, "root"
        return
    binaries = _binaries()
    if binaries is None or os.geteuid() == 0:  # PostgreSQL does not run as root
        pytest.skip("no PostgreSQL on loopback, and none that could be started")
    data, port = folder / "pg", free_port()
    waiting.run(
        [binaries / "initdb", "-D", data, "-U", "root", "--auth=trust"],
        check=True,
        capture_output=True,
        seconds=60,
    )
    options = f"-p {port} -h 127.0.0.1 -k {folder}"
    run = [binaries / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "pg.log"]
    waiting.run([*run, "start"], check=True, capture_output=True, seconds=60)
    try:
        yield "127.0.0.1", port, "root"
    finally:
        waiting.run([*run, "stop", "-m", "fast"], capture_output=True, seconds=60)


@contextmanager
def database(folder):
    """The address of a new, empty database that is gone afterwards."""
    with server(folder) as (host, port, user):
        name = f"loopkeeper_{uuid.uuid4().hex[:12]}"
        at = f"host={host} port={port} user={user} dbname=postgres"
        with psycopg.connect(at, autocommit=True) as base:
            base.execute(f"CREATE DATABASE {name}")
        try:
            yield f"postgresql+psycopg://{user}@{host}:{port}/{name}"
        finally:
            with psycopg.connect(at, autocommit=True) as base:
                base.execute(f"DROP DATABASE {name} WITH (FORCE)")
