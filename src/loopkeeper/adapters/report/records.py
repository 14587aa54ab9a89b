"""Survey and commissioning as documents: what was measured and tried, and what not."""

from collections.abc import Iterator, Sequence

from loopkeeper.adapters.report.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Table,
    Text,
)
from loopkeeper.adapters.report.trials import trial_table
from loopkeeper.app.telling.places import place_name
from loopkeeper.app.telling.wording import figure
from loopkeeper.lifecycle.commission.status import TrialState, TrialStatus
from loopkeeper.measure.case import Surveyed
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import Trial
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language, name_of, word


def survey_document(
    dossier: Dossier, surveyed: Surveyed, verdicts: Sequence[Verdict], end: tuple[Language, str]
) -> Document:
    """
    Return what the survey measured, beside what the design assumed.

    ``surveyed`` is what the response tests of the dossier give; ``end`` language and last line.
    """
    plant, language = dossier.plant, end[0]
    rows = [
        (
            name_of("test", f.kind, language),
            f.file,
            name_of("property", name, language),
            figure(v.value),
            f"{figure(v.low)} … {figure(v.high)}",
        )
        for f in dossier.findings
        for name, v in f.values.items()
    ]
    rows += _interpreted(surveyed, language)
    head = tuple(
        word(k, language)
        for k in (
            "report.test",
            "report.found_in",
            "report.figure",
            "report.value",
            "report.interval",
        )
    )
    declared = [
        (name_of("test", t.kind, language), t.file, str(t.taken_on or "–"), t.hole)
        for t in plant.tests
    ]
    columns = tuple(
        word(k, language) for k in ("report.test", "report.file", "report.taken_on", "report.hole")
    )
    found: Block = Text(word("report.tests_none", language), "caution")
    if rows:
        found = Table(head, tuple(rows), (3, 4))
    blocks: list[Block] = [
        *_assumed(plant, language),
        Heading(word("report.tests_declared", language)),
        Table(columns, tuple(declared)),
        Heading(word("report.tests_evaluated", language)),
        found,
        *_said(verdicts, language),
    ]
    return _document(plant, "survey_report", blocks, end)


def _interpreted(surveyed: Surveyed, language: Language) -> list[tuple[str, str, str, str, str]]:
    """What the response tests of the dossier give together."""
    test, holes = word("test.thermal_response", language), word("report.holes", language)
    told = (
        ("conductivity", surveyed.conductivity, "W/(m·K)"),
        ("undisturbed_temperature", surveyed.undisturbed_temperature, "°C"),
    )
    return [
        (
            test,
            f"{surveyed.holes} {holes}",
            word(f"property.{name}", language),
            figure(found.value, unit),
            f"{figure(found.low)} … {figure(found.high)}",
        )
        for name, found, unit in told
        if found is not None
    ]


def _assumed(plant: Plant, language: Language) -> Iterator[Block]:
    ground = plant.source.ground
    if ground is None:
        return
    rows = (
        (word("property.conductivity", language), f"{ground.conductivity:.2f} W/(m·K)"),
        (
            word("property.undisturbed_temperature", language),
            f"{ground.undisturbed_temperature:.1f} °C",
        ),
        (
            word("property.heat_capacity", language),
            f"{ground.heat_capacity / 1e6:.2f} MJ/(m³·K)",
        ),
        (word("report.basis", language), word(f"basis.{ground.basis}", language)),
    )
    yield Heading(word("report.assumed", language))
    yield Table((word("report.figure", language), word("report.value", language)), rows, (1,))


def commissioning_document(
    plant: Plant, status: Sequence[TrialStatus], language: Language, foot: str
) -> Document:
    """
    Return the trials of acceptance: how each that is asked for stands, and what was written down.

    ``status`` of the plan on its day; ``foot`` is the last line.
    """
    failed = [one for one in status if one.state is TrialState.FAILED]
    left = [one for one in status if one.state is not TrialState.PASSED and one not in failed]
    below = [c for c in plant.ledger if (n := c.numbers()) is not None and n[1] < 0.95 * n[0]]
    counts = {"count": len(plant.trials), "failed": len(failed), "missing": len(left)}
    rows = tuple(_trial_row(plant, trial, language) for trial in plant.trials)
    judged = {True: "good", False: "problem", None: "caution"}
    tones = {(r, 5): judged[one.accepted] for r, one in enumerate(plant.trials)}
    head = tuple(
        word(k, language)
        for k in (
            "report.tried",
            "report.trial",
            "report.figure",
            "report.expected_value",
            "report.value",
            "report.outcome",
        )
    )
    ledger = tuple(
        (c.item, name_of("ledger_check", c.check, language), c.drawn, c.found, c.unit)
        for c in below[:40]
    )
    blocks: list[Block] = [
        Text(
            word("report.trials_text", language, **counts),
            "problem" if failed or left else "good",
        ),
        *trial_table(plant, status, language),
        Heading(word("report.trial_rows", language)),
        Table(head, rows, (3, 4), tones),
        Heading(word("report.ledger_below", language)),
        Table(
            tuple(
                word(k, language)
                for k in (
                    "report.item",
                    "report.check",
                    "report.drawn_value",
                    "report.value",
                    "report.unit",
                )
            ),
            ledger,
        )
        if ledger
        else Text(word("report.ledger_fine", language), "good"),
    ]
    return _document(plant, "commissioning_report", blocks, (language, foot))


def _trial_row(plant: Plant, trial: Trial, language: Language) -> tuple[str, ...]:
    load = "" if trial.load_fraction is None else f" {trial.load_fraction:.0%}"
    values = (
        "–" if v is None else figure(v, trial.unit.replace("m3", "m³"))
        for v in (trial.expected, trial.found)
    )
    outcome = {True: "met", False: "missed", None: "not_judged"}[trial.accepted]
    return (
        f"{name_of('trial', trial.mode, language)}{load}",
        trial.trial,
        f"{name_of('quantity', trial.quantity, language)} "
        f"({place_name(plant, trial.of, language)})",
        *values,
        word(f"outcome.{outcome}", language),
    )


def _said(verdicts: Sequence[Verdict], language: Language) -> list[Block]:
    lines = tuple((v.sentence(language), str(v.severity)) for v in verdicts)
    return [Heading(word("report.cautions", language)), Bullets(lines)] if lines else []


def _document(
    plant: Plant, title: str, blocks: Sequence[Block], end: tuple[Language, str]
) -> Document:
    language, foot = end
    site = plant.site
    name = site.called(language)
    return Document(
        f"{name} · {word(f'document.{title}', language)}", site.id, language, tuple(blocks), foot
    )
