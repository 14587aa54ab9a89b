"""Words of the periodic reports, in English and Chinese, from ``report_words.csv``."""

from functools import cache

from loopkeeper.plant.tables import data_table


@cache
def _words() -> dict[str, tuple[str, str]]:
    return {row["key"]: (row["en"], row["zh"]) for row in data_table("report_words.csv")}


def said(key: str, language: str, **figures: object) -> str:
    """Return a word or sentence in ``en`` or ``zh`` with its figures."""
    return _words()[key][1 if language == "zh" else 0].format(**figures)
