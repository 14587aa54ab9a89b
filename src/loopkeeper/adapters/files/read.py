"""Reading a dossier: every problem named, missing parts as cautions, nothing guessed silently."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loopkeeper.adapters.files.layout import (
    BACKUP,
    CONTROLS,
    FIELD,
    GROUND,
    MACHINE,
    PROMISE,
    PUMP,
    SITE,
)
from loopkeeper.adapters.files.records import (
    read_events,
    read_ledger,
    read_map,
    read_points,
    read_samples,
    read_trials,
)
from loopkeeper.adapters.files.sections import FILE, complete, fields_of
from loopkeeper.adapters.files.series import read_loads, read_survey, read_weather
from loopkeeper.errors import DossierError
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.machines import BackupRecord, ControlRecord, MachineRecord, PumpRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import place_known
from loopkeeper.plant.records import LedgerCheck, SurveyTest
from loopkeeper.plant.site import Promise, Site, SourceKind, Tariff, TariffBand
from loopkeeper.plant.source import BoreholeField, Ground, Source
from loopkeeper.plant.verdict import Severity, Verdict
from loopkeeper.units import to_si

FORMAT = "dossier/1"
_TOP = frozenset(
    {"format", "site", "promise", "source", "survey", "machine", "pump", "backup", "controls",
     "tariff"}
)  # fmt: skip
_GRAVE = (Severity.PROBLEM, Severity.DISQUALIFICATION)


def read_dossier(folder: Path) -> Dossier:
    """
    Read a dossier.

    Parameters
    ----------
    folder : Path
        Holds ``plant.toml``.

    Returns
    -------
    Dossier
        The plant and its series; cautions are in its verdicts.

    Raises
    ------
    DossierError
        When anything in it is wrong; carries every problem found.
    """
    dossier, verdicts = inspect_dossier(folder)
    problems = [v.sentence() for v in verdicts if v.severity in _GRAVE]
    if dossier is None or problems:
        raise DossierError(f"the dossier {folder.name} has {len(problems)} problems", problems)
    return dossier


def inspect_dossier(folder: Path) -> tuple[Dossier | None, tuple[Verdict, ...]]:
    """
    Read a dossier as far as it goes.

    Parameters
    ----------
    folder : Path
        Holds ``plant.toml``.

    Returns
    -------
    Dossier or None
        None when ``plant.toml`` carries no plant.
    verdicts : tuple of Verdict
        Every problem and caution.
    """
    verdicts: list[Verdict] = []
    data = _toml(folder, verdicts)
    if data is None:
        return None, tuple(verdicts)
    if data.get("format") != FORMAT:
        figures = {"where": "format", "value": str(data.get("format")), "expected": FORMAT}
        verdicts.append(Verdict("dossier.key.wrong", figures))
    verdicts += [
        Verdict("dossier.key.unknown", {"where": name, "hint": "–"})
        for name in sorted(set(data) - _TOP)
    ]
    plant = _plant(data, folder, verdicts)
    if plant is None:
        return None, tuple(verdicts)
    verdicts += _strange_places(plant)
    zone = plant.site.timezone
    dossier = Dossier(
        plant=plant,
        design_loads=read_loads(folder, plant.promise.loads or "design/loads.csv", zone, verdicts),
        weather=read_weather(folder, zone, verdicts),
        survey=read_survey(folder, plant.tests, zone, verdicts),
        folder_name=folder.name,
    )
    cautions = tuple(v for v in verdicts if v.severity not in _GRAVE)
    return (
        Dossier(
            dossier.plant, dossier.design_loads, dossier.weather, dossier.survey, cautions,
            dossier.folder_name,
        ),
        tuple(verdicts),
    )  # fmt: skip


def _toml(folder: Path, verdicts: list[Verdict]) -> dict[str, Any] | None:
    path = folder / FILE
    if not path.is_file():
        verdicts.append(Verdict("dossier.file.missing", {"file": FILE}))
        return None
    raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
        verdicts.append(Verdict("dossier.encoding.gbk", {"file": FILE}))
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        figures = {"file": FILE, "reason": str(error)}
        verdicts.append(Verdict("dossier.file.unreadable", figures))
        return None


def _section(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name, {})
    return value if isinstance(value, Mapping) else {}


def _rows(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = data.get(name, [])
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _plant(data: Mapping[str, Any], folder: Path, verdicts: list[Verdict]) -> Plant | None:
    site_table = _section(data, "site")
    site = fields_of(site_table, SITE, "site", verdicts)
    if not complete(site_table, SITE, site) or not _zone_known(site["timezone"], verdicts):
        return None
    zone = site["timezone"]
    ledger = read_ledger(folder, verdicts)
    controls = _section(data, "controls")
    return Plant(
        site=Site(**site),
        source=_source(_section(data, "source"), ledger, verdicts),
        promise=Promise(**fields_of(_section(data, "promise"), PROMISE, "promise", verdicts)),
        machines=_machines(data, folder, verdicts),
        pumps=tuple(
            PumpRecord(**fields)
            for n, row in enumerate(_rows(data, "pump"), 1)
            if complete(row, PUMP, fields := fields_of(row, PUMP, f"pump[{n}]", verdicts))
        ),
        backups=tuple(
            BackupRecord(**fields)
            for n, row in enumerate(_rows(data, "backup"), 1)
            if complete(row, BACKUP, fields := fields_of(row, BACKUP, f"backup[{n}]", verdicts))
        ),
        controls=ControlRecord(
            **fields_of(controls, CONTROLS, "controls", verdicts), stated=tuple(controls)
        ),
        tariff=_tariff(_section(data, "tariff"), verdicts),
        tests=_tests(_section(data, "survey"), folder, verdicts),
        ledger=ledger,
        trials=read_trials(folder, zone, verdicts),
        points=read_points(folder, verdicts),
        events=read_events(folder, zone, verdicts),
        samples=read_samples(folder, verdicts),
    )


def _strange_places(plant: Plant) -> list[Verdict]:
    """Points at parts the plant does not have, all of one place in one caution."""
    own = (plant.machines, plant.pumps, plant.backups)
    parts = {record.id for records in own for record in records}
    strange: dict[str, list[str]] = {}
    for point in plant.points:
        if not place_known(point.of, parts):
            strange.setdefault(point.of, []).append(point.id)
    return [
        Verdict("dossier.point.place_unknown", {"of": of, "points": ", ".join(ids)})
        for of, ids in strange.items()
    ]


def _zone_known(zone: str, verdicts: list[Verdict]) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        figures = {"where": "site.timezone", "value": zone, "expected": "e.g. Asia/Shanghai"}
        verdicts.append(Verdict("dossier.key.wrong", figures))
        return False
    return True


def _machines(
    data: Mapping[str, Any], folder: Path, verdicts: list[Verdict]
) -> tuple[MachineRecord, ...]:
    machines = []
    for n, row in enumerate(_rows(data, "machine"), 1):
        fields = fields_of(row, MACHINE, f"machine[{n}]", verdicts)
        if not complete(row, MACHINE, fields):
            continue
        rows = read_map(folder, fields["map_file"], verdicts) if fields.get("map_file") else ()
        machines.append(MachineRecord(**fields, map=rows))
    if not machines:
        verdicts.append(Verdict("dossier.part.missing", {"part": "[[machine]]"}))
    return tuple(machines)


_WELL_KEYS = frozenset({"single_well", "well", "aquifer", "surface_water"})


def _source(
    table: Mapping[str, Any], ledger: tuple[LedgerCheck, ...], verdicts: list[Verdict]
) -> Source:
    given = table.get("kind", "borehole_field")
    if given not in list(SourceKind):
        expected = "one of " + ", ".join(SourceKind)
        figures = {"where": "source.kind", "value": str(given), "expected": expected}
        verdicts.append(Verdict("dossier.key.wrong", figures))
        given = SourceKind.BOREHOLE_FIELD
    kind = SourceKind(given)
    if kind is not SourceKind.BOREHOLE_FIELD:
        verdicts.append(Verdict("dossier.source.not_simulated", {"kind": str(kind)}))
    ground_table = _section(table, "ground")
    ground = fields_of(ground_table, GROUND, "source.ground", verdicts) if ground_table else {}
    flow, fraction = table.get("design_flow_m3_h"), table.get("fluid_mass_fraction", 0.0)
    for name, value, top in (
        ("design_flow_m3_h", flow, 1e6),
        ("fluid_mass_fraction", fraction, 1),
    ):
        if value is not None and not (isinstance(value, int | float) and 0 <= value <= top):
            figures = {"where": f"source.{name}", "value": str(value)}
            expected = f"a number from 0 to {top:g}"
            verdicts.append(Verdict("dossier.key.wrong", {**figures, "expected": expected}))
    return Source(
        kind=kind,
        fluid=str(table.get("fluid", "water")),
        fluid_mass_fraction=float(fraction) if isinstance(fraction, int | float) else 0.0,
        design_flow=to_si(flow, "m3/h") if isinstance(flow, int | float) and flow > 0 else None,
        ground=Ground(**ground) if ground and complete(ground_table, GROUND, ground) else None,
        field=_field(_section(table, "borehole_field"), ledger, verdicts),
    )


_LAYOUT_KEYS = frozenset({"layout", "columns", "rows", "spacing_m", "positions", "positions_m"})


def _field(
    table: Mapping[str, Any], ledger: tuple[LedgerCheck, ...], verdicts: list[Verdict]
) -> BoreholeField | None:
    if not table:
        return None
    fields = fields_of(table, FIELD, "source.borehole_field", verdicts, _LAYOUT_KEYS)
    if not complete(table, FIELD, fields):
        return None
    positions = _positions(table, ledger)
    if len(positions) != fields["count"]:
        figures = {"where": "source.borehole_field", "value": f"{len(positions)} positions"}
        expected = f"{fields['count']} (count)"
        verdicts.append(Verdict("dossier.key.wrong", {**figures, "expected": expected}))
        return None
    return BoreholeField(**{"buried_depth": 1.5, **fields}, positions=positions)


def _positions(
    table: Mapping[str, Any], ledger: tuple[LedgerCheck, ...]
) -> tuple[tuple[float, float], ...]:
    """Positions given one by one, from the ledger's x and y checks, or laid out as a rectangle."""
    if "positions_m" in table:
        return tuple((float(p[0]), float(p[1])) for p in table["positions_m"])
    if table.get("positions") == "ledger":
        places: dict[str, dict[str, float]] = {}
        for row in ledger:
            if row.item_kind == "borehole" and row.check in {"x", "y"}:
                pair = row.numbers()
                if pair is not None:
                    places.setdefault(row.item, {})[row.check] = pair[1]
        return tuple((p["x"], p["y"]) for p in places.values() if len(p) == 2)
    columns, rows = table.get("columns", table.get("count", 0)), table.get("rows", 1)
    spacing = table.get("spacing_m", 5.0)
    if not (isinstance(columns, int) and isinstance(rows, int)):
        return ()
    return tuple((spacing * i, spacing * j) for j in range(rows) for i in range(columns))


def _tests(
    table: Mapping[str, Any], folder: Path, verdicts: list[Verdict]
) -> tuple[SurveyTest, ...]:
    tests = []
    for n, row in enumerate(_rows(table, "test"), 1):
        name = str(row.get("file", ""))
        if not name or not (folder / name).is_file():
            figures = {"file": name or f"survey.test[{n}].file"}
            verdicts.append(Verdict("dossier.file.missing", figures))
            continue
        taken = row.get("taken_on")
        tests.append(
            SurveyTest(
                kind=str(row.get("kind", "")),
                file=name,
                taken_on=taken if hasattr(taken, "year") else None,
                hole=str(row.get("hole", "")),
                length=row.get("length_m"),
                diameter=row.get("diameter_m"),
                columns=dict(row.get("columns", {})),
            )
        )
    return tuple(tests)


def _tariff(table: Mapping[str, Any], verdicts: list[Verdict]) -> Tariff | None:
    if not table:
        return None
    try:
        bands = tuple(
            TariffBand(
                str(b["name"]),
                float(b["price"]),
                tuple((int(h[0]), int(h[1])) for h in b["hours"]),
            )
            for b in table["bands"]
        )
    except (KeyError, TypeError, ValueError, IndexError):
        expected = "bands with name, price and hours"
        figures = {"where": "tariff", "value": "bands", "expected": expected}
        verdicts.append(Verdict("dossier.key.wrong", figures))
        return None
    return Tariff(str(table.get("currency", "")), bands)
