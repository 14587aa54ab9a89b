"""A plant as a COBie-shaped workbook: all twenty sheets, names from the dossier, no cell empty."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from loopkeeper.adapters.handover.cobie_parts import BuiltPart, built_parts
from loopkeeper.adapters.handover.sheets import Cell, workbook
from loopkeeper.app.handover_ports import HandoverState
from loopkeeper.lifecycle.commission.handover import OpenItem
from loopkeeper.lifecycle.commission.package import PackedFile
from loopkeeper.plant.points import USUAL_CALIBRATION, calibration_end
from loopkeeper.plant.tables import data_table
from loopkeeper.plant.verdict import GRAVE, Verdict
from loopkeeper.plant.words import Language, in_both

NOTHING = "n/a"
"""What stands in a cell that nothing is known for."""
MOST_NAMES = 500
"""Components of one system in a row; 32 767 letters fit into a cell. [-]"""
PROGRAM = "Loopkeeper"
Rows = Iterator[dict[str, Cell]]


@cache
def sheets() -> Mapping[str, tuple[str, ...]]:
    """Return the columns of each sheet, in their order; ``plant/data/cobie.csv``."""
    return {row["sheet"]: tuple(row["columns"].split()) for row in data_table("cobie.csv")}


def cobie_book(state: HandoverState, files: Sequence[PackedFile]) -> bytes:
    """
    Return the workbook.

    Parameters
    ----------
    state : HandoverState
        The plant, and what is open.
    files : sequence of PackedFile
        Its documents.

    Returns
    -------
    bytes
        An xlsx file. Names are unique within a sheet and the same in every hand-over.
    """
    made = _Cobie(state, built_parts(state.plant), tuple(files)).rows()
    table = {}
    for sheet, columns in sheets().items():
        rows = [[_cell(row.get(name), name) for name in columns] for row in made.get(sheet, ())]
        table[sheet] = [list[Cell](columns), *rows]
    return workbook(table)


def _cell(value: Cell, column: str) -> Cell:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str) and column in {"Name", "TypeName", "Space", "RowName", "RowName1"}:
        return plain_name(value)
    return value


def plain_name(text: str) -> str:
    """Return a name as COBie takes it: commas part names there."""
    return " ".join(text.replace(",", "_").split()) or NOTHING


@dataclass(frozen=True)
class _Cobie:
    state: HandoverState
    parts: tuple[BuiltPart, ...]
    files: tuple[PackedFile, ...]

    def rows(self) -> dict[str, list[dict[str, Cell]]]:
        """Rows by sheet; sheets that are not here have none."""
        made = {
            "Instruction": self.instruction(),
            "Contact": self.contacts(),
            "Facility": self.facility(),
            "Floor": self.named(("site",), Description="handover.floor_site"),
            "Space": self.spaces(),
            "Zone": self.zones(),
            "Type": self.types(),
            "Component": self.components(),
            "System": self.systems(),
            "Job": self.jobs(),
            "Document": self.documents(),
            "Attribute": self.attributes(),
            "Coordinate": self.coordinates(),
            "Issue": self.issues(),
            "PickLists": self.lists(),
        }
        common = {"CreatedBy": self.email, "CreatedOn": f"{self.state.on.isoformat()}T00:00:00"}
        return {
            sheet: _unique([{**common, **row} for row in rows]) for sheet, rows in made.items()
        }

    @property
    def email(self) -> str:
        """Who made the rows; no address is on record (RFC 2606: .invalid is nobody's)."""
        return f"handover@{_slug(self.state.plant.site.id)}.invalid"

    def instruction(self) -> Rows:
        for key in ("cobie_what", "cobie_names", "cobie_nothing", "cobie_hashes"):
            yield {"Title": key, "Text": in_both(f"handover.{key}")}

    def contacts(self) -> Rows:
        yield {"Email": self.email, "Category": PROGRAM, "Company": self.state.plant.site.name}
        parties = [one.by for one in self.state.plant.trials]
        parties += [one.owner for one in self.state.open]
        for number, party in enumerate(dict.fromkeys(p for p in parties if p), 1):
            host = _slug(self.state.plant.site.id)
            yield {"Email": f"party-{number}@{host}.invalid", "Category": party}

    def facility(self) -> Rows:
        site = self.state.plant.site
        yield {
            "Name": site.id,
            "Category": site.use,
            "ProjectName": site.name,
            "SiteName": site.name_zh or site.name,
            "LinearUnits": "meters",
            "AreaUnits": "squaremeters",
            "VolumeUnits": "cubicmeters",
            "AreaMeasurement": NOTHING,
            "CurrencyUnit": self.state.plant.tariff.currency if self.state.plant.tariff else None,
            "Description": f"{self.state.plant.source.kind}",
            "Phase": f"{site.handed_over_on}" if site.handed_over_on else None,
            "ExternalSystem": PROGRAM,
            "ExternalFacilityIdentifier": site.id,
        }

    def named(self, names: Sequence[str], **of: str) -> Rows:
        for name in names:
            yield {"Name": name, **{column: in_both(key) for column, key in of.items()}}

    def spaces(self) -> Rows:
        for space in dict.fromkeys(one.space for one in self.parts):
            yield {
                "Name": space,
                "FloorName": "site",
                "Description": in_both(f"cobie_space.{space}"),
            }

    def zones(self) -> Rows:
        spaces = dict.fromkeys(one.space for one in self.parts)
        yield {"Name": "plant", "Category": "plant", "SpaceNames": ",".join(spaces)}

    def types(self) -> Rows:
        for kind in {one.type: one for one in self.parts}.values():
            yield {
                "Name": kind.type,
                "Category": kind.sort,
                "Description": kind.description,
                "AssetType": "Fixed",
                "ModelNumber": kind.model,
                "ExtSystem": PROGRAM,
            }

    def components(self) -> Rows:
        handed_over = self.state.plant.site.handed_over_on
        for one in self.parts:
            yield {
                "Name": one.name,
                "TypeName": one.type,
                "Space": one.space,
                "Description": one.description,
                "ExtSystem": PROGRAM,
                "ExtObject": one.sort,
                "ExtIdentifier": one.id,
                "TagNumber": one.tag,
                "WarrantyStartDate": handed_over.isoformat() if handed_over else None,
            }

    def systems(self) -> Rows:
        for system in dict.fromkeys(one.system for one in self.parts):
            own = [plain_name(one.name) for one in self.parts if one.system == system]
            for start in range(0, len(own), MOST_NAMES):
                some = own[start : start + MOST_NAMES]
                more = "" if len(own) <= MOST_NAMES else f"-{start // MOST_NAMES + 1}"
                yield {
                    "Name": f"{system}{more}",
                    "Category": system,
                    "ComponentNames": ",".join(some),
                    "Description": in_both(f"cobie_system.{system}"),
                }

    def jobs(self) -> Rows:
        yield from self._upkeep()
        types = {one.id: one.type for one in self.parts if one.sort == "sensor"}
        for point in self.state.plant.points:
            end = calibration_end(point)
            if not point.accuracy:
                continue
            yield {
                "Name": f"calibration-{point.id}",
                "Category": "Calibration",
                "Status": "Not Yet Started" if end is None else "Started",
                "TypeName": types[point.id],
                "Description": in_both("handover.calibrate"),
                "Start": end.isoformat() if end else None,
                "TaskStartUnit": "date",
                "Frequency": int(point.calibration_months or USUAL_CALIBRATION),
                "FrequencyUnit": "month",
                "TaskNumber": point.id,
            }

    def _upkeep(self) -> Rows:
        sorts = {one.type: one.sort for one in self.parts}
        for name, sort in sorts.items():
            for row in data_table("upkeep.csv"):
                if row["of"] == sort:
                    yield {
                        "Name": f"{row['job']}-{name}",
                        "Category": "PM",
                        "Status": "Not Yet Started",
                        "TypeName": name,
                        "Description": f"{row['en']} · {row['zh']}",
                        "Frequency": int(row["months"]),
                        "FrequencyUnit": "month",
                        "TaskNumber": row["job"],
                    }

    def documents(self) -> Rows:
        for one in self.files:
            folder, _, file = one.name.rpartition("/")
            yield {
                "Name": one.name,
                "Category": folder.split("/")[-1] or "handover",
                "Stage": "As Built",
                "SheetName": "Facility",
                "RowName": self.state.plant.site.id,
                "Directory": f"{folder}/" if folder else "./",
                "File": file,
                "ExtSystem": PROGRAM,
                "Reference": f"sha256:{one.sha256}",
            }

    def attributes(self) -> Rows:
        for one in self.parts:
            for name, value, unit in one.values:
                yield {
                    "Name": f"{one.name}.{name}",
                    "Category": "As Built",
                    "SheetName": "Component",
                    "RowName": one.name,
                    "Value": value,
                    "Unit": unit,
                }

    def coordinates(self) -> Rows:
        for one in self.parts:
            if one.place is not None:
                yield {
                    "Name": f"{one.name}.head",
                    "Category": "point",
                    "SheetName": "Component",
                    "RowName": one.name,
                    "CoordinateXAxis": one.place[0],
                    "CoordinateYAxis": one.place[1],
                    "CoordinateZAxis": 0.0,
                }

    def issues(self) -> Rows:
        for one in self.state.open:
            yield {
                "Name": one.id,
                "Type": "Incomplete" if one.id.startswith("missing") else "Defect",
                "Risk": "High" if one.verdict.severity in GRAVE else "Medium",
                "SheetName1": "Facility",
                "RowName1": self.state.plant.site.id,
                "Description": _both(one.verdict),
                "Owner": one.owner,
                "Mitigation": _until(one),
            }

    def lists(self) -> Rows:
        for sheet, asset in zip(sheets(), ("Fixed", "Moveable"), strict=False):
            yield {"SheetType": sheet, "AssetType": asset, "StageType": "As Built"}
        for sheet in list(sheets())[2:]:
            yield {"SheetType": sheet}


def _both(verdict: Verdict) -> str:
    return " · ".join(verdict.sentence(language) for language in Language)


def _until(one: OpenItem) -> str:
    told = [one.due.isoformat() if one.due else "", one.clause]
    return " · ".join(text for text in told if text)


def _slug(text: str) -> str:
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in text.lower()).strip("-")
    return kept or "plant"


def _unique(rows: list[dict[str, Cell]]) -> list[dict[str, Cell]]:
    """Rows whose names stand once: what stands again gets a number."""
    seen: Counter[str] = Counter()
    for row in rows:
        if "Name" in row:
            name = plain_name(str(row["Name"]))
            seen[name.lower()] += 1
            again = seen[name.lower()]
            row["Name"] = name if again == 1 else f"{name} ({again})"
    return rows
