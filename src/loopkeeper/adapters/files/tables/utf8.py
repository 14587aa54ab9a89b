"""Text files that people write for the program itself: UTF-8, or a sentence why not."""

from pathlib import Path

from loopkeeper.errors import InputError


def utf8_text(path: Path) -> str:
    """
    Return the text of a file.

    Parameters
    ----------
    path : Path
        UTF-8, with or without a byte order mark.

    Raises
    ------
    InputError
        When its bytes are no UTF-8.
    OSError
        When it cannot be opened.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name}: found bytes that are no UTF-8 text") from error
