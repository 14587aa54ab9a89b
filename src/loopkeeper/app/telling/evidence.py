"""By what the meaning of a point was told, in the reader's language."""

from typing import Final

from loopkeeper.lifecycle.monitor.point_mapping import Suggestion
from loopkeeper.plant.sentences import translated
from loopkeeper.plant.words import Language, name_of, word

EVIDENCE: Final = ("point_evidence.csv",)
"""Catalogue of what names, classes and markers say."""


def evidence(one: Suggestion, language: Language) -> str:
    """Return what told a point's meaning: the reason of a suggestion, and its place."""
    if language is Language.ENGLISH:
        return one.reason
    told = one.reason.removesuffix(one.of).removesuffix(", ")
    whole = translated(told, language, EVIDENCE)
    if whole == told:  # words of a name, one by one
        whole = " ".join(translated(token, language, EVIDENCE) for token in told.split())
    parts = (whole, name_of("place", one.of, language))
    return word("mark.between", language).join(part for part in parts if part)
