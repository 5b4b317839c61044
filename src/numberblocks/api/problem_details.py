"""Errors of our own API: RFC 9457 problem details."""

from __future__ import annotations

from typing import Any

from numberblocks.api.status import status_of
from numberblocks.domain.errors import Refusal


def problem_json(refusal: Refusal, request_id: str) -> dict[str, Any]:
    """The refusal as a problem; ``type`` is the page of docs/errors.md about its code."""
    code = refusal.problems[0].code if refusal.problems else refusal.code
    problem: dict[str, Any] = {
        "type": f"/docs/errors#{code.lower()}",
        "title": code.replace("_", " ").capitalize(),
        "status": status_of(refusal),
        "code": code,
        "detail": f"{refusal.message.rstrip('.')}.",
        "request_id": request_id,
    }
    if refusal.problems:
        problem["errors"] = [
            {"pointer": f"/{each.field}", "code": each.code, "detail": each.message}
            for each in refusal.problems
        ]
    return problem
