"""Settings changed at random: refused in sentences, or the service answers; never a traceback."""

import asyncio
import contextlib
import random
import re
from collections import Counter
from pathlib import Path

import httpx
import pytest

from loopkeeper.adapters.settings.schema import FEEDS, LISTS, TABLES
from loopkeeper.app.access import new_secret
from loopkeeper.bootstrap.service import Settings, check, read_settings, service
from loopkeeper.errors import InputError, StoreError
from loopkeeper.web.access import Gate, Token
from loopkeeper.web.api import Doors, build

SECRET, HASH = new_secret()
ROUTES = ("/health", "/metrics", "/", "/api/v1/plants", "/api/v1/plants/p/latest",
          "/api/v1/alarms", "/api/v1/alarms/rates", "/api/v1/refused")  # fmt: skip
MAPS = {
    "modbus": "point,unit_id,table,address,type\na,1,holding,0,int16\n",
    "bacnet": "point,device,object,property\na,127.0.0.1,analog-input:1,present-value\n",
    "opcua": "point,node\na,ns=2;s=a\n",
}
ALARMS = "alarm,plant,point,condition,limit,action\nhot,p,a,above,30,look\n"
VALUES = (
    "0",
    "1",
    "-1",
    "3",
    "1.5",
    "1e300",
    "-1e-300",
    "99999999999999999999",
    "nan",
    "-inf",
    "true",
    '""',
    '" "',
    '"x"',
    '"*"',
    '"../x"',
    '"中文é"',
    '"a\\u0000b"',
    '"a\\nb"',
    '"[::1"',
    '"%s{0}"',
    f'"{"y" * 5000}"',
    "[]",
    "[1]",
    '["x"]',
    '["x", "x"]',
    '[["x"]]',
    '["中文", ""]',
    "{a = 1}",
    "[{a = 1}]",
    "2026-01-01",
    "07:30:00",
    '"http://h/p"',
    '"mqtt://h/t"',
    '"localhost"',
    '"::1"',
)
TIMES = 5
"""Each key of each section is changed so often."""


def sections():
    """Heads of a whole file and their keys, each with a value that is right."""
    name = {"token": '"t"', "notify": '"n"', "push": '"u"'}
    right = {
        "sha256": f'"{HASH}"',
        "scopes": '["read", "write", "admin"]',
        "url": '"http://127.0.0.1/"',
        "webhook": '"http://127.0.0.1:9/"',
        "plant": '"p"',
        "timezone": '"Asia/Shanghai"',
    }
    found = [(f"[{n}]", {k.name: right.get(k.name) for k in keys}) for n, keys in TABLES.items()]
    found += [
        (f"[[{n}]]", {k.name: right.get(k.name) for k in keys} | {"name": name[n]})
        for n, keys in LISTS.items()
        if n != "feed"
    ]
    for kind, keys in FEEDS.items():
        own = {k.name: right.get(k.name) for k in keys}
        maps = {"map": f'"{kind}.csv"'} if kind in MAPS else {}
        own |= {"url": '"opc.tcp://127.0.0.1:9"'} if kind == "opcua" else {}
        found.append(("[[feed]]", {"kind": f'"{kind}"', **own, **maps}))
    files = {
        "[alarms]": {"file": '"alarms.csv"'},
        "[plants]": {"folder": '"plants"'},
        "[records]": {"url": None},
    }
    return [(head, keys | files.get(head, {})) for head, keys in found]


def written(parts):
    return "\n".join(
        "\n".join([head, *(f"{k} = {v}" for k, v in keys.items() if v is not None)])
        for head, keys in parts
    )


def mutated(rng, number, key):
    """A file with one thing changed at a key of a section, and what was changed."""
    parts = [(head, dict(keys)) for head, keys in sections()]
    (head, keys), value = parts[number], rng.choice(VALUES)
    how = rng.choice(["value"] * 8 + ["left out", "unknown", "twice", "swapped", "scalar", "cut"])
    if how == "value":
        keys[key] = value
    elif how == "left out":
        keys[key] = None
    elif how == "unknown":
        keys[rng.choice([f"{key}s", key.upper(), '"中"', '""', f'"{"k" * 3000}"'])] = value
    elif how == "twice":
        parts.insert(number, (head, dict(keys)))
    elif how == "swapped":
        parts[number] = (f"[{head}]" if head[1] != "[" else head[1:-1], keys)
    elif how == "scalar":
        name = head.strip("[]")
        parts = [("", {name: value}), *(p for p in parts if p[0] != head)]
    text = written(parts)
    cut = rng.randrange(len(text)) if how == "cut" else len(text)
    return text[:cut], f"{how}: {head} {key} = {value}"


@pytest.fixture
def place(tmp_path):
    (tmp_path / "plants").mkdir()
    (tmp_path / "alarms.csv").write_text(ALARMS, encoding="utf-8")
    for kind, text in MAPS.items():
        (tmp_path / f"{kind}.csv").write_text(text, encoding="utf-8")
    return tmp_path


async def answers(made):
    """Run a service for a moment and ask it; return the statuses."""
    gate = Gate([Token.of(t) for t in made.settings.tokens])
    app = httpx.ASGITransport(build(Doors(made, gate)), raise_app_exceptions=False)
    work = asyncio.create_task(made.run())
    head = {"Authorization": f"Bearer {SECRET}"}
    async with httpx.AsyncClient(transport=app, base_url="http://x", headers=head) as web:
        found = [(await web.get(route)).status_code for route in ROUTES]
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work
    return found


def outcome(path):
    """How a file is taken: refused in a sentence, or what the service answers."""
    try:
        settings = read_settings(path)
    except InputError as error:
        told = str(error).split("\n")
        form = re.compile(r"lk\.toml: (line \d+: .+: found .+; expected .+|.*line \d+.*)")
        assert all(form.fullmatch(line) for line in told), told
        return "refused"
    try:
        check(settings)
    except InputError as error:
        with pytest.raises(InputError, match=re.escape(str(error))):
            service(settings)
        return "file refused"
    try:
        made = service(settings)
    except StoreError:
        return "store refused"
    statuses = asyncio.run(answers(made))
    assert not [s for s in statuses if s >= 500], dict(zip(ROUTES, statuses, strict=True))
    return "answers"


def test_the_whole_file_is_right(place):
    path = place / "lk.toml"
    path.write_text(written(sections()), encoding="utf-8")
    assert outcome(path) == "answers"


@pytest.mark.slow
def test_settings_changed_at_random(place):
    rng, path, found = random.Random(17), place / "lk.toml", Counter()
    everything = [(n, key) for n, (_, keys) in enumerate(sections()) for key in keys]
    for number, key in everything * TIMES:
        text, what = mutated(rng, number, key)
        path.write_text(text, encoding="utf-8")
        try:
            how = outcome(path)
        except Exception as error:
            raise AssertionError(f"{what}: {error!r}") from error
        found[how] += 1
    assert found.total() >= 300
    assert found["refused"] >= 100, found
    assert found["answers"] >= 30, found
    assert found["file refused"] > 0, found


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"host": "192.0.2.1"}, "web.host"),
        ({"port": 70_000}, "web.port"),
        ({"years": 0.5}, "store.years"),
        ({"feeds": ({"kind": "mqt"},)}, "feed.1..kind"),
        ({"channels": ({"name": "n"},)}, "either webhook or to"),
        ({"rounds": -1.0}, "rounds.hours"),
        ({"tokens": ({"name": "t", "sha256": "x"},)}, "sha256"),
        ({"timezone": "Mars"}, "time zone"),
        ({"pushes": ({"url": "http://h/", "token": "a\nb"},)}, "token"),
        ({"pushes": ({"url": "http://h/", "token": "令牌"},)}, "without blanks"),
        ({"pushes": ({"url": "http://h/a b"},)}, "plain ASCII"),
        ({"channels": ({"name": "n\tm", "to": "x@y"},)}, "one line"),
    ],
)
def test_settings_made_in_code_are_held_to_the_schema(tmp_path: Path, given, words):
    with pytest.raises(InputError, match=words):
        Settings(tmp_path, **given)
    assert Settings(tmp_path).port == 8470
