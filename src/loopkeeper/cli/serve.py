"""``loopkeeper serve`` and ``loopkeeper store``: the service that keeps running, and its files."""

import asyncio
import errno
import json
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from loopkeeper.app.access import SERVICE, loopback, new_secret
from loopkeeper.app.answers.forms.plant import (
    ClockForm,
    FilesForm,
    PlayedForm,
    StoreCheckForm,
    StoreCompactedForm,
    StoreDoneForm,
    StoreExportedForm,
    TokenForm,
)
from loopkeeper.app.telling.days import runs
from loopkeeper.app.use_cases.recordings import Audience, Stretch, exported, played, recorded
from loopkeeper.bootstrap.outside import outside
from loopkeeper.bootstrap.service import Service, exposed, read_settings
from loopkeeper.bootstrap.service import check as check_settings
from loopkeeper.bootstrap.service import service as make_service
from loopkeeper.cli import options, screen
from loopkeeper.cli.tongue import told, tongue
from loopkeeper.errors import OutsideError
from loopkeeper.plant.words import word
from loopkeeper.web.access import Gate, Token
from loopkeeper.web.api import Doors, build

store_app = screen.commands("Look after the files of a telemetry store.")
StoreFolder = Annotated[Path, typer.Argument(help="Folder of the store.", exists=True)]


def serve(
    config: Annotated[
        Path | None, typer.Argument(help="TOML: [store], [web], [[feed]], [[token]].", exists=True)
    ] = None,
    store: Annotated[Path | None, typer.Option(help="Folder of the store.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Of the HTTP interface.")
    ] = None,
    check_only: Annotated[
        bool, typer.Option("--check", help="Say what is wrong with the settings, and stop.")
    ] = False,
    flush: Annotated[float, typer.Option(min=0.1, help="Seconds between flushes.")] = 60.0,
) -> None:
    """Receive, keep and share readings until stopped; nothing acknowledged is lost."""
    with screen.spoken():
        settings = read_settings(config, store)
        cautions = exposed(config, settings.secret_tables) if config else []
        if check_only:
            screen.say(cautions, tongue())
            check_settings(settings)
            screen.out.print(f"[green]✓[/] {word('cli.settings_right', tongue())}")
            raise typer.Exit(screen.FINE)
        _log_as_json()
        made = make_service(settings)
    for caution in cautions:
        logging.getLogger("loopkeeper").warning("%s", caution.sentence(tongue()))
    gate = Gate(
        [Token.of(t) for t in settings.tokens],
        made.book(SERVICE).members,
        made.door,
        abroad=not loopback(settings.host),
    )
    options = uvicorn.Config(
        build(Doors(made, gate)),
        host=settings.host,
        port=settings.port if port is None else port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=10,
    )
    with screen.spoken():
        _tell_first_link(made, options)
        asyncio.run(_both(_Server(options), made, flush))


def _tell_first_link(made: Service, options: uvicorn.Config) -> None:
    """Print the link by which the first administrator comes in, while there is none."""
    secret = made.door.first_link()
    if secret is None:
        return
    host = options.host if loopback(options.host) else "127.0.0.1"
    screen.out.print(word("cli.first_link", tongue()), soft_wrap=True)
    screen.out.print(f"http://{host}:{options.port}/invited/{secret}", soft_wrap=True)


class _Server(uvicorn.Server):
    """A server that leaves signals to us: ingestion has to finish after the doors are closed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the door; one that cannot be opened is told, not left to an exit code."""
        try:
            await super().startup(sockets)
        except SystemExit as end:
            door, why = f"{self.config.host}:{self.config.port}", end.__context__
            if getattr(why, "errno", None) == errno.EADDRINUSE:
                raise OutsideError(f"{door} is in use; --port chooses another") from None
            raise OutsideError(f"{door} cannot be listened on: {why}") from None


async def _both(server: uvicorn.Server, made: Service, flush: float) -> None:
    """The interface decides when to stop; ingestion then writes what is queued."""

    def stop() -> None:
        made.newest.closed = True  # who listens is let go: the server waits for open answers
        server.should_exit = True

    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop)
    work = asyncio.create_task(made.run(flush_every=flush))
    door = asyncio.create_task(server.serve())
    log = logging.getLogger("loopkeeper")
    await asyncio.wait({work, door}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    try:
        await door
    finally:
        await _ended(work)
    if trouble := made.ingestion.tally.trouble:
        log.warning("stopped while the store could not write: %s", trouble)
    else:
        log.info("stopped")


async def _ended(work: "asyncio.Task[None]") -> None:
    """End the work; where it ended by itself, say why and end with it."""
    log, fatal = logging.getLogger("loopkeeper"), work.done()
    work.cancel()
    (end,) = await asyncio.gather(work, return_exceptions=True)
    if not isinstance(end, Exception):
        return
    while isinstance(end, ExceptionGroup):
        end = end.exceptions[0]
    said = "the service ended: %s" if fatal else "the service did not stop well: %s"
    log.error(said, end, exc_info=end)
    raise OutsideError(f"the service ended: {type(end).__name__}: {end}")


class _Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return time, level, place and message."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": told(record.getMessage()),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def _log_as_json() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json())
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def token(
    name: Annotated[str, typer.Argument(help="Who will use it.")],
    scope: Annotated[list[str] | None, typer.Option(help="read, write, admin.")] = None,
    as_json: options.AsJson = False,
) -> None:
    """Make a token: the secret is shown once, its hash goes into the configuration."""
    secret, digest = new_secret()
    if as_json:
        scopes = scope or ["read"]
        screen.print_json(TokenForm(name=name, secret=secret, sha256=digest, scopes=scopes))
        return
    listed = ", ".join(f'"{s}"' for s in scope or ["read"])
    screen.err.print(f"[bold]{word('cli.shown_once', tongue())}[/]", secret, soft_wrap=True)
    screen.out.print(
        f'[[token]]\nname = "{name}"\nsha256 = "{digest}"\nscopes = [{listed}]',
        soft_wrap=True,
        highlight=False,
        markup=False,
    )


def play(
    plant: options.PlantFolder,
    speed: Annotated[
        float,
        typer.Option(help="Recorded seconds in a second; 0: as fast as the broker takes it."),
    ] = 600.0,
    broker: Annotated[str, typer.Option(help="HOST:PORT of an MQTT broker.")] = "localhost:1883",
    period: options.PeriodText = None,
    last: Annotated[float | None, typer.Option(min=0, help="Only so many last days.")] = None,
    today: Annotated[bool, typer.Option("--today", help="As if it ended now.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Play a recorded plant through a real broker, for a service that listens to it."""
    host, _, port = broker.partition(":")
    if not port.isdigit():
        raise typer.BadParameter(f"{broker!r}: expected HOST:PORT", param_hint="--broker")
    cut = Stretch(
        period=options.period_of(period), last=last, now=datetime.now(UTC) if today else None
    )
    to = Audience(host=host, port=int(port), speed=speed)
    with (
        screen.spoken(),
        screen.working(word("cli.playing", tongue(), plant=plant.name)) as progress,
    ):
        recording = recorded(outside.dossiers, options.existing_folder(plant), cut)
        screen.say(recording.verdicts, tongue())
        sent = played(outside, recording, to, progress)
    if as_json:
        screen.print_json(PlayedForm(plant=recording.plant, broker=broker, count=sent))
        return
    of = {"count": f"{sent:,}", "plant": recording.plant, "broker": broker}
    screen.out.print(f"[green]✓[/] {word('cli.played', tongue(), **of)}")


def _looking_after(folder: Path) -> AbstractContextManager[object]:
    """Say that the files of a store are gone through, which takes as long as it is large."""
    return screen.working(word("cli.looking_after", tongue(), name=folder.absolute().name))


@store_app.command()
def check(folder: StoreFolder, as_json: options.AsJson = False) -> None:
    """Read every file of a store and say what is wrong."""
    with screen.spoken(), _looking_after(folder):
        found = outside.stores.problems(folder)
    if as_json:
        screen.print_json(StoreCheckForm(problems=found))
    else:
        for text in found:
            screen.err.print(f"[red]✗[/] {told(text)}", highlight=False)
        key = "cli.problems" if found else "cli.no_problem"
        screen.out.print(word(key, tongue(), count=len(found)))
    raise typer.Exit(screen.PROBLEMS if found else screen.FINE)


@store_app.command()
def backup(
    folder: StoreFolder,
    target: Annotated[Path, typer.Argument()],
    as_json: options.AsJson = False,
) -> None:
    """Copy a store, also while it is written to; opening the copy restores it."""
    with screen.spoken(), _looking_after(folder):
        outside.stores.backup(folder, target)
    if as_json:
        screen.print_json(FilesForm(files=[str(target)]))
    else:
        screen.out.print(f"[green]✓[/] {target}", soft_wrap=True)


@store_app.command()
def compact(folder: StoreFolder, as_json: options.AsJson = False) -> None:
    """Flush the journal, put every day in order, roll hours up."""
    with screen.spoken(), _looking_after(folder):
        count, left = outside.stores.compact(folder)
    if as_json:
        screen.print_json(StoreCompactedForm(count=count, damaged=[str(day) for day in left]))
    else:
        screen.out.print(word("cli.days_ordered", tongue(), count=count))
        for day in left:
            screen.refuse(f"{day} is damaged and was left as it is; run loopkeeper store repair")
    raise typer.Exit(screen.PROBLEMS if left else screen.FINE)


@store_app.command()
def repair(folder: StoreFolder, as_json: options.AsJson = False) -> None:
    """Set damaged files aside, rebuild what can be; nothing is deleted."""
    with screen.spoken(), _looking_after(folder):
        done = outside.stores.repair(folder)
    _say_done(done, word("cli.repaired", tongue(), count=len(done)), as_json=as_json)


def _say_done(done: list[str], whole: str, *, as_json: bool) -> None:
    """Print what was done, step by step, and as a whole."""
    steps = [told(text) for text in done]
    if as_json:
        screen.print_json(StoreDoneForm(done=steps))
        return
    for text in steps:
        screen.out.print(text, highlight=False, soft_wrap=True)
    screen.out.print(f"[green]✓[/] {whole}")


@store_app.command()
def upgrade(
    folder: StoreFolder,
    url: Annotated[str | None, typer.Option(help="Records on PostgreSQL instead.")] = None,
    as_json: options.AsJson = False,
) -> None:
    """Bring the records up to date, and take over what older versions kept elsewhere."""
    with screen.spoken(), _looking_after(folder):
        done = outside.stores.upgraded(folder, url)
    _say_done(done, word("cli.upgraded", tongue()), as_json=as_json)


@store_app.command()
def trust_clock(folder: StoreFolder, as_json: options.AsJson = False) -> None:
    """Say that the machine's clock is right, after a service doubted it."""
    with screen.spoken():
        now = outside.stores.trust_clock(folder)
    if as_json:
        screen.print_json(ClockForm(time=now.isoformat(timespec="seconds")))
        return
    time = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    screen.out.print(f"[green]✓[/] {word('cli.clock_right', tongue(), time=time)}")


@store_app.command()
def export(
    folder: StoreFolder,
    plant: Annotated[str, typer.Argument(help="Id of the plant.")],
    dossier: Annotated[Path, typer.Argument(help="Folder of a dossier.", exists=True)],
    period: Annotated[str, options.period_option("in UTC here")],
    as_json: options.AsJson = False,
) -> None:
    """Write the readings of a period into a dossier, as they are known now."""
    with screen.spoken(), _looking_after(folder):
        done = exported(outside.stores, folder, plant, dossier, period)
    if as_json:
        damaged = [str(day) for day in done.missing]
        screen.print_json(
            StoreExportedForm(file=str(done.file), count=done.count, damaged=damaged)
        )
        raise typer.Exit(screen.PROBLEMS if damaged else screen.FINE)
    of = {"count": f"{done.count:,}", "file": done.file}
    screen.out.print(f"[green]✓[/] {word('cli.exported', tongue(), **of)}", soft_wrap=True)
    if done.missing:
        screen.refuse(f"of {runs(done.missing)} some readings are damaged and not here")
    raise typer.Exit(screen.PROBLEMS if done.missing else screen.FINE)
