"""People who log in: sessions, links, roles and locks, on SQLite and on PostgreSQL."""

import base64
import hashlib
import threading
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from typer.testing import CliRunner

from loopkeeper.adapters.records.accounts import Accounts
from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.members import Members
from loopkeeper.adapters.records.passwords import _NOBODYS, Argon2
from loopkeeper.adapters.records.trail import Trail
from loopkeeper.adapters.store.sqlite import RECORDS
from loopkeeper.app.access import RIGHTS, SERVICE, Actor, Failures, scopes_of
from loopkeeper.app.members import ServiceMember, person
from loopkeeper.app.people import (
    FIRST_LINK,
    IDLE,
    INVITED,
    LONGEST,
    Registry,
    good_password,
    login_name,
)
from loopkeeper.app.second_factor import STEP, code_of
from loopkeeper.app.use_cases.front_door import (
    CodeWantedError,
    FrontDoor,
    TooManyTriesError,
    Whence,
    key_begun,
    key_confirmed,
)
from loopkeeper.app.use_cases.people_desk import PeopleDesk
from loopkeeper.cli.main import app
from loopkeeper.errors import ConflictError, InputError
from peers.postgres import database

pytestmark = pytest.mark.integration
ZERO = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = Whence("10.0.0.9", "a browser")
GOOD, OTHER = "nine brown badgers", "seven tall herons"


class Plain:
    """Hashes quickly, for tests that are about something else."""

    checked = 0

    def hashed(self, password):
        return hashlib.sha256(password.encode()).hexdigest()

    def matches(self, kept, password):
        self.checked += 1
        return kept == self.hashed(password)


class House:
    """A service's people, with a clock that is put."""

    def __init__(self, records):
        self.records, self.time, self.seconds = records, ZERO, 0.0
        tries = {"clock": lambda: self.seconds, "window": 900.0}
        self.passwords = Plain()
        self.door = FrontDoor(
            registry=self.registry,
            passwords=self.passwords,
            clock=self.now,
            by_name=Failures(tries=5, **tries),
            by_address=Failures(tries=30, **tries),
        )

    def now(self):
        return self.time

    def registry(self, actor):
        return Registry(
            accounts=Accounts(self.records, actor, self.now),
            members=Members(self.records, actor, self.now),
            trail=Trail(self.records, actor, self.now),
            at_once=self.records.together,
        )

    def desk(self, name="root", organisation=""):
        actor = Actor(name, organisation)
        return PeopleDesk(books=self.registry(actor), actor=actor, clock=self.now)

    def first(self, name="root"):
        return self.door.accept(self.door.first_link(), name, GOOD, HERE)

    def joined(self, name, role="operator", plants=("*",)):
        return self.door.accept(self.desk().invite(name, role, plants), "", GOOD, HERE)

    def deeds(self):
        return [(d.by, d.deed, d.detail) for d in Trail(self.records, SERVICE, self.now).all("")]


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request, tmp_path):
    with ExitStack() as stack:
        own = request.param == "sqlite"
        place = tmp_path / RECORDS if own else stack.enter_context(database(tmp_path))
        yield House(stack.enter_context(closing(Records(place))))


def test_the_first_link_makes_an_administrator_once(house):
    assert not house.door.used()
    old, new = house.door.first_link(), house.door.first_link()
    assert house.door.invited(old) is None  # only the newest opens
    secret = house.door.accept(new, " Root ", GOOD, HERE)
    who = house.door.seen(secret)
    assert (who.account.name, who.member.role) == ("root", "admin")
    assert set(who.member.scopes) == set(scopes_of("admin"))
    assert house.door.used()
    assert house.door.first_link() is None
    with pytest.raises(ConflictError):
        house.door.accept(new, "again", GOOD, HERE)


def test_the_first_link_runs_out(house):
    secret = house.door.first_link()
    house.time += FIRST_LINK
    with pytest.raises(ConflictError):
        house.door.accept(secret, "root", GOOD, HERE)
    assert not house.door.used()


def test_a_link_that_is_used_by_many_at_once_opens_once(house):
    secret, made, start = house.door.first_link(), [], threading.Barrier(4)

    def come(name):
        start.wait(10)
        try:
            made.append(house.door.accept(secret, name, GOOD, HERE))
        except ConflictError:
            made.append(None)

    threads = [threading.Thread(target=come, args=(f"root{n}",)) for n in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert sorted(map(bool, made)) == [False] * 3 + [True]
    assert len(house.desk().people()) == 1


def test_a_password_that_cannot_be_leaves_the_link(house):
    secret = house.door.first_link()
    for name, password in (("root", "short"), ("root", "root" * 4), ("a b", GOOD)):
        with pytest.raises(InputError):
            house.door.accept(secret, name, password, HERE)
    assert house.door.invited(secret) is not None


@pytest.mark.parametrize(
    ("wait", "uses", "holds"),
    [
        (IDLE - timedelta(minutes=1), 1, True),
        (IDLE, 1, False),
        (IDLE / 2, 27, True),
        (IDLE / 2, 28, False),
    ],
)
def test_a_session_ends_when_idle_and_after_a_week(house, wait, uses, holds):
    secret, seen = house.first(), None
    for _ in range(uses):
        house.time += wait
        seen = house.door.seen(secret)
    assert (seen is not None) is holds
    assert 28 * IDLE / 2 == LONGEST


def test_logging_in_gives_a_new_session_each_time_and_logging_out_ends_it(house):
    first = house.first()
    second = house.door.log_in("ROOT", GOOD, HERE)
    assert second not in {None, first}
    kept = house.registry(SERVICE).accounts.sessions("root")
    assert first not in str(kept)  # only hashes
    house.door.log_out(house.door.seen(first))
    assert house.door.seen(first) is None
    assert house.door.seen(second) is not None
    assert house.door.seen("lk_nothing") is None


def test_another_password_ends_every_session(house):
    one, two = house.first(), house.door.log_in("root", GOOD, HERE)
    with pytest.raises(InputError, match="present password"):
        house.door.change_password(house.door.seen(one), "wrong", OTHER, HERE)
    three = house.door.change_password(house.door.seen(one), GOOD, OTHER, HERE)
    assert [house.door.seen(s) is not None for s in (one, two, three)] == [False, False, True]
    assert house.door.log_in("root", GOOD, HERE) is None
    assert house.door.log_in("root", OTHER, HERE)


def test_a_link_sent_again_sets_another_password(house):
    house.first()
    old = house.joined("li")
    secret = house.desk().link("li")
    house.time += INVITED - timedelta(seconds=1)
    new = house.door.accept(secret, "somebody-else", OTHER, HERE)
    assert house.door.seen(old) is None
    assert house.door.seen(new).account.name == "li"
    assert house.door.log_in("li", GOOD, HERE) is None


def test_wrong_and_unknown_are_answered_alike_and_wait_alike(house):
    house.first()
    for name in ("root", "nobody"):
        before = house.passwords.checked
        assert [house.door.log_in(name, "wrong", HERE) for _ in range(5)] == [None] * 5
        assert house.passwords.checked == before + 5
        with pytest.raises(TooManyTriesError):
            house.door.log_in(name, GOOD, Whence("10.0.0.10"))
    house.seconds += 900
    assert house.door.log_in("root", GOOD, HERE)


def test_an_address_waits_whatever_names_it_tries(house):
    house.first()
    for n in range(30):
        assert house.door.log_in(f"name{n}", "wrong", HERE) is None
    with pytest.raises(TooManyTriesError) as told:
        house.door.log_in("root", GOOD, HERE)
    assert 0 < told.value.wait <= 900
    assert house.door.log_in("root", GOOD, Whence("10.0.0.10"))


def test_right_passwords_do_not_count(house):
    house.first()
    for _ in range(40):
        assert house.door.log_in("root", GOOD, HERE)


def test_who_is_taken_out_has_no_session_and_comes_in_no_more(house):
    house.first()
    secret = house.joined("li")
    house.desk().switch("li", active=False)
    assert house.door.seen(secret) is None
    assert house.door.log_in("li", GOOD, HERE) is None
    house.desk().switch("li", active=True)
    assert house.door.seen(secret) is None
    assert house.door.log_in("li", GOOD, HERE)


def test_somebody_is_left_who_lets_people_in(house):
    house.first()
    for change in (
        lambda: house.desk().switch("root", active=False),
        lambda: house.desk().change("root", 1, "owner", ("*",)),
    ):
        with pytest.raises(InputError, match="somebody has to be left"):
            change()
    house.joined("li", "admin")
    house.desk().switch("root", active=False)


def test_roles_say_what_a_person_may(house):
    for role in RIGHTS:
        made = person("x1", role, ("a",))
        assert set(made.scopes) == set(scopes_of(role))
    for wrong in (
        {"role": "king"},
        {"role": "operator", "scopes": ("read",)},
        {"role": "site", "scopes": ("read",), "plants": ("*",)},
    ):
        with pytest.raises(InputError):
            ServiceMember(name="x1", **wrong)
    house.first()
    house.joined("li", "partner", ("a",))
    with pytest.raises(ConflictError):
        house.desk().change("li", 7, "operator", ("*",))
    assert house.desk().change("li", 1, "operator", ("*",)).scopes == ("read", "write")


def test_another_organisation_lets_nobody_of_ours_in(house):
    house.first()
    house.joined("li")
    north = house.desk("boss", "north")
    with pytest.raises(ConflictError, match="taken"):
        north.invite("li", "admin", ("*",))
    with pytest.raises(InputError):
        north.link("li")
    assert north.people() == []
    secret = house.door.accept(north.invite("sun", "admin", ("*",)), "", GOOD, HERE)
    assert house.door.seen(secret).account.organisation == "north"
    assert [one.member.name for one in house.desk().people()] == ["li", "root"]


def test_every_change_leaves_its_row(house):
    house.first()
    house.joined("li", "site", ("a", "b"))
    _, token = house.desk().make_token("li", 3)
    house.desk().end_token(token.id)
    house.desk().switch("li", active=False)
    assert house.deeds() == [
        ("root", "person.out", "li"),
        ("root", "token.end", f"{token.id}: li"),
        ("root", "token.make", f"{token.id}: li"),
        ("li", "person.log_in", "10.0.0.9"),
        ("li", "person.password", "link"),
        ("root", "person.invite", "li: site"),
        ("root", "person.log_in", "10.0.0.9"),
        ("root", "person.password", "link"),
    ]


def test_a_lock_is_in_the_trail(house):
    house.first()
    for _ in range(5):
        house.door.log_in("root", "wrong", HERE)
    assert house.deeds()[0] == ("root", "person.locked", "10.0.0.9")


def test_passwords_are_hashed_as_owasp_asks():
    made = Argon2().hashed(GOOD)
    parts = extract_parameters(made)
    cost = (parts.memory_cost, parts.time_cost, parts.parallelism)
    assert (parts.type.name, *cost) == ("ID", 19 * 1024, 2, 1)
    assert extract_parameters(_NOBODYS) == parts  # nobody's costs the same
    assert PasswordHasher().verify(made, GOOD)
    assert Argon2().matches(made, GOOD)
    assert not Argon2().matches(made, OTHER)
    assert not Argon2().matches("", GOOD)
    assert not Argon2().matches("no hash", GOOD)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("Li.Wei", "li.wei"), ("ＬＩ", "li"), (" 王工 ", "王工"), ("a@b.example", "a@b.example")],
)
def test_a_name_is_one_however_it_is_typed(given, kept):
    assert login_name(given) == kept


@pytest.mark.parametrize("given", ["", "a", "a\r\nb", "<b>", "{{7*7}}", "x" * 51, "a b", "-ab"])
def test_what_is_no_name(given):
    with pytest.raises(InputError):
        login_name(given)


@pytest.mark.parametrize("given", ["short", "x" * 201, "aaaaaaaaaaaa", "my-name-is-li.wei"])
def test_what_is_no_password(given):
    with pytest.raises(InputError):
        good_password(given, "li.wei")


def keyed(house, name="root"):
    """The second key of somebody, confirmed, and the spare codes."""
    books = house.registry(Actor(name))
    key = key_begun(books, name)
    return key, key_confirmed(books, name, code_now(house, key), house.time)


def code_now(house, key):
    return code_of(base64.b32decode(key), int(house.time.timestamp()) // STEP)


def begun(house, name="root"):
    with pytest.raises(CodeWantedError) as wanted:
        house.door.log_in(name, GOOD, HERE)
    return wanted.value.begun


def test_with_a_second_key_a_password_alone_opens_nothing(house):
    house.first()
    key, spare = keyed(house)
    used = code_now(house, key)
    assert house.door.log_in_by_code(begun(house), used, HERE) is None  # it confirmed the key
    house.time += timedelta(seconds=STEP)
    first, second = begun(house), begun(house)
    code = code_now(house, key)
    assert house.door.log_in_by_code("lk_other", code, HERE) is None
    assert house.door.log_in_by_code(first, code, HERE)
    assert house.door.log_in_by_code(second, code, HERE) is None  # nor does a code count twice
    assert house.door.log_in_by_code(first, spare[0], HERE) is None  # nor a log-in
    assert house.door.log_in_by_code(second, spare[0], HERE)
    assert house.door.log_in_by_code(begun(house), spare[0], HERE) is None
    late = begun(house)
    house.time += timedelta(minutes=5)
    assert house.door.log_in_by_code(late, spare[1], HERE) is None


def test_guessing_codes_waits(house):
    house.first()
    keyed(house)
    there = begun(house)
    assert [house.door.log_in_by_code(there, "000", HERE) for _ in range(5)] == [None] * 5
    with pytest.raises(TooManyTriesError):
        house.door.log_in_by_code(there, "000", HERE)


def test_a_key_counts_once_confirmed_and_a_link_takes_it_away(house):
    house.first()
    house.joined("li")
    books = house.registry(Actor("li"))
    key_begun(books, "li")
    assert house.door.log_in("li", GOOD, HERE)  # nobody is locked out by half a key
    with pytest.raises(InputError):
        key_confirmed(books, "li", "000000", house.time)
    keyed(house, "li")
    with pytest.raises(InputError, match="already"):
        key_begun(books, "li")
    assert begun(house, "li")
    house.door.accept(house.desk().link("li"), "", OTHER, HERE)
    assert house.door.log_in("li", OTHER, HERE)
    assert [d for _, d, _ in house.deeds()].count("person.key_end") == 1


def said(*words):
    done = CliRunner().invoke(app, ["access", *map(str, words)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_people_are_let_in_and_out_at_the_terminal(tmp_path):
    path = said("invite", tmp_path, "Li", "--role", "admin", "--by", "anna").strip()
    with closing(Records(tmp_path / RECORDS)) as records:
        house = House(records)
        house.time = datetime.now(UTC)
        secret = house.door.accept(path.rpartition("/")[2], "", GOOD, HERE)
        assert house.door.seen(secret).member.role == "admin"
        said("invite", tmp_path, "wu", "--role", "site", "--plant", "a")
        again = said("invite", tmp_path, "li").strip().rpartition("/")[2]
        assert house.door.invited(again).account == "li"
        assert "administrator" in said("list", tmp_path)
        refused = CliRunner().invoke(app, ["access", "member", str(tmp_path), "li", "--out"])
        assert refused.exit_code == 1
        assert "somebody has to be left" in refused.output
        said("invite", tmp_path, "bo", "--role", "admin")
        said("member", tmp_path, "li", "--out")
        said("member", tmp_path, "li", "--in")
        assert house.door.seen(secret) is None
        deeds = [(deed, detail) for _, deed, detail in house.deeds()]
        assert ("person.invite", "wu: site") in deeds
        assert ("person.out", "li") in deeds
