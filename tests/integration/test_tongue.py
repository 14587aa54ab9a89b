"""``--lang`` and the locale govern everything that the command line says."""

import json
import os
import re
import sys
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text
from typer.main import get_command
from typer.testing import CliRunner

from loopkeeper.cli.flowing import Flowing, pieces
from loopkeeper.cli.main import COMMANDS, app, whole_command
from loopkeeper.cli.tongue import of_arguments, of_locale, speak
from loopkeeper.plant.sentences import HELP, translated
from loopkeeper.plant.tables import data_table
from loopkeeper.plant.words import Language
from peers import waiting

pytestmark = pytest.mark.integration

DEMO = Path(str(resources.files("loopkeeper.adapters") / "demo" / "office"))
ENGLISH = re.compile(r"\b[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}\b")
"""Three words in a row: no name, no unit, no option."""
CALLED = re.compile(r"(root|loopkeeper)( [a-z-]+)+")
"""How a command is called."""
WIDTH = 80


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    """A narrow screen, no locale; English again afterwards."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    monkeypatch.setenv("TERM", "dumb")
    yield
    speak([])


def said(*line, chinese=True):
    """What a run says, and its exit code."""
    asked = ["--lang", "zh"] if chinese else []
    done = CliRunner().invoke(app, [*line, *asked])
    return done.output, done.exit_code


def english(text):
    """English sentences in what is said."""
    return ENGLISH.findall(CALLED.sub("", text))


def commands():
    """Every command by the words that call it."""
    found = {(): get_command(app)}
    speak([])
    for name in COMMANDS:
        found[name,] = whole_command(name)
        for below, command in getattr(found[name,], "commands", {}).items():
            found[name, below] = command
    return found


TREE = commands()


def test_every_help_has_its_chinese():
    helps = {c.help for c in TREE.values()}
    helps |= {getattr(p, "help", None) for c in TREE.values() for p in c.params}
    plain = {" ".join(h.replace("\\[", "[").split()) for h in helps if h}
    bare = {h for h in plain if re.search("[A-Za-z]{2}", h)}
    assert sorted(h for h in bare if translated(h, Language.CHINESE, HELP) == h) == []


def test_no_chinese_help_is_of_nothing():
    helps = {c.help for c in TREE.values()} | {place.does for place in COMMANDS.values()}
    helps |= {getattr(p, "help", None) for c in TREE.values() for p in c.params}
    plain = {" ".join(h.replace("\\[", "[").split()) for h in helps if h}
    told = {translated(h, Language.CHINESE, HELP) for h in plain}
    idle = [
        row["en"]
        for row in data_table("help.csv")
        if "{names}" not in row["en"] and row["zh"].format(plant="{plant}") not in told
    ]
    assert idle == ["Show this message and exit."], "the parser adds this one"


@pytest.mark.parametrize("path", TREE, ids=" ".join)
def test_help_is_chinese_and_stands_in_its_columns(path):
    text, code = said(*path, "--help")
    assert code == 0
    assert english(text) == []
    assert "用法：" in text
    assert "Usage" not in text
    helps = [TREE[path].help, *(getattr(p, "help", None) for p in TREE[path].params)]
    whole = sum((h or "").count("…") for h in helps)
    assert text.count("…") == whole, "what is cut ends in one"
    lines = [line for line in text.splitlines() if line.startswith(("│", "╭", "╰"))]
    assert lines
    assert {cell_len(line) for line in lines} == {WIDTH}


@pytest.mark.parametrize("path", TREE, ids=" ".join)
def test_english_help_stays_english(path):
    text, code = said(*path, "--help", chinese=False)
    assert code == 0
    assert "Usage:" in text
    assert not re.search("[：；。]", text)


WRONG = {
    "evalute": "没有命令 'evalute'。是否为 'evaluate'？",
    "points --lang zh": "缺少命令。",
    "evaluate": "缺少参数 'plant'。",
    "report x": "缺少选项 '--output' / '-o'。",
    "evaluate nowhere": "nowhere 不是文件夹",
    "evaluate . --perid 2024": "没有选项：--perid（相近的选项：--period）",
    "evaluate . --period 20x4": "统计期 '20x4'：应为",
    "evaluate . --period": "选项 '--period' 须带取值。",
    "evaluate . --json=3": "选项 '--json' 不带取值。",
    "check a b": "多余的参数（b）",
    "check . --lang fr": "'fr' 不是 'en', 'zh' 之一。",
    "store check nowhere": "路径 'nowhere' 不存在。",
    "standards edit nowhere": "文件 'nowhere' 不存在。",
    "design size . --years x": "应为整数",
    "design size . --deepest x": "应为数值",
    "survey trt x --length 0 --diameter 0.1": "应大于或等于 1",
    "survey trt x --length 9 --diameter 3": "应小于或等于 2",
    "init . --use farm --source well_group": "farm：应为 office",
    "init . --latitude 3": "--latitude 与 --longitude 须同时给出",
    "play . --broker here": "应为 主机:端口",
    "serve broken.toml": "broken.toml：取值有误（第 1 行，即最后一行）",
    "serve wrong.toml": "web.port：现为 'a'；应为 0 至 65535 之间的整数",
    "virtual x --cause a:b": "成因 'a:b'：未知类型 'a'",
    "points suggest wrong.toml -o x.csv": "没有 point 列",
    "alarms check wrong.toml": "alarm（名称）、plant（所属能源站）",
    "fleet .": "其中没有含 plant.toml 的文件夹",
}
"""Calls that cannot succeed, and what is said."""


@pytest.mark.parametrize("line", WRONG)
def test_what_is_refused_is_refused_in_chinese(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    (tmp_path / "broken.toml").write_text("a = [", encoding="utf-8")
    (tmp_path / "wrong.toml").write_text('[web]\nport = "a"\nhots = 1\n', encoding="utf-8")
    text, code = said(*line.split(), chinese=False)
    assert code in {1, 2}
    flat = re.sub(r"[\s│]+", "", text)
    assert re.sub(r"\s", "", WRONG[line]) in flat
    assert english(text) == []


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "zh", "LC_ALL": "", "LC_MESSAGES": "de_DE"}, "en"),
    ],
)
def test_the_locale_names_the_language(locale, language):
    assert of_locale(locale) == language
    assert of_arguments(["check", "x"], locale) == language


def test_the_option_wins_wherever_it_stands():
    chinese = {"LANG": "zh_CN.UTF-8"}
    assert of_arguments(["--lang", "en", "check", "x"], chinese) == "en"
    assert of_arguments(["check", "x", "--lang=zh"], {}) == "zh"
    assert of_arguments(["check", "--lang"], chinese) == "zh"
    assert of_arguments(["check", "--lang", "fr"], chinese) == "zh"


def test_a_command_follows_the_locale_and_keeps_its_keys(monkeypatch):
    answers = {}
    for language, locale in (("en", "C"), ("zh", "zh_CN.UTF-8")):
        monkeypatch.setenv("LANG", locale)
        text, _ = said("check", str(DEMO), "--json", chinese=False)
        answers[language] = json.loads(text)
    assert answers["en"].keys() == answers["zh"].keys()
    sentences = [[v["sentence"] for v in one["verdicts"]] for one in answers.values()]
    assert all(re.search("[\u4e00-\u9fff]", text) for text in sentences[1])
    assert not any(re.search("[\u4e00-\u9fff]", text) for text in sentences[0])


@pytest.mark.parametrize("line", ["", "standards", "store check"])
def test_every_command_takes_the_option(line):
    text, code = said(*line.split(), "--lang", "zh", "--help", chinese=False)
    assert (code, "语言：zh 或 en。" in text) == (0, True)


def test_catalogues_are_not_read_for_english():
    script = (
        "import sys\nfrom loopkeeper.cli.main import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\n"
        "print('READ' if 'loopkeeper.plant.sentences' in sys.modules else 'LEFT')"
    )
    clean = {k: v for k, v in os.environ.items() if k not in {"LC_ALL", "LC_MESSAGES"}}
    for locale, word in (("C", "LEFT"), ("zh_CN.UTF-8", "READ")):
        done = waiting.run(
            [sys.executable, "-c", script],
            env={**clean, "LANG": locale},
            seconds=60,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split()[-1] == word


@given(st.text("ab 我们。，（）：[]…°1-\n", max_size=60))
def test_pieces_of_a_line_are_the_line(text):
    assert "".join(pieces(text)) == text


@given(st.text("热泵机组，。（）a b1", max_size=80), st.integers(4, 30))
def test_a_flowing_text_keeps_its_characters_and_its_width(text, width):
    console = Console(width=width)
    lines = Flowing.of(Text(text)).wrap(console, width)
    assert "".join("".join(line.plain for line in lines).split()) == "".join(text.split())
    assert all(cell_len(line.plain) <= width for line in lines)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (("nowhere",), "'plant': nowhere is not a folder"),
        ((str(DEMO), "--lang", "fr"), "'--lang' / '-l': 'fr' is not one of"),
        ((str(DEMO), "--period", "x"), "No such option"),
    ],
)
def test_a_wrong_value_is_named_in_one_way(asked, named):
    done = CliRunner().invoke(app, ["check", *asked])
    text = " ".join(done.output.replace("│", " ").split())
    assert done.exit_code == 2
    assert "Value error" not in text
    assert named in text
