"""Weather and use in words: what they act through, and what changed."""

from loopkeeper.app.telling.headlines import MWH
from loopkeeper.lifecycle.diagnose.result import Diagnosis, Pair, WeatherPart
from loopkeeper.plant.words import Language, listed, word

SHOWN = 0.05
"""Parts that a tenth of a megawatt hour does not show are left out. [MWh]"""
_SIZES = {"W": ("kW", 1000.0, ".0f"), "°C": ("°C", 1.0, ".1f"), "-": ("kWh/kWh", 1.0, ".4f")}


def weather_rows(diagnosis: Diagnosis, language: Language) -> list[tuple[str, float, str]]:
    """Return name, energy [MWh] and what changed, of the parts that can be seen."""
    return [
        (word(f"weather.{part.name}", language), part.energy / MWH, _changed(part, language))
        for part in diagnosis.weather_parts
        if abs(part.energy / MWH) >= SHOWN
    ]


def weather_lines(diagnosis: Diagnosis, language: Language) -> list[str]:
    """Return the parts as a list of lines."""
    return [
        name + word("mark.colon", language) + f"{energy:+z.1f} MWh{changed and f' ({changed})'}"
        for name, energy, changed in weather_rows(diagnosis, language)
    ]


def _changed(part: WeatherPart, language: Language) -> str:
    """From the design year to the period, by mode."""
    unit, size, form = _SIZES[part.unit]

    def told(mode: str, pair: Pair) -> str:
        was, found = pair
        if was is None or found is None:
            return ""
        return (
            f"{word(f'mode.{mode}', language)} {was / size:{form}} → {found / size:{form}} {unit}"
        )

    modes = (told("heating", part.heating), told("cooling", part.cooling))
    return listed([text for text in modes if text], language, "mark.comma")
