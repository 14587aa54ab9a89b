"""What pages are made with: colours that can be read, ages in words, tables in pieces."""

import re
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest
from starlette.requests import Request

from loopkeeper.plant.words import Language
from loopkeeper.web.pages.kit import age, assets, listed

SHEET = (resources.files("loopkeeper.web.pages") / "static" / "page.css").read_text()
BLOCKS = re.findall(r":root[^{]*\{([^}]*--ink[^}]*)\}", SHEET)
ON = {
    "ground": ("ink", "soft", "link", "critical", "high", "medium"),
    "paper": ("ink", "soft", "link", "critical", "high", "medium"),
    "bar": ("bar-ink", "bar-soft"),
    "tint": ("ink",),
    "note": ("ink", "link"),
    "link": ("paper",),
}
"""What is written on what."""
READABLE, VISIBLE = 4.5, 3.0
"""Contrast of words and of edges by WCAG 2.2 AA. [-]"""


def light(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    digits = colour.lstrip("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_is_that_of_the_standard():
    assert contrast("#fff", "#000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # known to just fail


@pytest.mark.parametrize("block", range(3))
def test_what_is_written_can_be_read(block):
    colours = dict(re.findall(r"--([\w-]+): (#\w+)", BLOCKS[block]))
    for ground, inks in ON.items():
        for ink in inks:
            assert contrast(colours[ink], colours[ground]) >= READABLE, (ink, ground)
    assert contrast(colours["edge"], colours["paper"]) >= VISIBLE


def test_dark_is_one_theme_however_it_is_chosen():
    assert len(BLOCKS) == 3
    assert BLOCKS[1].split() == BLOCKS[2].split()


def test_files_stay_small():
    assert len(assets()["page.css"].content) < 9000
    sizes = {name: len(one.content) for name, one in assets().items()}
    own = {name: sizes.pop(name) for name in ("trend.js", "trend.css", "desk.css", "plant.css")}
    assert sum(sizes.values()) < 14_000  # what every page asks for
    assert own.pop("trend.js") < 22_000  # each on pages of its own
    assert max(own.values()) < 4_000


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (-5, "just now", "刚刚"),
        (59, "just now", "刚刚"),
        (61, "1 min ago", "1 分钟前"),
        (7199, "119 min ago", "119 分钟前"),
        (7201, "2 h ago", "2 小时前"),
        (86400 * 2 + 1, "2 days ago", "2 天前"),
    ],
)
def test_an_age_in_words(seconds, english, chinese):
    moment = datetime.now(UTC) - timedelta(seconds=seconds)
    assert (age(moment, Language.ENGLISH), age(moment, Language.CHINESE)) == (english, chinese)


def asked(query, rows):
    request = Request({"type": "http", "query_string": query.encode(), "headers": []})
    return listed(request, rows, {"n": lambda row: row}, str)


@pytest.mark.parametrize(
    ("query", "first", "count", "total"),
    [
        ("", 5, 50, 120),
        ("sort=n", 0, 50, 120),
        ("sort=-n", 119, 50, 120),
        ("sort=n&page=3", 100, 20, 120),
        ("sort=n&page=9", 100, 20, 120),
        ("sort=n&q=11", 11, 11, 11),
        ("sort=other", 5, 50, 120),
    ],
)
def test_a_table_comes_sorted_found_and_in_pages(query, first, count, total):
    rows = [(n + 5) % 120 for n in range(120)]
    found = asked(query, rows)
    assert (found.rows[0], len(found.rows), found.total) == (first, count, total)


def test_a_head_says_how_it_is_sorted_and_what_a_press_does():
    up, down = asked("sort=n", [1]), asked("sort=-n", [1])
    assert (up.order("n"), up.next_order("n"), up.order("m")) == ("ascending", "-n", "none")
    assert (down.order("n"), down.next_order("n")) == ("descending", "n")
