"""Records of a service: where they stand, and what somebody may see of them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from loopkeeper.adapters.records.accounts import Accounts
from loopkeeper.adapters.records.alarm_book import AlarmBook
from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.diagnoses import Diagnoses
from loopkeeper.adapters.records.jobs import Jobs
from loopkeeper.adapters.records.judgements import Judgements
from loopkeeper.adapters.records.members import Members
from loopkeeper.adapters.records.reports import Reports
from loopkeeper.adapters.records.stances import Stances
from loopkeeper.adapters.records.trail import Trail
from loopkeeper.adapters.records.work_orders import WorkOrders
from loopkeeper.adapters.settings.record import Settings
from loopkeeper.adapters.store.sqlite import RECORDS
from loopkeeper.app.access import Actor
from loopkeeper.app.members import MemberBook
from loopkeeper.app.people import Registry
from loopkeeper.app.ports import DeedBook, DiagnosisBook, JobBook, JudgementBook, ReportBook
from loopkeeper.app.stances import StanceBook
from loopkeeper.app.work_orders import OrderBook


@dataclass(frozen=True, kw_only=True)
class Books:
    """Records, as far as somebody may see them; what is written ``at_once`` is one transaction."""

    at_once: Callable[[], AbstractContextManager[None]]
    judgements: JudgementBook
    reports: ReportBook
    jobs: JobBook
    diagnoses: DiagnosisBook
    alarms: AlarmBook
    trail: DeedBook
    orders: OrderBook
    stances: StanceBook
    members: MemberBook


def now() -> datetime:
    """Return the instant it is."""
    return datetime.now(UTC)


def records_of(settings: Settings) -> Records:
    """
    Open the records of a service: beside the store, or where the settings tell.

    Raises
    ------
    StoreError
        When they cannot be opened.
    """
    place = settings.records or settings.folder / RECORDS
    return Records(place, patient=True)


def books_of(records: Records, actor: Actor) -> Books:
    """Return the books that somebody reads and writes."""
    return Books(
        at_once=records.together,
        judgements=Judgements(records, actor),
        reports=Reports(records, actor),
        jobs=Jobs(records, actor),
        diagnoses=Diagnoses(records, actor),
        alarms=AlarmBook(records, actor),
        trail=Trail(records, actor, now),
        orders=WorkOrders(records, actor, now),
        stances=Stances(records, actor, now),
        members=Members(records, actor, now),
    )


def registry_of(records: Records, actor: Actor) -> Registry:
    """Return the books of people; their deeds are the organisation's, whatever plants it sees."""
    whole = Actor(actor.name, actor.organisation)
    return Registry(
        accounts=Accounts(records, whole, now),
        members=Members(records, whole, now),
        trail=Trail(records, whole, now),
        at_once=records.together,
    )
