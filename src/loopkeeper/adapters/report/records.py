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
from loopkeeper.app.telling.places import place_name
from loopkeeper.app.telling.wording import figure
from loopkeeper.measure.case import Surveyed
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import Trial
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language, name_of, word

FULL_LOAD = 0.9
"""Share of the load from which on a trial was one of full load. [-]"""
NEEDED: tuple[tuple[str, float | None], ...] = (
    ("heating", 1.0), ("cooling", 1.0), ("heating", 0.5), ("cooling", 0.5), ("control", None),
    ("point_check", None), ("meter_proof", None), ("balance", None),
)  # fmt: skip
"""Trials that acceptance asks for: full and part load, controls, points, meters, flow balance."""


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


def commissioning_document(plant: Plant, language: Language, foot: str) -> Document:
    """
    Return the trials of acceptance: what was tried, what failed, what was never tried.

    A trial counts as passed when it was accepted, and its load as tried when it was written.
    ``foot`` is the last line.
    """
    missing = [m for m in NEEDED if not any(_is_trial(t, *m) for t in plant.trials)]
    failed = [t for t in plant.trials if t.accepted is not True]
    below = [c for c in plant.ledger if (n := c.numbers()) is not None and n[1] < 0.95 * n[0]]
    tone = "problem" if failed or missing else "good"
    text = word(
        "report.trials_text",
        language,
        count=len(plant.trials),
        failed=len(failed),
        missing=len(missing),
    )
    lines = [
        (word("report.never_tried", language, trial=_trial_name(*m, language)), "problem")
        for m in missing
    ]
    rows = tuple(_trial_row(plant, trial, language) for trial in plant.trials)
    tones = {(r, 5): "good" if one.accepted else "problem" for r, one in enumerate(plant.trials)}
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
        Text(text, tone),
        Bullets(tuple(lines)),
        Heading(word("report.trials", language)),
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


def _is_trial(trial: Trial, mode: str, load: float | None) -> bool:
    if trial.mode != mode:
        return False
    part = trial.load_fraction
    return load is None or (
        part is not None and (part >= FULL_LOAD if load == 1.0 else part < FULL_LOAD)
    )


def _trial_name(mode: str, load: float | None, language: Language) -> str:
    name = word(f"trial.{mode}", language)
    if load is None:
        return name
    return f"{name}, {word('trial.full_load' if load == 1.0 else 'trial.part_load', language)}"


def _mode(mode: str, language: Language) -> str:
    """A trial's mode, by its name where it is a known one."""
    known = {name for name, _ in NEEDED}
    return word(f"trial.{mode}", language) if mode in known else mode


def _trial_row(plant: Plant, trial: Trial, language: Language) -> tuple[str, ...]:
    load = "" if trial.load_fraction is None else f" {trial.load_fraction:.0%}"
    values = (
        "–" if v is None else figure(v, trial.unit.replace("m3", "m³"))
        for v in (trial.expected, trial.found)
    )
    outcome = {True: "met", False: "missed", None: "not_judged"}[trial.accepted]
    return (
        f"{_mode(trial.mode, language)}{load}",
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
