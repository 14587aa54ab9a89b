"""Reading a dossier: every problem named, missing parts as cautions, nothing guessed silently."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loopkeeper.adapters.files.dossier.columns import LOADS, WATER
from loopkeeper.adapters.files.dossier.findings import read_findings
from loopkeeper.adapters.files.dossier.layout import (
    BACKUP,
    BAND,
    CONTROLS,
    FORMAT,
    MACHINE,
    NETWORK,
    PROMISE,
    PUMP,
    SITE,
    SURVEY_TEST,
    TARIFF,
    TELEMETRY,
    TOP,
    below,
)
from loopkeeper.adapters.files.dossier.records import (
    read_assessments,
    read_events,
    read_ledger,
    read_map,
    read_points,
    read_samples,
    read_trials,
)
from loopkeeper.adapters.files.dossier.sections import (
    FILE,
    complete,
    fields_of,
    rows_of,
    section_of,
    told_once,
)
from loopkeeper.adapters.files.dossier.series import (
    read_loads,
    read_survey,
    read_temperature,
    read_weather,
)
from loopkeeper.adapters.files.dossier.source_section import read_source
from loopkeeper.adapters.files.dossier.unread import unread_files
from loopkeeper.errors import DossierError
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.series import TemperatureSeries
from loopkeeper.plant.machines import BackupRecord, ControlRecord, MachineRecord, PumpRecord
from loopkeeper.plant.network import LoadNetwork
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import place_known
from loopkeeper.plant.records import SurveyTest, TelemetryForm
from loopkeeper.plant.site import Promise, Site, Tariff, TariffBand
from loopkeeper.plant.verdict import Severity, Verdict
from loopkeeper.units import HOURS_A_DAY, MONTHS_A_YEAR

_GRAVE = (Severity.PROBLEM, Severity.DISQUALIFICATION)


def read_dossier(folder: Path) -> Dossier:
    """
    Read the dossier of a folder with its ``plant.toml``: the plant and its series.

    Cautions are in its verdicts; DossierError, with every problem found, when anything is wrong.
    """
    dossier, verdicts = inspect_dossier(folder)
    problems = [v.sentence() for v in verdicts if v.severity in _GRAVE]
    if dossier is None or problems:
        raise DossierError(f"the dossier {folder.name} has {len(problems)} problems", problems)
    return dossier


def inspect_dossier(folder: Path) -> tuple[Dossier | None, tuple[Verdict, ...]]:
    """
    Read a dossier as far as it goes, with every problem and caution.

    None when ``plant.toml`` carries no plant.
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
        for name in sorted(set(data) - below("") - {key.name for key in TOP})
    ]
    plant = _plant(data, folder, verdicts)
    verdicts = told_once(verdicts)
    if plant is None:
        return None, tuple(verdicts)
    verdicts += [*_strange_places(plant), *unread_files(folder, data)]
    zone = plant.site.timezone
    dossier = Dossier(
        plant=plant,
        design_loads=read_loads(folder, plant.promise.loads or LOADS.file, zone, verdicts),
        weather=read_weather(folder, zone, verdicts),
        water=_water(plant, folder, verdicts),
        survey=read_survey(folder, plant.tests, zone, verdicts),
        findings=read_findings(folder, verdicts),
        folder_name=folder.name,
    )
    cautions = tuple(v for v in verdicts if v.severity not in _GRAVE)
    return replace(dossier, verdicts=cautions), tuple(verdicts)


def _water(plant: Plant, folder: Path, verdicts: list[Verdict]) -> TemperatureSeries | None:
    body = plant.source.surface
    if body is None or not body.temperature_file:
        return None
    form = replace(WATER, file=body.temperature_file)
    return read_temperature(folder, form, plant.site.timezone, verdicts)


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


def _plant(data: Mapping[str, Any], folder: Path, verdicts: list[Verdict]) -> Plant | None:
    site_table = section_of(data, "site")
    site = fields_of(site_table, SITE, "site", verdicts)
    if not complete(site_table, SITE, site) or not _zone_known(site["timezone"], verdicts):
        return None
    zone = site["timezone"]
    ledger = read_ledger(folder, verdicts)
    controls = section_of(data, "controls")
    return Plant(
        site=Site(**site),
        source=read_source(section_of(data, "source"), ledger, verdicts),
        promise=Promise(**fields_of(section_of(data, "promise"), PROMISE, "promise", verdicts)),
        machines=_machines(data, folder, verdicts),
        pumps=tuple(
            PumpRecord(**fields)
            for n, row in enumerate(rows_of(data, "pump"), 1)
            if complete(row, PUMP, fields := fields_of(row, PUMP, f"pump[{n}]", verdicts))
        ),
        backups=tuple(
            BackupRecord(**fields)
            for n, row in enumerate(rows_of(data, "backup"), 1)
            if complete(row, BACKUP, fields := fields_of(row, BACKUP, f"backup[{n}]", verdicts))
        ),
        controls=ControlRecord(
            **fields_of(controls, CONTROLS, "controls", verdicts), stated=tuple(controls)
        ),
        network=_network(section_of(data, "load_network"), verdicts),
        tariff=_tariff(section_of(data, "tariff"), verdicts),
        tests=_tests(section_of(data, "survey"), folder, verdicts),
        ledger=ledger,
        trials=read_trials(folder, zone, verdicts),
        points=read_points(folder, verdicts),
        events=read_events(folder, zone, verdicts),
        samples=read_samples(folder, verdicts),
        assessments=read_assessments(folder, verdicts),
        telemetry=_form(section_of(data, "telemetry"), verdicts),
    )


def _form(table: Mapping[str, Any], verdicts: list[Verdict]) -> TelemetryForm:
    form = TelemetryForm(**fields_of(table, TELEMETRY, "telemetry", verdicts))
    if form.timezone and not _zone_known(form.timezone, verdicts, "telemetry.timezone"):
        return replace(form, timezone="")
    return form


def _network(table: Mapping[str, Any], verdicts: list[Verdict]) -> LoadNetwork | None:
    fields = fields_of(table, NETWORK, "load_network", verdicts) if table else {}
    return LoadNetwork(**fields) if complete(table, NETWORK, fields) else None


def _strange_places(plant: Plant) -> list[Verdict]:
    """Points and pumps at parts the plant does not have, all of one place in one caution."""
    source = plant.source
    own = (plant.machines, plant.pumps, plant.backups, source.single_wells, source.wells)
    parts = {record.id for records in own for record in records}
    strange: dict[str, list[str]] = {}
    for point in plant.points:
        if not place_known(point.of, parts):
            strange.setdefault(point.of, []).append(point.id)
    backups = {b.id for b in plant.backups}
    lost = [p for p in plant.pumps if p.serves and p.serves not in backups]
    return [
        *(Verdict("dossier.pump.serves_unknown", {"pump": p.id, "of": p.serves}) for p in lost),
        *(
            Verdict("dossier.point.place_unknown", {"of": of, "points": ", ".join(ids)})
            for of, ids in strange.items()
        ),
    ]


def _zone_known(zone: str, verdicts: list[Verdict], where: str = "site.timezone") -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        figures = {"where": where, "value": zone, "expected": "e.g. Asia/Shanghai"}
        verdicts.append(Verdict("dossier.key.wrong", figures))
        return False
    return True


def _machines(
    data: Mapping[str, Any], folder: Path, verdicts: list[Verdict]
) -> tuple[MachineRecord, ...]:
    machines = []
    for n, row in enumerate(rows_of(data, "machine"), 1):
        fields = fields_of(row, MACHINE, f"machine[{n}]", verdicts)
        if not complete(row, MACHINE, fields):
            continue
        rows = read_map(folder, fields["map_file"], verdicts) if fields.get("map_file") else ()
        machines.append(MachineRecord(**fields, map=rows))
    if not machines:
        verdicts.append(Verdict("dossier.part.missing", {"part": "[[machine]]"}))
    return tuple(machines)


def _tests(
    table: Mapping[str, Any], folder: Path, verdicts: list[Verdict]
) -> tuple[SurveyTest, ...]:
    tests = []
    for n, row in enumerate(rows_of(table, "test"), 1):
        name = str(row.get("file", ""))
        if not name or not (folder / name).is_file():
            figures = {"file": name or f"survey.test[{n}].file"}
            verdicts.append(Verdict("dossier.file.missing", figures))
            continue
        fields = fields_of(row, SURVEY_TEST, f"survey.test[{n}]", verdicts)
        tests.append(SurveyTest(**{"kind": "", **fields, "file": name}))
    return tuple(tests)


def _tariff(table: Mapping[str, Any], verdicts: list[Verdict]) -> Tariff | None:
    if not table:
        return None
    fields = fields_of(table, TARIFF[:1], "tariff", verdicts, below("tariff"))
    try:
        bands = tuple(_band(b) for b in table["bands"])
    except (KeyError, TypeError, ValueError, IndexError):
        expected = "bands of name, price, hours from 0 to 24 and, where it varies, months; no more"
        figures = {"where": "tariff", "value": "bands", "expected": expected}
        verdicts.append(Verdict("dossier.key.wrong", figures))
        return None
    tariff = Tariff(fields.get("currency", ""), bands)
    wrong = tariff.wrong_hours()
    twice = [w for w in wrong if w[2] > 1]
    if wrong:
        month, hour, share = (twice or wrong)[0]
        found = {
            "month": month,
            "hour": hour,
            "percent": f"{100 * share:.0f}",
            "count": len(wrong),
        }
        verdicts.append(Verdict(f"dossier.tariff.{'twice' if twice else 'uncovered'}", found))
    return None if twice else tariff


def _band(table: Mapping[str, Any]) -> TariffBand:
    """A price with its hours, ``[7, 8.5]`` or ``["7:00", "8:30"]``, and months."""
    hours = tuple((_clock(a), _clock(b)) for a, b in table["hours"])
    months = tuple(int(m) for m in table.get("months", ()))
    price = float(table["price"])
    strange = set(table) - {key.name for key in BAND}
    if strange or not all(1 <= m <= MONTHS_A_YEAR for m in months) or not isfinite(price):
        raise ValueError(table)
    return TariffBand(str(table["name"]), price, hours, months)


def _clock(value: object) -> float:
    """Hour of the day, ``7.5`` or ``"7:30"``."""
    hour, _, minute = str(value).partition(":")
    found = float(hour) + float(minute or 0) / 60
    if not 0 <= found <= HOURS_A_DAY:
        raise ValueError(value)
    return found
