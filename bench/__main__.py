"""Print the table of benchmarks; with --write also into docs/benchmarks.md."""

import platform
import subprocess
import sys
from pathlib import Path

from bench.clock import Row
from bench.parts import PARTS

HEAD = "| what | figure | bar | remark |\n|---|---|---|---|"


def main() -> None:
    print(HEAD)
    rows: list[Row] = []
    for part in PARTS.values():
        for row in part():
            print(row.markdown(), flush=True)
            rows.append(row)
    done = subprocess.run(
        [sys.executable, "bench/admission.py"], capture_output=True, text=True, check=True
    )
    admission = done.stdout.strip()
    print(admission)
    if "--write" in sys.argv:
        text = (
            "# Benchmarks\n\nWritten by `make bench`: process CPU seconds, median of three, one "
            f"thread unless said otherwise; Python {platform.python_version()}. Machines are "
            "noisy: compare ratios within one run.\n\n"
            + "\n".join([HEAD, *(row.markdown() for row in rows)])
            + f"\n\nAdmission of telemetry:\n\n```\n{admission}\n```\n"
        )
        Path("docs/benchmarks.md").write_text(text, encoding="utf-8")


main()
