"""What counts as text that people give: names, labels, addresses of programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from msgspec import UnsetType

from numberblocks.domain.errors import Problem

LONGEST_TEXT = 255
LONGEST_URL = 2_048

UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters (category Cc), and surrogates, which are always lone ones in Python."""


def why_not_text(text: str, longest: int = LONGEST_TEXT) -> str | None:
    """Say why this can't be kept as text, or None if it can."""
    if len(text) > longest:
        return f"is too long ({len(text):,} characters); send at most {longest:,}"
    if text.isprintable():  # Most text is, and printable text has nothing that is unfit.
        return None
    if unfit := UNFIT.search(text):
        return f"has a character that isn't text (U+{ord(unfit[0]):04X}); leave it out"
    return None


def why_not_name(text: str) -> str | None:
    """Say why nothing can be called this, or None if it can."""
    return why_not_text(text) if text.strip() else "is empty; give a name"


def why_not_url(text: str) -> str | None:
    """Say why this can't be the address of a program elsewhere, or None if it can.

    Only https: what is asked there says who called whom.
    """
    if why := why_not_text(text, LONGEST_URL):
        return why
    try:
        parts = urlsplit(text)
        fits = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or not text.isascii() or any(c in text for c in ' "<>\\^`{|}'):
        return "is not an address such as https://example.com/voice"
    return "holds a user or password; leave it out" if "@" in parts.netloc else None


Given = str | UnsetType | None
"""Text, or what stands for its absence."""


def problems_with_names(**names: Given) -> Iterator[Problem]:
    """What is wrong with these fields, each of which is a name or absent."""
    for field, text in names.items():
        if isinstance(text, str) and (why := why_not_name(text)):
            yield Problem(field, why)


def problems_with_texts(**texts: Given) -> Iterator[Problem]:
    """What is wrong with these fields, each of which is text, empty or absent."""
    for field, text in texts.items():
        if isinstance(text, str) and (why := why_not_text(text)):
            yield Problem(field, why)


def problems_with_urls(**urls: Given) -> Iterator[Problem]:
    """What is wrong with these fields, each of which is an address, empty or absent."""
    for field, text in urls.items():
        if isinstance(text, str) and text and (why := why_not_url(text)):
            yield Problem(field, why)
