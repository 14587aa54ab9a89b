"""Values and qualities as meters, gateways and platforms write them."""

from math import isfinite

from loopkeeper.app.columns import PayloadError
from loopkeeper.measure.source_quality import SourceQuality, stated

THOUSAND = 3
"""Digits behind a comma that may part thousands."""

MISSING = frozenset({
    "", "-", "--", "---", "n/a", "#n/a", "na", "n.a.", "nan", "nil", "null", "none", "undefined",
    "undef", "unavailable", "unknown", "invalid", "error", "err", "fault", "bad", "offline",
    "disconnected", "timeout", "inf", "+inf", "-inf", "infinity", "-infinity", "-nan", "overflow",
    "over range", "under range", "out of range", "no data", "not available", "missing",
    "无", "无数据", "无效", "离线", "故障", "异常", "未知", "缺失", "断线", "超限", "通讯故障",
})  # fmt: skip
"""Words for a value that is not there."""
STATES = {
    **dict.fromkeys(
        (
            "on",
            "true",
            "yes",
            "active",
            "run",
            "running",
            "started",
            "start",
            "open",
            "opened",
            "运行",
            "运行中",
            "开",
            "开启",
            "开机",
            "启动",
            "已启动",
            "是",
            "接通",
            "闭合",
            "合闸",
        ),
        1.0,
    ),
    **dict.fromkeys(
        (
            "off",
            "false",
            "no",
            "inactive",
            "stop",
            "stopped",
            "standby",
            "closed",
            "停止",
            "已停止",
            "停",
            "停机",
            "停运",
            "待机",
            "关",
            "关闭",
            "关机",
            "否",
            "断开",
            "分闸",
        ),
        0.0,
    ),
}
"""Words for the two states of a switch."""


def number(raw: object) -> float | None:
    """
    Return a value: numbers, switches and texts of them; None where the source has none.

    Raises
    ------
    PayloadError
        When it is neither.
    """
    if raw is None:
        return None
    if isinstance(raw, str) and "_" in raw:
        return _of_words(raw, None)
    try:
        value = float(raw)  # type: ignore[arg-type]
    except OverflowError:
        return None
    except (TypeError, ValueError) as error:
        return _of_words(raw, error)
    return value if isfinite(value) else None


def _of_words(raw: object, error: Exception | None) -> float | None:
    if not isinstance(raw, str):
        raise PayloadError(f"value {str(raw)[:40]!r} is no number") from error
    word = raw.strip().lower()
    if word in MISSING:
        return None
    if word in STATES:
        return STATES[word]
    if word.count(",") == 1 and "." not in word and len(word.partition(",")[2]) != THOUSAND:
        return number(word.replace(",", "."))
    raise PayloadError(f"value {raw[:40]!r} is no number") from error


def quality_of(raw: object) -> SourceQuality:
    """
    Return the quality a source states, see :func:`loopkeeper.measure.source_quality.stated`.

    Raises
    ------
    PayloadError
        When nobody knows it.
    """
    known = stated(raw)
    if known is None and str(raw).strip().lower() in MISSING:
        return SourceQuality.BAD
    if known is None:
        raise PayloadError(f"quality {str(raw)[:20]!r}: expected good, uncertain or bad")
    return known
