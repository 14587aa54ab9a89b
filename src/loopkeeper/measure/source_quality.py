"""
What a reading's source says of it, and who may use such a reading: decided here, once.

Sums, means and key figures use good readings only, as OPC UA treats uncertain ones when it
aggregates (Part 13, ``TreatUncertainAsBad``, true by default): a stale, substituted or
hand-set value is no measurement. Alarms look at doubtful readings too: a warning that is missed
costs more than one too many. Nothing is lost: every reading is kept, pushed and exported with
the quality it came with.
"""

from enum import IntEnum
from math import isfinite

import polars as pl

UNCERTAIN_FROM, UNCERTAIN_TO, GOOD_FROM, GOOD_TO = 64, 128, 192, 256
"""Codes of a quality byte, ends left out (OPC Data Access 3.0)."""


class SourceQuality(IntEnum):
    """A reading's quality as its source states it."""

    GOOD = 0
    UNCERTAIN = 1
    BAD = 2


_WORDS = {
    SourceQuality.GOOD: ("good", "ok", "valid", "normal", "fine", "好", "良好", "正常", "有效"),
    SourceQuality.UNCERTAIN: (
        "uncertain", "doubtful", "questionable", "suspect", "estimated", "substituted", "stale",
        "old", "overridden", "可疑", "存疑", "不确定", "估算", "替代",
    ),
    SourceQuality.BAD: (
        "bad", "invalid", "fault", "down", "disabled", "offline", "null", "error",
        "坏", "坏值", "差", "质量差", "无效", "故障", "离线", "异常", "不正常",
    ),
}  # fmt: skip
_BY_WORD = {word: quality for quality, words in _WORDS.items() for word in words}
STALE = 500
"""Sparkplug's code for a value whose device is gone."""


def counts() -> pl.Expr:
    """Return which readings are measurements: sums, means and key figures use no others."""
    return pl.col("quality") == SourceQuality.GOOD


def warns() -> pl.Expr:
    """Return which readings alarms look at."""
    return pl.col("quality") < SourceQuality.BAD


def in_words() -> pl.Expr:
    """Return qualities as words, which a file cannot be misread in."""
    names = {int(one): one.name.lower() for one in SourceQuality}
    return pl.col("quality").replace_strict(names, return_dtype=pl.String)


def by_opc(code: int) -> SourceQuality:
    """
    Return the quality that OPC's byte states, Sparkplug's code, or a status code of OPC UA.

    Parameters
    ----------
    code : int
        192 to 255 good, 64 to 127 uncertain, 500 stale; of 32 bits the two highest tell (01
        uncertain). Anything else is bad.
    """
    if code == STALE or UNCERTAIN_FROM <= code < UNCERTAIN_TO or code >> 30 == 1:
        return SourceQuality.UNCERTAIN
    return SourceQuality.GOOD if GOOD_FROM <= code < GOOD_TO else SourceQuality.BAD


def by_word(text: str) -> SourceQuality | None:
    """Return the quality a text states: a word, or several such as ``BadSensorFailure``."""
    word = text.strip().lower()
    known = _BY_WORD.get(word)
    if known is not None:
        return known
    found = [q for q, w in _WORDS.items() if word.startswith(w[0])]
    found += [q for w, q in _BY_WORD.items() if len(w) > 1 and not w.isascii() and w in word]
    return max(found, default=None)


def stated(raw: object) -> SourceQuality | None:
    """
    Return the quality that a source states in its own way, None where it cannot be understood.

    Parameters
    ----------
    raw : object
        A word; our own 0 to 2 or a code as :func:`by_opc` knows them, also as text; whether it is
        good; nothing, which is good.
    """
    if raw is None:
        return SourceQuality.GOOD
    if isinstance(raw, bool):
        return SourceQuality.GOOD if raw else SourceQuality.BAD
    if isinstance(raw, int | float):
        return _by_code(int(raw)) if isfinite(raw) else SourceQuality.BAD
    word = str(raw).strip().lstrip("+")
    return _by_code(int(word)) if word.isdecimal() else by_word(word)


def _by_code(code: int) -> SourceQuality:
    return SourceQuality(code) if code in set(SourceQuality) else by_opc(code)
