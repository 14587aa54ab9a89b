"""``loopkeeper init``: the smallest sound dossier of a plant, and what to add to it next."""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.markup import escape

from loopkeeper.app.answers.design import begun_json
from loopkeeper.app.use_cases.beginning import (
    USES,
    Beginning,
    begin,
    design_year,
    nearest_city,
    peaks,
    refuse_there,
    regional_guess,
    use_name,
    usual_capacity,
    usual_count,
)
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.errors import InputError
from loopkeeper.measure.series import LoadYear
from loopkeeper.plant.kinds import traits_of
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.tables import data_table
from loopkeeper.plant.words import Language, chosen, word

T = TypeVar("T", str, float, int)


@dataclass
class _Asker:
    """What was given, else what is typed at a terminal, else what is usual."""

    at_terminal: bool
    assumed: dict[str, object]

    def take(self, name: str, given: T | None, usual: T, check: Callable[[T], None]) -> T:
        """Return one value; what nobody said is remembered as assumed."""
        if given is None and self.at_terminal:
            found: T = typer.prompt(name.replace("_", " "), default=usual, err=True)
        else:
            found = usual if given is None else given
        check(found)
        if given is None and found == usual:
            self.assumed[name] = usual
        return found


def init(
    folder: Annotated[Path, typer.Argument(help="Folder to begin the dossier in.")],
    source: Annotated[SourceKind | None, typer.Option(help="What the plant stands on.")] = None,
    name: Annotated[str | None, typer.Option(help="Of the plant; else of the folder.")] = None,
    city: Annotated[str | None, typer.Option(help="For place and ground; else beijing.")] = None,
    latitude: Annotated[float | None, typer.Option(min=-90, max=90, help="[°]")] = None,
    longitude: Annotated[float | None, typer.Option(min=-180, max=180, help="[°]")] = None,
    timezone: Annotated[str, typer.Option(help="Of the site.")] = "Asia/Shanghai",
    use: Annotated[str | None, typer.Option(help=f"One of {', '.join(USES)}.")] = None,
    area: Annotated[float | None, typer.Option(min=1, help="Heated and cooled [m²].")] = None,
    loads: Annotated[
        Path | None,
        typer.Option(help="Hourly loads or output of EnergyPlus, for the design.", exists=True),
    ] = None,
    heating: Annotated[float | None, typer.Option(min=0, help="Of the machines [kW].")] = None,
    cooling: Annotated[float | None, typer.Option(min=0, help="Of the machines [kW].")] = None,
    count: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="Holes, or wells that give water.")
    ] = None,
    length: Annotated[
        float | None, typer.Option(min=20, max=3000, help="Of a hole, or depth of a well [m].")
    ] = None,
    ground: Annotated[
        float | None,
        typer.Option(min=-15, max=45, help="Undisturbed temperature [°C]; else the city's."),
    ] = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Begin a dossier: the least that is sound, and a list of what to add to it next."""
    options.known_zone(timezone)
    asker = _Asker(not as_json and sys.stdin.isatty(), {})
    with screen.spoken():
        refuse_there(folder, with_loads=loads is not None)
        kind = SourceKind(asker.take("source", source, str(SourceKind.BOREHOLE_FIELD), _source))
        called = asker.take("name", name, folder.resolve().name, _any)
        place = _place(asker, kind, (city, latitude, longitude), ground)
        building = use_name(asker.take("use", use, "office", _use))
        size = asker.take("area_m2", area, 10_000.0, _positive)
        year = None if loads is None else _year(loads, timezone, language)
        usual = usual_capacity(USES[building], size) if year is None else peaks(year)
        power = (
            asker.take("heating_kW", heating, usual[0], _any),
            asker.take("cooling_kW", cooling, usual[1], _any),
        )
        if not any(power):
            raise InputError("a plant without heating and cooling: give --heating or --cooling")
        plain = re.sub(r"\W+", "-", called.lower()).strip("-") or "plant"
        many = _size(asker, kind, power, (count, length))
        plant = Beginning(
            id=plain,
            name=called,
            timezone=timezone,
            latitude=place[0],
            longitude=place[1],
            use=building,
            area=size,
            source=kind,
            heating=power[0],
            cooling=power[1],
            ground=place[2],
            count=many[0],
            length=many[1],
        )
        begin(outside, folder, plant, year)
    steps = _next_steps(folder, kind, language)
    if as_json:
        screen.print_json(begun_json(str(folder), plant, asker.assumed, steps))
    else:
        _show(folder, asker.assumed, steps, language)


def _any(value: object) -> None:
    del value


def _positive(value: float) -> None:
    if value <= 0:
        raise InputError(f"{value:g} m²: expected an area above 0")


def _use(value: str) -> None:
    if not use_name(value):
        raise InputError(f"{value}: expected {', '.join(USES)}")


def _source(value: str) -> None:
    if value not in list(SourceKind):
        raise InputError(f"{value}: expected {', '.join(SourceKind)}")


def _city(value: str) -> None:
    regional_guess(value)


def _place(
    asker: _Asker,
    kind: SourceKind,
    given: tuple[str | None, float | None, float | None],
    ground: float | None,
) -> tuple[float, float, float]:
    """Latitude, longitude and temperature of the ground: of a city, or of the one nearest."""
    city, latitude, longitude = given
    rests = traits_of(kind).rests_in
    if (latitude is None) != (longitude is None):
        raise InputError("--latitude and --longitude belong together")
    if latitude is None or longitude is None:
        region = regional_guess(asker.take("city", city, "beijing", _city))[1]
        latitude, longitude = region.latitude, region.longitude
    elif ground is not None or not rests:
        return latitude, longitude, ground or 0.0
    else:
        near = nearest_city(latitude, longitude) if city is None else city
        region = regional_guess(near)[1]
    if ground is None and rests:
        asker.assumed["ground_C"] = region.temperature.value
    return latitude, longitude, region.temperature.value if ground is None else ground


def _size(
    asker: _Asker,
    kind: SourceKind,
    power: tuple[float, float],
    given: tuple[int | None, float | None],
) -> tuple[int, float]:
    """Count and length of holes or wells; open water has none."""
    usual = traits_of(kind).length
    if usual is None:
        return 0, 0.0
    length = asker.take("length_m", given[1], usual, _any)
    return asker.take("count", given[0], usual_count(kind, *power, length), _any), length


def _year(loads: Path, timezone: str, language: Language) -> LoadYear:
    year, said = design_year(outside, loads, timezone, language)
    screen.say(said, language)
    return year


def _next_steps(folder: Path, kind: SourceKind, language: Language) -> list[tuple[str, str]]:
    """What may be added and what each makes possible; what is there already is left out."""
    return [
        (row["part"], chosen(row["english"], row["chinese"], language))
        for row in data_table("next_steps.csv")
        if row["source"] in {"", traits_of(kind).section} and not (folder / row["part"]).exists()
    ]


def _show(
    folder: Path,
    assumed: Mapping[str, object],
    steps: list[tuple[str, str]],
    language: Language,
) -> None:
    screen.out.print(f"[green]✓[/] {folder / 'plant.toml'}", soft_wrap=True)
    if assumed:
        told = ", ".join(f"{key} = {value}" for key, value in assumed.items())
        screen.out.print(escape(word("cli.assumed", language, what=told)), highlight=False)
    screen.out.print(f"[bold]{word('cli.add_next', language)}[/]")
    width = max(len(part) for part, _ in steps)
    for part, possible in steps:
        line = f"  [cyan]{escape(part)}[/]{' ' * (width - len(part))}  {escape(possible)}"
        screen.out.print(line, highlight=False, soft_wrap=True)
