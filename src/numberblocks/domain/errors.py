"""Every refusal that numberblocks knows, told apart by type and never by text.

A refusal speaks the field's words (``endpoint_number``); an edge turns them into its own
spelling (``EndpointNumber`` under /v2, ``/endpoint_number`` under /api/v1). A problem's message
is the rest of a sentence that begins with the field's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

PARAMETER_REQUIRED = "PARAMETER_REQUIRED"
PARAMETER_INVALID = "PARAMETER_INVALID"
CONFLICTING_PARAMETERS = "CONFLICTING_PARAMETERS"


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong field: its name in snake_case, what is wrong with it, and the error's code.

    message: continues the field's name, for instance "is required when ...".
    """

    field: str
    message: str
    code: str = PARAMETER_INVALID


def missing(field: str, why: str = "is required") -> Problem:
    """A field that has to be there and isn't."""
    return Problem(field, why, PARAMETER_REQUIRED)


def conflicting(field: str, why: str) -> Problem:
    """A field that was given two values, or that doesn't fit another field."""
    return Problem(field, why, CONFLICTING_PARAMETERS)


class Refusal(Exception):
    """Something that was asked for and isn't done, for a reason that the asker can act on."""

    code: ClassVar[str] = "REFUSED"

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems: Sequence[Problem] = tuple(problems)


# What was asked doesn't have the right form.


class InvalidFields(Refusal):
    """One or more fields are missing or wrong; all of them are named at once."""

    code = PARAMETER_INVALID

    def __init__(self, problems: Iterable[Problem]) -> None:
        problems = tuple(problems)
        first = problems[0]
        super().__init__(f"{first.field} {first.message}", problems)


class UnreadableRequest(Refusal):
    """The request can't be read as parameters at all, so no field can be named."""

    code = PARAMETER_INVALID


class FieldRefusal(Refusal):
    """A refusal about one field whose value has the right form."""

    field: ClassVar[str]

    def __init__(self, message: str, *, field: str | None = None) -> None:
        name = field or self.field
        super().__init__(f"{name} {message}", [Problem(name, message, self.code)])


# What was named isn't there, or isn't within reach.


class NotFound(FieldRefusal):
    """Nothing that the asker can reach has this sid."""

    noun: ClassVar[str]

    def __init__(self, sid: str) -> None:
        super().__init__(f"is not {self.noun} that exists within your reach: {sid}")


class AccountNotFound(NotFound):
    """No account has this sid."""

    code, field, noun = "ACCOUNT_NOT_FOUND", "account", "an account"


class PropertyNotFound(NotFound):
    """No property has this sid."""

    code, field, noun = "PROPERTY_NOT_FOUND", "property", "a property"


class NumberBlockNotFound(NotFound):
    """No active block within reach has this sid."""

    code, field, noun = "NUMBER_BLOCK_NOT_FOUND", "number_block", "a number block"


class NumberNotFound(NotFound):
    """No block within reach holds this number."""

    code, field, noun = "NUMBER_NOT_FOUND", "number", "a number of a block"


class FlowNotFound(NotFound):
    """No published flow of the block's account or property has this config id."""

    code, field, noun = "FLOW_NOT_FOUND", "flow", "a published flow"


class DraftOrFlowNotFound(FlowNotFound):
    """No flow has this config id, published or not."""

    noun = "a flow"


class ApplicationNotFound(NotFound):
    """No application of the block's account or property has this sid."""

    code, field, noun = "APPLICATION_NOT_FOUND", "application", "an application"


class TokenNotFound(NotFound):
    """No token has this key id."""

    code, field, noun = "TOKEN_NOT_FOUND", "token", "a token"


class TrunkNotFound(NotFound):
    """No trunk has this sid."""

    code, field, noun = "TRUNK_NOT_FOUND", "trunk", "a trunk"


# What was named is there, but doesn't fit together or isn't allowed.


class PropertyOfAnotherAccount(FieldRefusal):
    """The property that was named isn't the account's that was named."""

    code, field = CONFLICTING_PARAMETERS, "property"


class BlockBelongsElsewhere(FieldRefusal):
    """The block is within reach, but isn't in the account or property that was named."""

    code, field = "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY", "number_block"


class EndpointNumberNotAllowed(FieldRefusal):
    """A valid answering point outside the prefixes that the account may route to."""

    code, field = "ENDPOINT_NUMBER_NOT_ALLOWED", "endpoint_number"


class EndpointNumberLoops(FieldRefusal):
    """A call to the block would come back to the block."""

    code, field = "ENDPOINT_NUMBER_LOOPS", "endpoint_number"


class NumbersTaken(FieldRefusal):
    """The range overlaps a block that hasn't ended."""

    code, field = "NUMBERS_TAKEN", "pattern"


class PastIsErased(FieldRefusal):
    """What the history said of that moment was erased."""

    code, field = "PAST_IS_ERASED", "at"


class DemoRemoved(Refusal):
    """The demo was in this store and was taken out; its sids can't be used again."""

    code = "DEMO_REMOVED"


# Who asks may not.


class NotLoggedIn(Refusal):
    """No credentials, or wrong ones; the answer never says which part was wrong."""

    code = "UNAUTHORIZED"

    def __init__(self) -> None:
        super().__init__("Log in with your AccountSid and a token, or with a Bearer token.")


class Forbidden(Refusal):
    """The thing exists and the asker lacks the permission."""

    code = "FORBIDDEN"


# The service can't do it now.


class StoreUnavailable(Refusal):
    """The store can't be reached, or its answer to a commit is unknown; try again later."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self, message: str = "The store can't be reached now; try again later.") -> None:
        super().__init__(message)
