"""The live page: one file that asks the interface for everything but its words."""

import base64
import hashlib
import json
import re
from importlib import resources

from loopkeeper.plant.words import Language, word, words

SPOKEN = ("live", "place", "mode", "chart", "condition", "alarm_state")
"""Families of words that the page uses."""


def live_page() -> str:
    """Return the page with the words it needs, in both languages."""
    keys = [key for key in words() if key.partition(".")[0] in SPOKEN]
    spoken = {one: {key: word(key, one) for key in keys} for one in Language}
    page = (resources.files("loopkeeper.web") / "live.html").read_text(encoding="utf-8")
    return page.replace("/*words*/", json.dumps(spoken, ensure_ascii=False))


def live_policy(page: str) -> str:
    """Return what the live page may load: its own script by hash, and styles within it."""
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; "
        "base-uri 'none'"
    )
