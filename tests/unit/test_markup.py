"""Names out of a plant's files are text in every report, never markup or code."""

import io
from collections import Counter
from html.parser import HTMLParser

import plotly.graph_objects as go
import pytest
from docx import Document as WordFile

from loopkeeper.adapters.report import charts, plots
from loopkeeper.adapters.report.document import (
    Bullets,
    Document,
    Heading,
    Table,
    Text,
    Tile,
    Tiles,
)
from loopkeeper.adapters.report.printing import printed
from loopkeeper.adapters.report.render import page

NASTY = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"'><svg onload=alert(1)>",
    "--><script>alert(1)</script>", "]]></style><script>alert(1)</script>", "{{ 7 * 7 }}",
    '#read("/etc/passwd")', "javascript:alert(1)",
]  # fmt: skip


class Seen(HTMLParser):
    """Tags, attributes and text as a browser takes them."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.handlers, self.text = Counter(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data):
        self.text.append(data)


def document(said):
    drawn = plots.score_bars([said, "b"], [50.0, 70.0], said)
    blocks = (
        Heading(said), Text(said, "note"), Tiles((Tile(said, said, said),)),
        Bullets(((said, "caution"),)), Table((said, "x"), ((said, said),)), drawn,
    )  # fmt: skip
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
    def chart(name):
        figure = go.Figure(go.Scatter(x=[1], y=[2], name=name, text=[name]))
        return Seen(charts.as_html(charts.style(figure, 100, title=name), "course")).tags

    assert chart(said) == chart("plain")


def test_every_template_escapes():
    for name in ("report.html", "design.html", "response.html", "pumping.html"):
        made = page(name).environment.from_string("{{ x }}").render(x="<b>")
        assert made == "&lt;b&gt;"


def test_print_and_word_take_code_for_text():
    for said in NASTY:
        assert printed(document(said), ".pdf").startswith(b"%PDF")
        word = WordFile(io.BytesIO(printed(document(said), ".docx")))
        assert said in "\n".join(p.text for p in word.paragraphs)
