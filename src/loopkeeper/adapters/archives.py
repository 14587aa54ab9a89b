"""Archives in the manner of ZIP that come from outside: how they break, how far they may grow."""

import zipfile
import zlib
from typing import Final

UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, UnicodeDecodeError)
"""
What Python's reader raises at archives that are damaged or cut off, and at those that are packed
in a way it does not know (a RuntimeError).
"""
MOST_EXPANDED, SMALL = 100, 1_000_000
"""Times that an archive may grow when unpacked [-], unless it is small then [byte]."""
