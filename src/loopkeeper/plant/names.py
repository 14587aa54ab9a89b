"""Names of figures, places, modes, flags and events in both languages."""

from functools import cache

from loopkeeper.plant.tables import data_table


@cache
def _names() -> dict[str, tuple[str, str]]:
    return {row["key"]: (row["en"], row["zh"]) for row in data_table("names.csv")}


def named(key: str, language: str) -> str:
    """Return a name in ``en`` or ``zh``; a symbol such as ``H1`` stands as it is."""
    return _names().get(key, (key, key))[1 if language == "zh" else 0]
