"""Names out of a plant's files are text in every report, never markup or code."""

import io
import json
from collections import Counter
from html.parser import HTMLParser
from importlib import resources

import numpy as np
import pytest
from docx import Document as WordFile

from loopkeeper.adapters.report import plots
from loopkeeper.adapters.report.document import (
    Bullets,
    Document,
    Heading,
    Table,
    Text,
    Tile,
    Tiles,
)
from loopkeeper.adapters.report.printing import page_environment, printed

NASTY = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"'><svg onload=alert(1)>",
    "--><script>alert(1)</script>", "]]></style><script>alert(1)</script>", "{{ 7 * 7 }}",
    '#read("/etc/passwd")', "javascript:alert(1)",
]  # fmt: skip


class Seen(HTMLParser):
    """Tags, attributes and text as a browser takes them."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.handlers, self.text, self.readouts = Counter(), [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.readouts += [value for name, value in attrs if name == "data-readouts"]

    def handle_data(self, data):
        self.text.append(data)


def document(said):
    drawn = plots.score_bars([said, "b"], [50.0, 70.0], said)
    blocks = (
        Heading(said),
        Text(said, "note"),
        Tiles((Tile(said, said, said),)),
        Bullets(((said, "caution"),)),
        Table((said, "x"), ((said, said),)),
        drawn,
    )
    return Document(said, said, "en", blocks, said)


@pytest.mark.parametrize("said", NASTY)
def test_a_page_shows_names_and_has_no_tag_more(said):
    plain = Seen(printed(document("plain"), ".html").decode())
    seen = Seen(printed(document(said), ".html").decode())
    assert seen.tags == plain.tags
    assert seen.handlers == plain.handlers
    assert said in "".join(seen.text)


@pytest.mark.parametrize("said", NASTY)
def test_a_chart_leaves_its_script_where_it_is(said):
    def page(name):
        drawn = plots.bars([name, "b"], [plots.Line(name, np.ones(2))], name, name)
        return Seen(printed(Document("", "", "en", (drawn,), ""), ".html").decode())

    plain, seen = page("plain"), page(said)
    assert seen.tags == plain.tags
    assert seen.handlers == plain.handlers
    told = json.loads(seen.readouts[0])  # what the page's own script makes text of
    assert told[0]["labels"][0] == said
    assert told[0]["series"][0][0] == said


def test_every_template_escapes():
    own = resources.files("loopkeeper.adapters.report") / "templates"
    pages = [f.name for f in own.iterdir() if f.name.endswith(".html")]
    assert pages
    environment = page_environment(None)
    for name in pages:
        assert (
            environment.get_template(name).environment.from_string("{{ x }}").render(x="<b>")
            == "&lt;b&gt;"
        )


def test_print_and_word_take_code_for_text():
    for said in NASTY:
        assert printed(document(said), ".pdf").startswith(b"%PDF")
        word = WordFile(io.BytesIO(printed(document(said), ".docx")))
        assert said in "\n".join(p.text for p in word.paragraphs)
