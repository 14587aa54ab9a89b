"""Periodic reports of a dossier, and reports of its records: read, reviewed, printed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from loopkeeper import __version__
from loopkeeper.app.accounts import Rates
from loopkeeper.app.designing import designed
from loopkeeper.app.judging import HourlyRecord
from loopkeeper.app.outside import Outside
from loopkeeper.app.paper import PrintOrder
from loopkeeper.app.record import Prepared, prepared
from loopkeeper.app.reviewing import Made, Review, ReviewBasis, ledger_line, reviewed
from loopkeeper.app.surveying import interpret_survey, on_measured_ground
from loopkeeper.app.use_cases.opening import admitted
from loopkeeper.lifecycle.build.seal import Verified
from loopkeeper.lifecycle.commission.plan import trial_plan
from loopkeeper.lifecycle.commission.status import trial_status
from loopkeeper.lifecycle.design.economy import Prices as DesignPrices
from loopkeeper.lifecycle.evaluate.packs import Pack
from loopkeeper.measure.periods import last_complete, named_period, period_of_kind
from loopkeeper.plant.plant import Plant


@dataclass(frozen=True)
class Library:
    """A plant that is read and prepared once, for any number of its reports."""

    base: Prepared
    data: str
    ledger: Verified | None = None

    def review(self, kind: str, period: str | None, basis: ReviewBasis) -> Review:
        """
        Review a period.

        Parameters
        ----------
        kind : str
            ``monthly``, ``quarterly`` or ``annual``.
        period : str or None
            Its name; the last complete one of that kind when None.
        basis : ReviewBasis
            Packs and rates.

        Raises
        ------
        InputError
            When the period's name cannot be read, or it is no period of that kind.
        InsufficientDataError
            When no period is complete.
        """
        site = self.base.dossier.plant.site
        name = period or self._last(kind)
        return reviewed(self.base, kind, period_of_kind(kind, name, site), basis)

    def graded(self, period: str | None, basis: ReviewBasis) -> Review:
        """Review any stretch as a year is reviewed, for its grades; as :meth:`review`."""
        site = self.base.dossier.plant.site
        name = period or self._last("annual")
        return reviewed(self.base, "annual", named_period(name, site), basis)

    def _last(self, kind: str) -> str:
        """The name of the last complete period of a kind."""
        plant, time = self.base.dossier.plant, self.base.measured.hours.time
        return last_complete(kind, time, plant.site)[0]

    def made(self, review: Review) -> Made:
        """Return what makes a review reproducible, for its last line."""
        packs = packs_version([g.pack for g in review.graded])
        return Made(self.data, __version__, packs, self.ledger)


def library(outside: Outside, folder: Path) -> Library:
    """
    Read and prepare a plant.

    DossierError when the dossier has problems, InsufficientDataError when its data do not carry an
    answer.
    """
    base = prepared(*admitted(outside.dossiers, folder))
    return Library(base, outside.dossiers.data_version(folder), ledger_of(outside, folder))


def library_of(record: HourlyRecord, ledger: Verified | None = None) -> Library:
    """Prepare a plant from what hourly statistics tell of it, and its sealed ledger."""
    return Library(prepared(record.dossier, record.measured), record.version, ledger)


def review_basis(
    outside: Outside, own: Sequence[Pack] = (), rates: Rates | None = None
) -> ReviewBasis:
    """
    Return what reviews stand on; a pack of one's own takes the place of its namesake.

    Parameters
    ----------
    outside : Outside
        Who has the packs of the program.
    own : sequence of Pack
        Packs of one's own.
    rates : Rates, optional
        Of money and carbon; the usual ones when not given.
    """
    names = {p.id for p in own}
    rest = tuple(p for p in outside.standards.shipped_packs() if p.id not in names)
    return ReviewBasis((*own, *rest), rates or Rates())


def packs_version(packs: Sequence[Pack]) -> str:
    """Return a hash over the packs that graded."""
    return hashlib.sha256(repr(tuple(packs)).encode()).hexdigest()[:12]


def ledger_of(outside: Outside, folder: Path) -> Verified | None:
    """Return the sealed ledger of a plant as it stands, None where there is none."""
    found = outside.works.verify(folder)
    return found if found.size or found.changes else None


def printed_records(
    outside: Outside, folder: Path, kind: str, order: PrintOrder, region: str = "china"
) -> bytes:
    """
    Print the survey, design or commissioning of a dossier: the file.

    ``region`` of the grid, for a design's carbon. DossierError when the dossier has problems,
    InputError when a design cannot be checked; the reason is named.
    """
    dossier, printer = outside.dossiers.read_dossier(folder), outside.printer
    foot = f"{outside.dossiers.data_version(folder)} · {__version__}"
    if kind == "commissioning":
        plan = trial_plan(dossier.plant, _day(order, dossier.plant))
        status = trial_status(plan, dossier.plant.trials)
        line = ledger_line(ledger_of(outside, folder), order.language)
        whole = f"{foot} · {line}" if line else foot
        return printer.commissioning(dossier.plant, status, whole, order)
    if kind == "survey":
        return printer.survey(dossier, interpret_survey(dossier), foot, order)
    book = designed(on_measured_ground(dossier), prices=DesignPrices(), region=region)
    return printer.design(dossier, book, foot, order)


def _day(order: PrintOrder, plant: Plant) -> date:
    """The day of a print, by the plant's clock; that of its last trial where none is told."""
    if order.made_at is not None:
        return order.made_at.astimezone(ZoneInfo(plant.site.timezone)).date()
    days = [row.started_at.date() for row in plant.trials if row.started_at is not None]
    return max(days, default=date.min)
