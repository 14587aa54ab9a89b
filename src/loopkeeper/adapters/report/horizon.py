"""The water of a design over its years as a picture."""

import numpy as np

from loopkeeper.adapters.report import plots
from loopkeeper.adapters.report.document import Picture
from loopkeeper.lifecycle.design.horizon import Horizon
from loopkeeper.plant.words import Language, word


def course_picture(run: Horizon, language: Language) -> Picture:
    """Return coldest, mean and warmest water to the machines, year by year. [°C]"""
    drawn = [
        plots.Line(_plain(key, language), values, colour)
        for key, values, colour in (
            ("sizes.coldest", run.coldest, plots.BLUE),
            ("sizes.mean", run.mean, plots.GREY),
            ("sizes.warmest", run.warmest, plots.RED),
        )
    ]
    years = np.arange(1.0, run.years + 1)
    return plots.lines(years, drawn, "°C", word("report.year", language), height=2.8)


def _plain(key: str, language: Language) -> str:
    """A head of a column without its unit."""
    return word(key, language).partition("°C")[0].strip(" ,，")
