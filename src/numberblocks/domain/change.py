"""What one request asks to change of a thing, and the thing after the change."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar, cast

import msgspec
from msgspec import UNSET


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a thing that are to be set. UNSET: leave as it is; "": clear."""

    def settings(self) -> dict[str, Any]:
        """The fields to set, with their new values."""
        given = ((field, getattr(self, field)) for field in self.__struct_fields__)
        return {
            field: None if value == "" else value for field, value in given if value is not UNSET
        }


class Versioned(Protocol):
    """Whatever counts its changes."""

    @property
    def version(self) -> int:
        """Grows by one with every change."""
        ...


T = TypeVar("T", bound=Versioned)


def changed_by(thing: T, change: Change) -> T:
    """The thing after the change: what is absent stays, empty text becomes nothing.

    The same thing, if the change changes nothing.
    """
    settings = change.settings()
    if all(getattr(thing, field) == value for field, value in settings.items()):
        return thing
    changed: T = msgspec.structs.replace(cast("Any", thing), version=thing.version + 1, **settings)
    return changed
