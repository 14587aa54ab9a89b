"""A small site under construction, and what ``loopkeeper build`` answers about it."""

import json

from typer.testing import CliRunner

from loopkeeper.cli.main import app

SITE = """
format = "dossier/1"
[site]
id = "p"
name = "P"
timezone = "Asia/Shanghai"
"""


def holes(count, columns):
    """Return the dossier of a field of so many holes, 120 m each, 5 m apart, two rows at most."""
    return f"""{SITE}[source]
kind = "borehole_field"
[source.borehole_field]
count = {count}
length_m = 120.0
diameter_m = 0.15
columns = {columns}
rows = {count // columns}
spacing_m = 5.0
"""


def built(*words, code=0):
    """Ask a command of construction; its answer."""
    done = CliRunner().invoke(app, ["build", *map(str, words), "--json"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)
