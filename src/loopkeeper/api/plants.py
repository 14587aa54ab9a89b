"""Verbs of a plant in its folder: read, checked, simulated, evaluated, diagnosed, printed."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from loopkeeper import __version__
from loopkeeper.app.designing import Sized
from loopkeeper.app.paper import Plot, PrintOrder
from loopkeeper.app.reviewing import Review
from loopkeeper.app.surveying import on_measured_ground
from loopkeeper.app.use_cases import designs, explaining, opening, reviews
from loopkeeper.app.use_cases.explaining import Evaluated, Explained
from loopkeeper.app.use_cases.simulating import Horizon, simulated
from loopkeeper.bootstrap.outside import outside
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.periods import named_period
from loopkeeper.measure.series import Period
from loopkeeper.plant.site import Site
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language

Folder = str | Path


def demo() -> Path:
    """
    Return the folder of the plant that comes with the program.

    Returns
    -------
    Path
        A dossier of an office on a borehole field with three causes of a shortfall.

    Examples
    --------
    >>> import loopkeeper as lk
    >>> (lk.demo() / "plant.toml").is_file()
    True
    """
    return Path(str(resources.files("loopkeeper.adapters") / "demo" / "office"))


def read(folder: Folder) -> Dossier:
    """
    Read a dossier.

    Parameters
    ----------
    folder : str or Path
        Holds ``plant.toml``.

    Returns
    -------
    Dossier
        The plant, its design year, field tests, weather, and what reading had to say.

    Raises
    ------
    DossierError
        When it cannot be read; names every reason, not only the first.

    Examples
    --------
    >>> import loopkeeper as lk
    >>> office = lk.read(lk.demo())
    >>> office.plant.source.kind
    <SourceKind.BOREHOLE_FIELD: 'borehole_field'>
    >>> office.plant.source.field.count
    90
    """
    return outside.dossiers.read_dossier(Path(folder))


def check(folder: Folder) -> tuple[Verdict, ...]:
    """
    Return everything that is wrong with or missing from a dossier and its telemetry.

    Parameters
    ----------
    folder : str or Path
        The dossier; bad content never raises.

    Returns
    -------
    tuple of Verdict
        Problems and cautions, each with a code, figures and a sentence in English and Chinese.

    Examples
    --------
    >>> import loopkeeper as lk
    >>> from loopkeeper.plant.verdict import GRAVE
    >>> [v for v in lk.check(lk.demo()) if v.severity in GRAVE]
    []
    """
    return opening.inspect(outside.dossiers, Path(folder))


def simulate(plant: Folder | Dossier, *, years: int = 50) -> Horizon:
    """
    Run a design for decades with ground, machines and controls coupled, hour by hour.

    Parameters
    ----------
    plant : str, Path or Dossier
        With a design year; stands on the ground that its field tests found.
    years : int
        [year]

    Returns
    -------
    Horizon
        By year: coldest, mean and warmest water to the machines [°C], heat drawn and put in [J],
        electricity [J], unmet share [-].

    Raises
    ------
    InsufficientDataError
        When there is no design year.

    Examples
    --------
    >>> import loopkeeper as lk
    >>> years = lk.simulate(lk.demo(), years=50)
    >>> years.years
    50
    >>> bool(years.coldest[-1] < years.coldest[0])  # more heat is drawn than comes back
    True
    """
    return simulated(_dossier(plant), years)


def size(plant: Folder | Dossier, *, years: int = 25, deepest: float = 200.0) -> Sized:
    """
    Return the shortest borehole field that keeps its limits, and how surely.

    Parameters
    ----------
    plant : str, Path or Dossier
        With a borehole field, machines and a design year.
    years : int
        The design must last. [year]
    deepest : float
        Deepest hole allowed. [m]

    Returns
    -------
    Sized
        ``found.size.length`` of each hole [m]; ``reliability`` by length; ``verdicts``.

    Examples
    --------
    >>> import loopkeeper as lk
    >>> answer = lk.size(lk.demo())
    >>> 50 < answer.found.size.length < 200
    True
    """
    dossier = on_measured_ground(_dossier(plant))
    return designs.sized(dossier, low=None, high=None, years=years, deepest=deepest)


def evaluate(folder: Folder, period: str | None = None) -> Evaluated:
    """
    Compare promised, expected and measured performance at the same delivered heat.

    Parameters
    ----------
    folder : str or Path
        The dossier.
    period : str, optional
        ``2024``, ``2024-03``, ``2024Q1``, ``heating-2023`` or ``A/B``; the last full year of data.

    Returns
    -------
    Evaluated
        ``answer`` is the evaluation, or the DataError that says why there is none.

    Examples
    --------
    >>> import loopkeeper as lk
    >>> found = lk.evaluate(lk.demo())
    >>> found.answer.measured.electricity.value > found.answer.promised.electricity.value
    True
    """
    return explaining.evaluated(outside.dossiers, Path(folder), _named(period))


def diagnose(folder: Folder, period: str | None = None) -> Explained:
    """
    Explain the shortfall by cause, with uncertainty and evidence.

    Parameters
    ----------
    folder : str or Path
        The dossier.
    period : str, optional
        As for :func:`evaluate`.

    Returns
    -------
    Explained
        ``diagnosis`` with its deviations [J], what is unexplained, and cautions.

    Examples
    --------
    >>> import loopkeeper as lk
    >>> found = lk.diagnose(lk.demo())
    >>> sum(one.share for one in found.diagnosis.deviations) > 0.5
    True
    """
    return explaining.explained(outside.dossiers, Path(folder), _named(period))


def review(folder: Folder, kind: str = "annual", period: str | None = None) -> Review:
    """
    Review a month, a quarter or season, or a year.

    Parameters
    ----------
    folder : str or Path
        The dossier.
    kind : str
        ``monthly``, ``quarterly`` or ``annual``.
    period : str, optional
        The last complete one.

    Returns
    -------
    Review
        Key figures with coverage and clause, grades, money, carbon, water, trends.

    Examples
    --------
    >>> import loopkeeper as lk
    >>> month = lk.review(lk.demo(), "monthly")
    >>> month.value("delivered_energy", "system", "heating") is None
    True
    """
    shelf = reviews.library(outside, Path(folder))
    return shelf.review(kind, period, reviews.review_basis(outside))


def report(found: Explained, path: Folder, *, language: str = "en") -> Path:
    """
    Write the report of a diagnosis.

    Parameters
    ----------
    found : Explained
        As :func:`diagnose` gives it.
    path : str or Path
        ``.html``, ``.pdf`` or ``.docx``.
    language : str
        ``en`` or ``zh``.

    Returns
    -------
    Path
        The file.

    Examples
    --------
    >>> import loopkeeper as lk, tempfile
    >>> found = lk.diagnose(lk.demo())
    >>> file = lk.report(found, tempfile.mkdtemp() + "/report.html", language="zh")
    >>> "<html" in file.read_text(encoding="utf-8")
    True
    """
    target = Path(path)
    order = PrintOrder(
        suffix=target.suffix,
        language=Language(language),
        code_version=__version__,
        made_at=datetime.now(UTC),
    )
    target.write_bytes(explaining.printed_diagnosis(outside, found, order))
    return target


def plot(found: Explained | Horizon, *, language: str = "en") -> Plot:
    """
    Draw a diagnosis as a waterfall, or the water of a design over its years.

    Parameters
    ----------
    found : Explained or Horizon
        As :func:`diagnose` or :func:`simulate` gives it.
    language : str
        ``en`` or ``zh``.

    Returns
    -------
    Plot
        SVG and PNG; a notebook shows it by itself, ``save`` writes it.

    Examples
    --------
    >>> import loopkeeper as lk
    >>> lk.plot(lk.simulate(lk.demo(), years=10)).svg[:5]
    '<svg '
    """
    if isinstance(found, Explained):
        return outside.printer.waterfall(found.diagnosis, Language(language))
    return outside.printer.course(found, Language(language))


def _dossier(plant: Folder | Dossier) -> Dossier:
    return plant if isinstance(plant, Dossier) else read(plant)


def _named(period: str | None) -> Callable[[Site], Period | None]:
    return lambda site: None if period is None else named_period(period, site)
