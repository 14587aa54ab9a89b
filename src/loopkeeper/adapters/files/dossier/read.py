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
    record_of,
    records_of,
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
from loopkeeper.plant.verdict import Severity, Verdict, gathered
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
        name = folder.absolute().name
        raise DossierError(f"the dossier {name} has {len(problems)} problems", problems)
    return dossier


def inspect_dossier(folder: Path) -> tuple[Dossier | None, tuple[Verdict, ...]]:
    """
    Read a dossier as far as it goes, with every problem and caution.

    None when ``plant.toml`` carries no plant.
    """
    data, verdicts = _toml(folder)
    if data is None:
        return None, tuple(verdicts)
    if data.get("format") != FORMAT:
        figures = {"where": "format", "value": str(data.get("format")), "expected": FORMAT}
        verdicts.append(Verdict("dossier.key.wrong", figures))
    verdicts += [
        Verdict("dossier.key.unknown", {"where": name, "hint": "–"})
        for name in sorted(set(data) - below("") - {key.name for key in TOP})
    ]
    plant, said = _plant(data, folder)
    verdicts = told_once([*verdicts, *said])
    if plant is None:
        return None, tuple(verdicts)
    zone = plant.site.timezone
    loads, of_loads = read_loads(folder, plant.promise.loads or LOADS.file, zone)
    weather, of_weather = read_weather(folder, zone)
    water, of_water = _water(plant, folder)
    survey, of_survey = read_survey(folder, plant.tests, zone)
    findings, of_findings = read_findings(folder)
    verdicts += [*_strange_places(plant), *unread_files(folder, data)]
    verdicts += [*of_loads, *of_weather, *of_water, *of_survey, *of_findings]
    dossier = Dossier(
        plant=plant,
        design_loads=loads,
        weather=weather,
        water=water,
        survey=survey,
        findings=findings,
        folder_name=folder.absolute().name,
    )
    cautions = tuple(v for v in verdicts if v.severity not in _GRAVE)
    return replace(dossier, verdicts=cautions), tuple(verdicts)


def _water(plant: Plant, folder: Path) -> tuple[TemperatureSeries | None, list[Verdict]]:
    body = plant.source.surface
    if body is None or not body.temperature_file:
        return None, []
    form = replace(WATER, file=body.temperature_file)
    return read_temperature(folder, form, plant.site.timezone)


def _toml(folder: Path) -> tuple[dict[str, Any] | None, list[Verdict]]:
    path, said = folder / FILE, []
    if not path.is_file():
        return None, [Verdict("dossier.file.missing", {"file": FILE})]
    raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
        said.append(Verdict("dossier.encoding.gbk", {"file": FILE}))
    try:
        return tomllib.loads(text), said
    except tomllib.TOMLDecodeError as error:
        figures = {"file": FILE, "reason": str(error)}
        return None, [*said, Verdict("dossier.file.unreadable", figures)]


def _plant(data: Mapping[str, Any], folder: Path) -> tuple[Plant | None, list[Verdict]]:
    site, verdicts = fields_of(section_of(data, "site"), SITE, "site")
    if not complete(SITE, site):
        return None, verdicts
    zone = site["timezone"]
    if not _zone_known(zone):
        return None, [*verdicts, _no_zone("site.timezone", zone)]
    ledger, of_ledger = read_ledger(folder)
    parts: dict[str, tuple[Any, list[Verdict]]] = {
        "source": read_source(section_of(data, "source"), ledger),
        "promise": _promise(section_of(data, "promise")),
        "machines": _machines(data, folder),
        "pumps": records_of(PumpRecord, PUMP, rows_of(data, "pump"), "pump"),
        "backups": records_of(BackupRecord, BACKUP, rows_of(data, "backup"), "backup"),
        "controls": _controls(section_of(data, "controls")),
        "network": record_of(
            LoadNetwork, NETWORK, section_of(data, "load_network"), "load_network"
        ),
        "tariff": _tariff(section_of(data, "tariff")),
        "tests": _tests(section_of(data, "survey"), folder),
        "trials": read_trials(folder, zone),
        "points": read_points(folder),
        "events": read_events(folder, zone),
        "samples": read_samples(folder),
        "assessments": read_assessments(folder),
        "telemetry": _form(section_of(data, "telemetry")),
    }
    values, said = gathered(parts.values())
    plant = Plant(site=Site(**site), ledger=ledger, **dict(zip(parts, values, strict=True)))
    if not plant.source.traits.ledger:
        of_ledger = [v for v in of_ledger if v.code != "dossier.part.missing"]
    return plant, [*verdicts, *of_ledger, *said]


def _promise(table: Mapping[str, Any]) -> tuple[Promise, list[Verdict]]:
    fields, said = fields_of(table, PROMISE, "promise")
    return Promise(**fields), said


def _controls(table: Mapping[str, Any]) -> tuple[ControlRecord, list[Verdict]]:
    fields, said = fields_of(table, CONTROLS, "controls")
    return ControlRecord(**fields, stated=tuple(table)), said


def _form(table: Mapping[str, Any]) -> tuple[TelemetryForm, list[Verdict]]:
    fields, said = fields_of(table, TELEMETRY, "telemetry")
    form = TelemetryForm(**fields)
    if not form.timezone or _zone_known(form.timezone):
        return form, said
    return replace(form, timezone=""), [*said, _no_zone("telemetry.timezone", form.timezone)]


def _strange_places(plant: Plant) -> list[Verdict]:
    """Points and pumps at parts the plant does not have, all of one place in one caution."""
    parts = plant.parts
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


def _zone_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _no_zone(where: str, zone: str) -> Verdict:
    figures = {"where": where, "value": zone, "expected": "e.g. Asia/Shanghai"}
    return Verdict("dossier.key.wrong", figures)


def _machines(
    data: Mapping[str, Any], folder: Path
) -> tuple[tuple[MachineRecord, ...], list[Verdict]]:
    rows = enumerate(rows_of(data, "machine"), 1)
    read, verdicts = gathered(_machine(row, f"machine[{n}]", folder) for n, row in rows)
    machines = tuple(machine for machine in read if machine is not None)
    if not machines:
        verdicts.append(Verdict("dossier.part.missing", {"part": "[[machine]]"}))
    return machines, verdicts


def _machine(
    row: Mapping[str, Any], where: str, folder: Path
) -> tuple[MachineRecord | None, list[Verdict]]:
    fields, said = fields_of(row, MACHINE, where)
    if not complete(MACHINE, fields):
        return None, said
    if not fields.get("map_file"):
        return MachineRecord(**fields), said
    points, of_map = read_map(folder, fields["map_file"])
    return MachineRecord(**fields, map=points), [*said, *of_map]


def _tests(table: Mapping[str, Any], folder: Path) -> tuple[tuple[SurveyTest, ...], list[Verdict]]:
    tests, verdicts = [], []
    for n, row in enumerate(rows_of(table, "test"), 1):
        name = str(row.get("file", ""))
        if not name or not (folder / name).is_file():
            figures = {"file": name or f"survey.test[{n}].file"}
            verdicts.append(Verdict("dossier.file.missing", figures))
            continue
        fields, said = fields_of(row, SURVEY_TEST, f"survey.test[{n}]")
        verdicts += said
        tests.append(SurveyTest(**{"kind": "", **fields, "file": name}))
    return tuple(tests), verdicts


def _tariff(table: Mapping[str, Any]) -> tuple[Tariff | None, list[Verdict]]:
    if not table:
        return None, []
    fields, said = fields_of(table, TARIFF[:1], "tariff", below("tariff"))
    try:
        bands = tuple(_band(b) for b in table["bands"])
    except (KeyError, TypeError, ValueError, IndexError):
        expected = "bands of name, price, hours from 0 to 24 and, where it varies, months; no more"
        figures = {"where": "tariff", "value": "bands", "expected": expected}
        return None, [*said, Verdict("dossier.key.wrong", figures)]
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
        said.append(Verdict(f"dossier.tariff.{'twice' if twice else 'uncovered'}", found))
    return None if twice else tariff, said


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
