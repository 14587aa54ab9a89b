"""Analyses of groundwater, from files to class, charges and scaling by place."""

from dataclasses import dataclass
from pathlib import Path

from loopkeeper.app.answers.forms.survey import WaterForm
from loopkeeper.app.answers.survey import water_json
from loopkeeper.app.outside import FieldTests, Outside
from loopkeeper.lifecycle.survey.hydrochemistry import Baseline, Sample, baseline
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language

__all__ = ["Analysed", "Baseline", "analysed", "keep_water"]


@dataclass(frozen=True)
class Analysed:
    """Baselines of places by an edition of the standard, and what reading had to say."""

    files: tuple[Path, ...]
    edition: str
    places: tuple[Baseline, ...]
    verdicts: tuple[Verdict, ...]

    def as_json(self, language: Language) -> WaterForm:
        """Return it as plain data."""
        return water_json(self.files, self.places, self.verdicts, self.edition, language)


def analysed(
    logs: FieldTests, files: tuple[Path, ...], *, edition: str, temperature: float
) -> Analysed:
    """
    Judge analyses of groundwater.

    Parameters
    ----------
    logs : FieldTests
        Who reads analyses.
    files : tuple of Path
        One result or one sample a row.
    edition : str
        Of GB/T 14848: 2017 or 1993.
    temperature : float
        Of the warmest surface that the water meets, for scaling. [°C]

    Returns
    -------
    Analysed
    """
    places: dict[str, list[Sample]] = {}
    said: list[Verdict] = []
    for file in files:
        samples, verdicts = logs.read_samples(file, edition)
        said += verdicts
        for sample in samples:
            places.setdefault(sample.place, []).append(sample)
    found = [baseline(own, edition=edition, temperature=temperature) for own in places.values()]
    return Analysed(files, edition, tuple(found), tuple(said))


def keep_water(outside: Outside, folder: Path, found: Analysed, language: Language) -> None:
    """Keep analyses in a dossier, beside their file."""
    answer = found.as_json(language)
    outside.dossiers.keep_result(folder, found.files[0], "water_quality", answer)
