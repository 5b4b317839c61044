"""What counts as text in a parameter."""

from __future__ import annotations

import re

LONGEST_TEXT = 255
"""In code points, as a database counts them too."""

UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters (category Cc), and surrogates, which are always lone ones in Python."""


def why_not_text(text: str, max_length: int = LONGEST_TEXT) -> str | None:
    """Say why this can't be taken as text, or None if it can. White space around it is fine."""
    if len(text) > max_length:
        return f"is too long ({len(text):,} characters); send at most {max_length:,}"
    if text.isprintable():  # Most text is, and printable text has nothing that is unfit.
        return None
    if unfit := UNFIT.search(text):
        return f"has a character that isn't text (U+{ord(unfit[0]):04X}); leave it out"
    return None
