"""A kind of source has its answer wherever kinds are told apart by a table."""

import pytest

from loopkeeper.adapters.files.design.first_dossier import _SOURCES as BEGINNINGS
from loopkeeper.adapters.files.dossier.source_section import _NEEDED
from loopkeeper.app.grading import _SOURCES as GRADED
from loopkeeper.lifecycle.design.selection import _SOURCE as SOLD
from loopkeeper.lifecycle.diagnose.evidence import _TESTS
from loopkeeper.plant.machine_maps import RATED_INLET
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.words import Language, word


@pytest.mark.parametrize("table", [BEGINNINGS, _NEEDED, GRADED, SOLD, _TESTS, RATED_INLET])
def test_every_kind_has_its_row(table):
    assert set(table) == set(SourceKind)


@pytest.mark.parametrize("kind", SourceKind)
def test_every_kind_has_its_words(kind):
    names = {word(f"source_kind.{kind}", language) for language in Language}
    assert len(names) == len(Language)
