"""Documents of packed parts (xlsx, docx) without the time they were made at."""

import io
import re
import zipfile

BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The time of every part: the first that an archive can tell."""
CLOCK = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
"""Where a document says when it was made."""
CORE = "docProps/core.xml"
NEVER = rb"\g<1>2000-01-01T00:00:00Z"


def timeless(raw: bytes) -> bytes:
    """Return the same document, whose bytes depend on what it holds only."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for part in made.infolist():
            head = zipfile.ZipInfo(part.filename, BEGINNING)
            head.compress_type = zipfile.ZIP_DEFLATED
            text = made.read(part)
            kept.writestr(head, CLOCK.sub(NEVER, text) if part.filename == CORE else text)
    return out.getvalue()
