"""Large sums in the unit that the trade counts in."""

from loopkeeper.plant.words import Language

_UNIT = {Language.ENGLISH: 1e6, Language.CHINESE: 1e4}
_DIGITS = {Language.ENGLISH: 2, Language.CHINESE: 1}


def large_sum(value: float, language: Language) -> float:
    """Return a sum in millions, in Chinese in 万元. [CNY]"""
    return value / _UNIT[language]


def sum_text(value: float, language: Language) -> str:
    """Return a sum as text in that unit. [CNY]"""
    return f"{large_sum(value, language):,.{_DIGITS[language]}f}"
