"""
Validation keeps its figures: each law's largest error, its bound and who judged it.

``make validation`` writes them to ``docs/validation.md``; nothing in that page is typed by hand.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

HEAD = """# Validation

Every physical law against an analytical solution, another code or a measurement: the largest
error found, the bound the test holds it to, and who judged. The reason for each bound stands in
the test itself (`tests/validation`). Written by `make validation`.

| law | judged by | largest error | bound | unit |
|---|---|---|---|---|
"""
Judge = Callable[..., None]
_rows: list[tuple[str, str, str, float, float, str]] = []
_skipped: list[str] = []


@pytest.fixture
def judged(request: pytest.FixtureRequest) -> Judge:
    """Hold an error to its bound and keep both for the page."""

    def judge(law: str, *, by: str, error: object, bound: float, unit: str = "-") -> None:
        largest = float(np.max(np.abs(np.asarray(error, dtype=np.float64))))
        _rows.append((Path(str(request.path)).stem, law, by, largest, bound, unit))
        assert largest <= bound, f"{law}: {largest:.4g} {unit} exceeds {bound:.4g}"

    return judge


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember what was skipped: a page with holes is not written."""
    if report.skipped:
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the page after a whole, successful run of the validation suite."""
    whole = session.config.option.markexpr == "validation" and not session.config.option.keyword
    if not whole or exitstatus != 0 or _skipped:
        return
    worst: dict[tuple[str, str, str], tuple[float, float, str]] = {}
    for file, law, by, error, bound, unit in _rows:
        key = (file, law, by)
        if key not in worst or error / bound > worst[key][0] / worst[key][1]:
            worst[key] = (error, bound, unit)
    lines = [
        f"| {law} | {by} | {error:.2g} | {bound:.2g} | {unit} |"
        for (_, law, by), (error, bound, unit) in sorted(worst.items())
    ]
    page = Path(__file__).parents[2] / "docs" / "validation.md"
    page.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
