"""When and where a photograph says that it was taken: EXIF, of which nothing is believed."""

import math
import struct
import warnings
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image

from loopkeeper.lifecycle.build.photographs import Photograph

FORMATS = ("JPEG",)
"""Of pictures that are opened; only their heads are read, no picture is unpacked."""
BROKEN = (
    OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError,
    SyntaxError, EOFError, MemoryError, RecursionError, struct.error,
    Image.DecompressionBombError,
)  # fmt: skip
"""What bytes that are no photograph raise in the reader."""


def photograph(path: Path) -> Photograph:
    """Return when and where a photograph was taken as it says; nothing where it says nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=FORMATS) as picture:
                exif = picture.getexif()
            taken = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
            place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except BROKEN:
        return Photograph()
    latitude = _degrees(place, ExifTags.GPS.GPSLatitude, "S", 90.0)
    longitude = _degrees(place, ExifTags.GPS.GPSLongitude, "W", 180.0)
    both = latitude is not None and longitude is not None
    return Photograph(
        taken=_day(taken),
        latitude=latitude if both else None,
        longitude=longitude if both else None,
    )


def _day(told: object) -> date | None:
    """The day of the camera, ``YYYY:MM:DD HH:MM:SS`` (EXIF 2.32, 4.6.5)."""
    try:
        read = str(told).strip("\0 ")
        return datetime.strptime(read, "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _degrees(place: Any, tag: int, negative: str, most: float) -> float | None:
    """Degrees of three rationals and a letter in the tag before (EXIF 2.32, 4.6.6)."""
    try:
        degrees, minutes, seconds = (float(one) for one in place[tag])
        letter = str(place[tag - 1]).strip("\0 ")
    except BROKEN:
        return None
    found = degrees + minutes / 60.0 + seconds / 3600.0
    if not math.isfinite(found) or not 0.0 <= found <= most:
        return None
    return -found if letter == negative else found
