"""Words of the periodic reports, in English and Chinese, from ``report_words.csv``."""

from functools import cache

from loopkeeper.plant.tables import data_table


@cache
def _words() -> dict[str, tuple[str, str]]:
    return {row["key"]: (row["en"], row["zh"]) for row in data_table("report_words.csv")}


def said(key: str, language: str, **figures: object) -> str:
    """Return a word or sentence in ``en`` or ``zh`` with its figures."""
    return _words()[key][1 if language == "zh" else 0].format(**figures)


def called(key: str, otherwise: str, language: str) -> str:
    """Return a word, or the name as it was given where there is no word for it."""
    return said(key, language) if key in _words() else otherwise
