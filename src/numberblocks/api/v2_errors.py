"""Errors under /v2: always a ``ResponseStatus``, whoever refuses.

Source: both official clients fail on an error body without it (docs/compatibility.md).
"""

from __future__ import annotations

from typing import Any

from numberblocks.api.v2_names import name_of
from numberblocks.domain.errors import Problem, Refusal


def error_json(refusal: Refusal) -> dict[str, Any]:
    """The refusal as the vendor's clients read it; the first error's code and message on top."""
    errors = [field_json(problem) for problem in refusal.problems]
    top = errors[0] if errors else {"ErrorCode": refusal.code, "Message": refusal.message}
    status = {"ErrorCode": top["ErrorCode"], "Message": top["Message"]}
    return {"ResponseStatus": status | ({"Errors": errors} if errors else {})}


def field_json(problem: Problem) -> dict[str, str]:
    """One wrong field."""
    name = name_of(problem)
    return {
        "ErrorCode": problem.code,
        "FieldName": name,
        "Message": f"{name} {problem.message}.",
    }
