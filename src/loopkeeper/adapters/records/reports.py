"""Reports that were printed: which file, what was in it, by which program."""

from sqlalchemy import RowMapping, insert, select

from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.owned import owned, seen_by
from loopkeeper.adapters.records.schema import report
from loopkeeper.app.access import Actor
from loopkeeper.app.ports import PrintedReport


class Reports:
    """The reports that an actor may see."""

    def __init__(self, records: Records, actor: Actor) -> None:
        """Of a database, for somebody."""
        self._records, self._actor = records, actor

    def add(self, plant: str, one: PrintedReport) -> None:
        """Keep that a report was printed."""
        row = owned(
            self._actor,
            plant,
            made_at=one.made_at,
            code_version=one.code_version,
            file=one.file,
            sha256=one.sha256,
        )
        with self._records.writing() as base:
            base.execute(insert(report), [row])

    def all(self, plant: str) -> tuple[PrintedReport, ...]:
        """Return the reports of a plant, oldest first."""
        asked = select(report).where(seen_by(self._actor, report), report.c.plant == plant)
        with self._records.reading() as base:
            rows = base.execute(asked.order_by(report.c.id)).mappings()
            return tuple(_printed(row) for row in rows)

    def everywhere(self) -> tuple[tuple[str, PrintedReport], ...]:
        """Return every report with its plant, the newest first."""
        asked = select(report).where(seen_by(self._actor, report)).order_by(report.c.id.desc())
        with self._records.reading() as base:
            return tuple((row["plant"], _printed(row)) for row in base.execute(asked).mappings())


def _printed(row: RowMapping) -> PrintedReport:
    return PrintedReport(row["made_at"], row["code_version"], row["file"], row["sha256"])
