"""Values and qualities as meters, gateways and platforms write them."""

from math import isfinite

from loopkeeper.adapters.feeds.columns import BAD, GOOD, UNCERTAIN, PayloadError

MISSING = frozenset({
    "", "-", "--", "---", "n/a", "#n/a", "na", "n.a.", "nan", "nil", "null", "none", "undefined",
    "undef", "unavailable", "unknown", "invalid", "error", "err", "fault", "bad", "offline",
    "disconnected", "timeout", "inf", "+inf", "-inf", "infinity", "-infinity", "-nan", "overflow",
    "over range", "under range", "out of range", "no data", "not available", "missing",
    "无", "无数据", "无效", "离线", "故障", "异常", "未知", "缺失", "断线", "超限", "通讯故障",
})  # fmt: skip
"""Words for a value that is not there."""
STATES = {
    **dict.fromkeys((
        "on", "true", "yes", "active", "run", "running", "started", "start", "open", "opened",
        "运行", "运行中", "开", "开启", "开机", "启动", "已启动", "是", "接通", "闭合", "合闸",
    ), 1.0),
    **dict.fromkeys((
        "off", "false", "no", "inactive", "stop", "stopped", "standby", "closed", "停止", "已停止",
        "停", "停机", "停运", "待机", "关", "关闭", "关机", "否", "断开", "分闸",
    ), 0.0),
}  # fmt: skip
"""Words for the two states of a switch."""
_QUALITIES = {
    GOOD: ("good", "ok", "valid", "normal", "fine", "好", "良好", "正常", "有效"),
    UNCERTAIN: (
        "uncertain", "doubtful", "questionable", "suspect", "estimated", "substituted", "stale",
        "old", "可疑", "存疑", "不确定", "估算", "替代",
    ),
    BAD: ("bad", "坏", "差", "质量差"),
}  # fmt: skip
_WORDS = {word: quality for quality, words in _QUALITIES.items() for word in words}


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
    if word.count(",") == 1 and "." not in word and len(word.partition(",")[2]) != 3:
        return number(word.replace(",", "."))
    raise PayloadError(f"value {raw[:40]!r} is no number") from error


def quality_of(raw: object) -> int:
    """
    Return a quality: 0 good, 1 doubtful, 2 bad.

    Parameters
    ----------
    raw : object
        A word of it; our own 0 to 2; an OPC byte such as 192; an OPC UA status code; whether good.

    Raises
    ------
    PayloadError
        When it is none of them.
    """
    if raw is None:
        return GOOD
    if isinstance(raw, bool):
        return GOOD if raw else BAD
    if isinstance(raw, int | float):
        return _of_code(int(raw) if isfinite(raw) else -1)
    word = str(raw).strip().lower()
    if word.lstrip("+").isdigit():
        return _of_code(int(word))
    known = _WORDS.get(word)
    if known is None and word in MISSING:
        return BAD
    if known is None:
        known = next((q for q, w in _QUALITIES.items() if word.startswith(w[0])), None)
    if known is None:
        raise PayloadError(f"quality {str(raw)[:20]!r}: expected good, uncertain or bad")
    return known


def _of_code(code: int) -> int:
    """Our own, Sparkplug's 500 for stale, OPC's byte, or the two highest bits of OPC UA's code."""
    if code in {GOOD, UNCERTAIN, BAD}:
        return code
    if code == 500 or 64 <= code < 128 or code >> 30 == 1:
        return UNCERTAIN
    return GOOD if 192 <= code < 256 else BAD
