"""
Attacks on the service and its store keep their figures.

``make chaos`` writes them to ``docs/reliability.md``; nothing in that page is typed by hand.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

HEAD = """# Reliability

What was done to the service and its store, how often, what was lost by it, and what the test
holds it to. Everything runs on one machine and on loopback (`tests/chaos`).
Written by `make chaos`.

| attack | tries | figure | found | bound |
|---|---|---|---|---|
"""
Suffered = Callable[..., None]
_rows: list[tuple[str, str, int, str, float, float]] = []
_skipped: list[str] = []


@pytest.fixture
def suffered(request: pytest.FixtureRequest) -> Suffered:
    """Hold a figure to its bound and keep both for the page."""

    def suffer(attack: str, *, tries: int, figure: str, found: float, bound: float = 0.0) -> None:
        _rows.append((Path(str(request.path)).stem, attack, tries, figure, found, bound))
        assert found <= bound, f"{attack}: {figure} {found:g}, at most {bound:g}"

    return suffer


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember what was skipped: a page with holes is not written."""
    if report.skipped:
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the page after a whole, successful run of the attacks."""
    asked = session.config.option
    whole = asked.markexpr == "chaos" and not asked.keyword and not asked.file_or_dir
    if not whole or exitstatus != 0 or _skipped or not _rows:
        return
    lines = [
        f"| {attack} | {tries} | {figure} | {found:.4g} | {bound:.4g} |"
        for _, attack, tries, figure, found, bound in sorted(_rows)
    ]
    page = Path(__file__).parents[2] / "docs" / "reliability.md"
    page.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
