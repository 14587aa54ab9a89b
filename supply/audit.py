"""Ask OSV for known weaknesses of every locked version; no answer is not a good one."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCKS = (ROOT / "requirements.lock", ROOT / "supply" / "tools.lock")
FINE, WEAK, UNKNOWN = 0, 1, 2


def locked(text: str) -> dict[str, str]:
    """Return the versions a lock pins, by name."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", text, re.MULTILINE))


def everywhere(text: str) -> str:
    """Return a lock without conditions: what only another system installs is asked for too."""
    return re.sub(r"^(\S+==\S+) ;[^\\\n]*", r"\1 ", text, flags=re.MULTILINE)


def judged(asked: dict[str, str], answer: str, said: str) -> tuple[int, list[str]]:
    """
    Return exit code and sentences.

    Parameters
    ----------
    asked : dict
        Locked versions by name.
    answer, said : str
        What pip-audit wrote: JSON, and its words on standard error.
    """
    try:
        found: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = said.strip().splitlines()[-1] if said.strip() else "no word from pip-audit"
        return UNKNOWN, [
            "the service of known weaknesses could not be asked; nothing is known about the "
            f"locked versions: {last[:300]}"
        ]
    answered = {row["name"]: row.get("version") for row in found if "vulns" in row}
    left = sorted(name for name, version in asked.items() if answered.get(name) != version)
    lines = [f"{row['name']} {row['version']}: {_told(weakness)}"
             for row in found for weakness in row.get("vulns", ())]  # fmt: skip
    if left:
        lines.append(f"nothing is known about {', '.join(left)}: the service did not answer")
        return UNKNOWN, lines
    return (WEAK, lines) if lines else (FINE, [f"{len(asked)} locked: no known weakness"])


def _told(weakness: dict[str, Any]) -> str:
    names = ", ".join([weakness["id"], *weakness.get("aliases", ())])
    mended = ", ".join(weakness.get("fix_versions", ()))
    return f"{names}; mended in {mended or 'no release yet'}"


def main() -> int:
    """Audit the locks with pip-audit; further arguments are handed to it."""
    asked: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        command = [
            str(Path(sys.executable).with_name("pip-audit")), "--vulnerability-service", "osv",
            "--disable-pip", "--require-hashes", "--strict", "--format", "json",
            "--progress-spinner", "off", *sys.argv[1:],
        ]  # fmt: skip
        for number, lock in enumerate(LOCKS):
            text = lock.read_text(encoding="utf-8")
            asked |= locked(text)
            copy = Path(folder) / f"{number}.txt"
            copy.write_text(everywhere(text), encoding="utf-8")
            command += ["--requirement", str(copy)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    code, lines = judged(asked, done.stdout, done.stderr)
    print("\n".join(lines), file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
