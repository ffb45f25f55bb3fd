"""The client's logo: a small picture beside the engagement file, carried inside every page."""

from __future__ import annotations

import base64
import re
from pathlib import Path

LARGEST = 200_000  # bytes
_PNG = b"\x89PNG\r\n\x1a\n"
_KINDS = {".svg": "image/svg+xml", ".png": "image/png"}
# A picture is shown, never run, and loads nothing from elsewhere.
_ACTIVE = re.compile(
    rb"<script|<foreignobject|<!entity|<!doctype[^>]*\[|javascript:|\son[a-z]+\s*="
    rb"|(?:href|src)\s*=\s*[\"']\s*(?!#|data:image/)|url\(\s*[\"']?\s*(?!#|data:image/)|@import",
    re.IGNORECASE,
)


def logo_fault(file: Path) -> str:
    """Return why ``file`` cannot be the logo, with what to do; empty when it can."""
    if not file.is_file():
        return f"there is no file '{file.name}' beside the engagement file."
    if file.suffix.lower() not in _KINDS:
        return f"the logo '{file.name}' is neither SVG nor PNG. Save it as one of these."
    size = file.stat().st_size
    if size > LARGEST:
        return (
            f"the logo '{file.name}' has {size // 1000} kB, and every page carries it: at most "
            f"{LARGEST // 1000} kB. Save it smaller."
        )
    content = file.read_bytes()
    if file.suffix.lower() == ".png":
        return "" if content.startswith(_PNG) else f"the logo '{file.name}' is no PNG file."
    if b"<svg" not in content:
        return f"the logo '{file.name}' is no SVG file."
    if _ACTIVE.search(content):
        return (
            f"the logo '{file.name}' holds a script or loads something from elsewhere. Save it as "
            "a plain SVG, or as PNG."
        )
    return ""


def embedded(file: Path) -> str:
    """Return a logo without fault as a data: address."""
    kind = _KINDS[file.suffix.lower()]
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode('ascii')}"
