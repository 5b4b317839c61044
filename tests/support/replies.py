"""What tests ask of an answer under /v2."""

from __future__ import annotations

from typing import Any, Protocol


class Reply(Protocol):
    """An answer, whoever received it."""

    def json(self) -> Any:
        """The body, read as JSON."""
        ...


OK = {"ResponseStatus": {"Message": "OK"}}


def error(reply: Reply) -> dict[str, Any]:
    """What the answer says of an error; every one of /v2 has at least these two members."""
    body = reply.json()
    assert body.keys() == {"ResponseStatus"}, body
    status: dict[str, Any] = body["ResponseStatus"]
    assert {"ErrorCode", "Message"} <= status.keys() <= {"ErrorCode", "Message", "Errors"}, body
    return status


def code(reply: Reply) -> str:
    """The first error's code."""
    return str(error(reply)["ErrorCode"])


def fields(reply: Reply) -> list[tuple[str, str]]:
    """The name of each wrong field and its error's code, in order."""
    return [(each["FieldName"], each["ErrorCode"]) for each in error(reply).get("Errors", [])]


def message(reply: Reply, field: str) -> str:
    """What is said of one wrong field."""
    [said] = [each["Message"] for each in error(reply)["Errors"] if each["FieldName"] == field]
    return str(said)
