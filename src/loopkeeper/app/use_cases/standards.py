"""What of standards is shown and graded: the values that a door lays out."""

from loopkeeper.lifecycle.evaluate.packs import Figure, Graded, Index, Pack

__all__ = ["Figure", "Graded", "Index", "Pack"]
