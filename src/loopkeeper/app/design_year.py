"""The design year of a dossier, and what there is to say of it before anything rests on it."""

from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.design.load_checks import unlikely_loads
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.series import LoadYear
from loopkeeper.plant.verdict import GRAVE, Verdict

_LATER = frozenset({"ledger.csv", "commissioning.csv", "points.csv", "events.csv", "weather.csv"})
"""Parts of a dossier that nothing in a design rests on: they come with building and operation."""


def of_design(dossier: Dossier) -> tuple[Verdict, ...]:
    """Return what reading a dossier had to say, but for parts that come after its design."""
    return tuple(
        v
        for v in dossier.verdicts
        if v.code != "dossier.part.missing" or v.figures["part"] not in _LATER
    )


def design_year(dossier: Dossier) -> LoadYear:
    """Return the design year of a dossier; InsufficientDataError when it has none."""
    if dossier.design_loads is None:
        raise InsufficientDataError(
            "the design cannot be checked", ["design/loads.csv holds no hourly design year"]
        )
    return dossier.design_loads


def told(dossier: Dossier) -> tuple[Verdict, ...]:
    """Return what reading a dossier had to say, and what is unlikely about its design loads."""
    design = dossier.design_loads
    unlikely = () if design is None else unlikely_loads(dossier.plant, design)
    return (*unlikely, *of_design(dossier))


def likely_loads(dossier: Dossier) -> tuple[LoadYear, tuple[Verdict, ...]]:
    """
    Return the design year where something may rest on it, and cautions about it.

    InsufficientDataError when there is none, or its loads cannot be what they say; the reasons are
    named.
    """
    design = design_year(dossier)
    said = unlikely_loads(dossier.plant, design)
    grave = [v.sentence() for v in said if v.severity in GRAVE]
    if grave:
        raise InsufficientDataError("nothing is sized for these design loads", grave)
    return design, said
