"""Planted mistakes in a file of settings are named; what is accepted starts and answers."""

import asyncio
from dataclasses import MISSING, fields
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from loopkeeper.adapters.peers.notify import NotifyChannel
from loopkeeper.adapters.peers.push import Upstream
from loopkeeper.adapters.settings.check import read_checked
from loopkeeper.adapters.settings.locate import lines_of
from loopkeeper.adapters.settings.schema import FEEDS, LISTS, TABLES, SettingKey
from loopkeeper.app.access import REMEMBERED, TRIES, WINDOW, Failures, new_secret
from loopkeeper.bootstrap.service import FEEDS as MADE
from loopkeeper.bootstrap.service import read_settings, service
from loopkeeper.cli.main import app as cli
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.monitor.alarm import Priority
from loopkeeper.web.access import Gate, Token
from loopkeeper.web.api import Doors, build

SECRET, HASH = new_secret()
PARTS = {
    **{f"[{name}]": keys for name, keys in TABLES.items()},
    **{f"[[{name}]]": keys for name, keys in LISTS.items() if name != "feed"},
    **{f'[[feed]]\nkind = "{name}"': keys for name, keys in FEEDS.items()},
}
MUST = {
    "name": '"x"',
    "sha256": f'"{HASH}"',
    "url": '"http://x/y"',
    "plant": '"p"',
    "map": '"m.csv"',
}
WRONG = {
    "text": ["3", '""', "{a = 1}", "true"],
    "texts": ['"x"', "[]", "[1]", "{a = 1}"],
    "number": ['"x"', "nan", "inf", "-1", "[1]", "true"],
    "whole": ['"abc"', "nan", "-1", "1.5", "99999999999", "{a = 1}", "true"],
    "switch": ['"yes"', "1", "[]"],
    "timezone": ['"Mars/Base"', "3", '"../x"', '""'],
}


def _planted() -> list[tuple[str, str, int]]:
    """Text, key and line of each mistake."""
    found = []
    for head, keys in PARTS.items():
        must = "".join(f"{k.name} = {MUST[k.name]}\n" for k in keys if k.must)
        number = 2 + head.count("\n") + 1
        found.append((f"# note\n{head}\nmistyped = 1\n{must}", "mistyped", number))
        for key in keys:
            rest = "".join(f"{k.name} = {MUST[k.name]}\n" for k in keys if k.must and k != key)
            start = f"# note\n{head}\n"
            found += [
                (f"{start}{key.name} = {w}\n{rest}", key.name, number) for w in WRONG[key.kind]
            ]
            if key.must:
                found.append((start + rest, key.name, 2))
    return [
        *found,
        (f'[web]\n[[token]]\nname = "é"\nsha256 = "{"é" * 64}"\n', "sha256", 4),
        ('\n[web]\nhost = "0.0.0.0"\n', "host", 3),
        ("[feed]\nkind = 1\n", "feed", 1),
        ("[[web]]\nport = 1\n", "web", 1),
        ("store = 3\n", "store", 1),
        ("[wbe]\n", "wbe", 1),
        ('[[feed]]\nkind = "mqt"\n', "kind", 2),
    ]


def test_every_planted_mistake_is_named_with_line_and_key(tmp_path: Path):
    path = tmp_path / "lk.toml"
    planted = _planted()
    assert len(planted) >= 60
    for text, key, line in planted:
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as error:
            read_checked(path)
        told = [t for t in str(error.value).split("\n") if t.startswith(f"lk.toml: line {line}: ")]
        assert any(key in t.split(": ")[2] for t in told), (text, str(error.value))


def test_all_mistakes_at_once_and_syntax_with_its_line(tmp_path: Path):
    path = tmp_path / "lk.toml"
    path.write_text('[web]\nport = "x"\nhots = "y"\n[rounds]\nhours = -1\n')
    with pytest.raises(InputError, match=r"(?s)line 2.*line 3.*did you mean host.*line 5"):
        read_checked(path)
    path.write_text("[web]\nport = = 3\n")
    with pytest.raises(InputError, match="line 2"):
        read_checked(path)


def test_rounds_may_be_as_rare_as_never(tmp_path: Path):
    path = tmp_path / "lk.toml"
    path.write_text("[rounds]\nhours = 100000\n")
    assert read_checked(path)["rounds"]["hours"] == 100000


def test_lines_of_strings_lists_dotted_keys_and_arrays_of_tables():
    text = 'a.b = """\n[x]\nc = 1"""\n[[f]]\nl = [\n "k = 1",\n]\n[[f]]\n[f.sub]\nz = {y = 1}\n'
    lines = lines_of(text)
    assert (lines["a", "b"], lines["f", 0, "l"], lines["f", 1]) == (1, 5, 8)
    assert (lines["f", 1, "sub"], lines["f", 1, "sub", "z", "y"]) == (9, 10)
    assert ("x",) not in lines


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        *((FEEDS[name], kind) for name, (_, kind) in MADE.items()),
        (LISTS["token"], Token),
        (LISTS["notify"], NotifyChannel),
        (LISTS["push"], Upstream),
    ],
)
def test_schema_and_options_have_the_same_keys_and_defaults(
    keys: tuple[SettingKey, ...], kind: type
):
    stated = {k.name: k.default for k in keys}
    assert set(stated) == {f.name for f in fields(kind)}
    for one in fields(kind):
        if one.default is not MISSING and one.name != "name":
            assert (stated[one.name] or "") == (one.default or ""), one.name


def test_choices_are_those_of_the_program():
    priorities = next(k for k in LISTS["notify"] if k.name == "priorities")
    assert set(priorities.choices) <= {str(p.value) for p in Priority} | {
        p.name.lower() for p in Priority
    }


def test_accepted_settings_answer_and_wrong_tokens_are_limited(tmp_path: Path, caplog):
    path = tmp_path / "lk.toml"
    path.write_text(
        f'[[token]]\nname = "a"\nsha256 = "{HASH}"\nplants = ["*"]\nper_minute = 100\n'
        '[[feed]]\nkind = "mqtt"\ntopics = ["a/{plant}"]\n[web]\nport = 0\n'
    )
    made = service(read_settings(path))
    now = [0.0]
    gate = Gate([Token.of(t) for t in made.settings.tokens], failures=Failures(lambda: now[0]))
    app = httpx.ASGITransport(
        build(Doors(made, gate)), raise_app_exceptions=False, client=("10.0.0.9", 1)
    )

    async def call(secret: str) -> int:
        head = {"Authorization": f"Bearer {secret}"}
        async with httpx.AsyncClient(transport=app, base_url="http://x") as calls:
            return (await calls.get("/api/v1/alarms", headers=head)).status_code

    def status(secret: str) -> int:
        return asyncio.run(call(secret))

    assert [status("guess") for _ in range(TRIES + 1)] == [401] * TRIES + [429]
    assert status(SECRET) == 200
    now[0] = WINDOW + 1
    assert status("guess") == 401
    assert "wrong token from 10.0.0.9" in caplog.text
    assert "guess" not in caplog.text
    made.store.close()


def test_few_addresses_are_remembered():
    failures = Failures(lambda: 0.0)
    for n in range(REMEMBERED + 50):
        failures.note(str(n))
    assert len(failures._seen) == REMEMBERED


def test_files_that_settings_name_are_opened_and_every_mistake_is_told(tmp_path: Path):
    """The same sentences from ``serve --check`` and ``serve``; nothing is opened by either."""
    path = tmp_path / "lk.toml"
    (tmp_path / "alarms.csv").write_text(
        "alarm,plant,point,condition,limit,action\nhot,p,a,over,30,look\n", encoding="utf-8"
    )
    (tmp_path / "twice.csv").write_text("point,node\na,ns=2;s=a\na,ns=2;s=b\n", encoding="utf-8")
    for name in ("one", "two"):
        (tmp_path / "plants" / name).mkdir(parents=True)
        (tmp_path / "plants" / name / "plant.toml").write_text("[site]\nid = 3\n")
    path.write_text(
        '[alarms]\nfile = "alarms.csv"\n[plants]\nfolder = "plants"\n'
        '[[feed]]\nkind = "modbus"\nplant = "p"\nmap = "none.csv"\n'
        '[[feed]]\nkind = "opcua"\nplant = "p"\nmap = "twice.csv"\n',
        encoding="utf-8",
    )
    checked = CliRunner().invoke(cli, ["serve", "--check", str(path)])
    served = CliRunner().invoke(cli, ["serve", str(path)])
    assert (checked.exit_code, served.exit_code) == (1, 1)
    told = " ".join(checked.output.split())
    assert told == " ".join(served.output.split())
    for words in ("condition 'over'", "none.csv", "'a' stands there twice", "one", "two"):
        assert words in told
    assert not (tmp_path / "loopkeeper-store").exists()
    path.write_text('[plants]\nfolder = "nowhere"\n[store]\nfolder = "lk.toml"\n')
    told = " ".join(CliRunner().invoke(cli, ["serve", "--check", str(path)]).output.split())
    assert "expected the folder of the dossiers" in told
    assert "expected the folder of a store" in told
    path.write_text('[[feed]]\nkind = "drop"\n')
    answer = CliRunner().invoke(cli, ["serve", "--check", str(path)])
    assert (answer.exit_code, "✓" in answer.output) == (0, True)
    assert not (tmp_path / "loopkeeper-store").exists()
