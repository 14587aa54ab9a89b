"""Points as files and peers name them."""

from loopkeeper.adapters.feeds.discover import discover
from loopkeeper.adapters.files.dossier.suggested_points import write_suggestions
from loopkeeper.adapters.files.points.point_sources import read_points
from loopkeeper.adapters.files.points.tags import brick_text, haystack_text, tags_of

__all__ = [
    "brick_text",
    "discover",
    "haystack_text",
    "read_points",
    "tags_of",
    "write_suggestions",
]
