"""What a content type says: how a body is to be read.

Only UTF-8 is read, and ASCII as a part of it; another charset is refused rather than guessed at.
"""

from __future__ import annotations

from falcon import parse_header

from numberblocks.api.refusals import UnsupportedMediaType

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
CHARSETS = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
LONGEST_CONTENT_TYPE = 1_000


def media_type_of(content_type: str | None) -> str:
    """The type in lower case, without its parameters; none at all means JSON.

    A charset that isn't read here is refused.
    """
    if not content_type or content_type == JSON:
        return JSON
    if len(content_type) > LONGEST_CONTENT_TYPE:
        raise UnsupportedMediaType(
            f"The Content-Type is too long; send at most {LONGEST_CONTENT_TYPE:,} characters."
        )
    media_type, options = parse_header(content_type)
    charset = options.get("charset")
    if charset and charset.strip("'").lower() not in CHARSETS:
        raise UnsupportedMediaType("The charset of the body isn't read here; send utf-8.")
    return media_type.lower() or JSON
