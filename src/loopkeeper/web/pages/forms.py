"""What a form of a page sends."""

from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import parse_qs

from fastapi import Depends, HTTPException, Request

from loopkeeper.web.pages.guard import refuse_elsewhere, refuse_forged

_KIND: Final = "application/x-www-form-urlencoded"
_MOST: Final = 50
"""Fields of a form. [-]"""
TOKEN: Final = "form_token"  # noqa: S105
"""Field that every form sends back."""


@dataclass(frozen=True)
class SentForm:
    """The fields of a form by name."""

    fields: dict[str, list[str]]

    def __getitem__(self, name: str) -> str:
        """Return the last field of a name, empty where none was sent."""
        return self.fields.get(name, [""])[-1].strip()

    def secret(self, name: str) -> str:
        """Return a field as it was typed."""
        return self.fields.get(name, [""])[-1]

    def words(self, name: str) -> list[str]:
        """Return what stands in the fields of a name, apart by spaces or commas."""
        return " ".join(self.fields.get(name, ())).replace(",", " ").split()


async def _sent(request: Request) -> SentForm:
    """The form of a request, refused unless one of our own pages sent it."""
    refuse_elsewhere(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _KIND:
        raise HTTPException(415, "a form is expected")
    raw = await request.body()
    try:
        fields = parse_qs(
            raw.decode(), keep_blank_values=True, strict_parsing=bool(raw), max_num_fields=_MOST
        )
    except ValueError as error:
        raise HTTPException(422, "this form cannot be read") from error
    form = SentForm(fields)
    refuse_forged(request, form[TOKEN])
    return form


Sent = Annotated[SentForm, Depends(_sent)]
"""A form, as a page takes it."""
