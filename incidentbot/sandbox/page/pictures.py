"""Files and images: where the page has them from. Nothing is loaded from elsewhere."""

import re
from dataclasses import dataclass
from mimetypes import guess_type
from typing import Final

from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.model import Json, StoredFile

_IN_ADDRESS: Final = re.compile(r"/(?:T\w+-)?(F0\w+)(?:/|$)")
# What a browser draws without running anything in it.
_DRAWN: Final = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/svg+xml", "image/bmp"}
_UNITS: Final = ("B", "kB", "MB", "GB")
_STEP: Final = 1000


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of a message. Without an `address` it is elsewhere (`source`) and is not loaded."""

    alt: str
    address: str = ""
    source: str = ""


def picture(value: Json, viewer: Viewer, base_url: str) -> Picture:
    """The image that an image block or element means."""
    alt = str(value.get("alt_text", ""))
    url = str(value.get("image_url") or "")
    reference = value.get("slack_file") or {}
    found = _IN_ADDRESS.search(str(reference.get("url", "")))
    identity = reference.get("id") or (found[1] if found else "")
    if identity in viewer.workspace.files:
        return Picture(alt, file_address(viewer.workspace.files[identity], viewer))
    if base_url and url.startswith(f"{base_url}/"):
        return Picture(alt, url.removeprefix(base_url))
    return Picture(alt, source=url or str(reference.get("url") or identity))


def file_address(file: StoredFile, viewer: Viewer) -> str:
    """Where the page has a file from."""
    return f"/files/{viewer.workspace.team_id}/{file.id}"


def media_type(file: StoredFile) -> str:
    """What a file is, by its name."""
    return guess_type(file.name)[0] or "application/octet-stream"


def is_drawn(file: StoredFile) -> bool:
    """Whether it is shown as an image."""
    return media_type(file) in _DRAWN


def size(file: StoredFile) -> str:
    """How large a file is, for people."""
    number = float(file.length)
    for unit in _UNITS[:-1]:
        if number < _STEP:
            return f"{number:.0f} {unit}"
        number /= _STEP
    return f"{number:.1f} {_UNITS[-1]}"
