"""How a benchmark is timed: process CPU seconds, median of several runs, after a warm-up."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table: what, figure, bar, and a remark (a peer and the ratio)."""

    what: str
    figure: str
    bar: str
    remark: str = ""

    def markdown(self) -> str:
        """Return the row of a table."""
        return f"| {self.what} | {self.figure} | {self.bar} | {self.remark} |"


def cpu_seconds(work: Callable[[], object], repeats: int = 3) -> float:
    work()
    spent = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return statistics.median(spent)
