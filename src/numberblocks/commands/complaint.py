"""What somebody at the command line is told when a command couldn't do its work."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from numberblocks.domain.errors import InvalidFields, Problem, Refusal, StoreUnavailable
from numberblocks.settings import UnusableSettings


class Complaint(NamedTuple):
    """What went wrong, in one sentence and as scripts know it."""

    message: str
    code: str
    exit_code: int = 1
    problems: tuple[Problem, ...] = ()

    def as_data(self) -> dict[str, object]:
        """What --json prints."""
        said = {"code": self.code, "message": self.message}
        return {"error": said | {"problems": msgspec.to_builtins(self.problems)}}


def complaint_about(error: BaseException) -> Complaint | None:
    """What to say about an error that can happen to anybody; None for a fault of ours."""
    match error:
        case InvalidFields():
            return Complaint(every_problem(error), error.code, 2, tuple(error.problems))
        case StoreUnavailable():
            return Complaint(error.message + reason_of(error.__cause__), error.code)
        case Refusal():
            return Complaint(error.message, error.code, 1, tuple(error.problems))
        case UnusableSettings():
            return Complaint(str(error), "UNUSABLE_SETTINGS", 2)
        case OSError():
            where = f": {error.filename}" if error.filename else ""
            return Complaint(f"{error.strerror or error}{where}", "SYSTEM_ERROR")
    return complaint_about_store(error)


def complaint_about_store(error: BaseException) -> Complaint | None:
    """The same for what only happens once a store was opened."""
    from sqlalchemy.exc import SQLAlchemyError

    from numberblocks.storage.database import UnusableDatabase

    match error:
        case UnusableDatabase():
            return Complaint(str(error), "UNUSABLE_DATABASE")
        case SQLAlchemyError():
            return Complaint("The store refused" + reason_of(error) + ".", "STORE_ERROR")
    return None


def every_problem(error: InvalidFields) -> str:
    """All that is wrong, each with the field that is."""
    return "; ".join(
        f"{problem.field.replace('_', ' ')} {problem.message}" for problem in error.problems
    )


def reason_of(error: BaseException | None) -> str:
    """What the database said, on one line."""
    said = str(getattr(error, "orig", None) or error or "").strip()
    return f" ({said.splitlines()[0]})" if said else ""
