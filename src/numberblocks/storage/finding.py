"""Finding one thing by its name, as an operation or an operator needs it; check before showing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, func, select

from numberblocks.domain.issued_token import IssuedToken
from numberblocks.domain.what_routes import Application, Flow, HeaderForm, Trunk
from numberblocks.storage.access import grants_of
from numberblocks.storage.schema import (
    accounts,
    applications,
    flow_revisions,
    flows,
    tokens,
    trunks,
)


def root_sid(connection: Connection) -> str:
    """The account that all others are under."""
    sid: str = connection.execute(
        select(accounts.c.sid).where(accounts.c.parent_sid.is_(None))
    ).scalar_one()
    return sid


def next_id(connection: Connection, table: Table) -> int:
    """The number after the last one; only the writer, under its lock, may ask."""
    last: int | None = connection.execute(select(func.max(table.c.id))).scalar_one()
    return (last or 0) + 1


def find_token(connection: Connection, key_id: str) -> IssuedToken | None:
    """The token with this key id, revoked ones too."""
    row = connection.execute(select(tokens).where(tokens.c.key_id == key_id)).one_or_none()
    return None if row is None else token_from(connection, row)


def find_flow(connection: Connection, config_id: str) -> Flow | None:
    """The flow with this config id, drafts too."""
    row = connection.execute(select(flows).where(flows.c.config_id == config_id)).one_or_none()
    return None if row is None else flow_from(row)


def last_revision(connection: Connection, config_id: str) -> int:
    """The number of the flow's newest revision; 0 if it has none."""
    last: int = connection.execute(
        select(func.coalesce(func.max(flow_revisions.c.revision), 0)).where(
            flow_revisions.c.config_id == config_id
        )
    ).scalar_one()
    return last


def find_application(connection: Connection, sid: str) -> Application | None:
    """The application with this sid."""
    row = connection.execute(select(applications).where(applications.c.sid == sid)).one_or_none()
    return None if row is None else application_from(row)


def find_trunk(connection: Connection, sid: str) -> Trunk | None:
    """The trunk with this sid."""
    row = connection.execute(select(trunks).where(trunks.c.sid == sid)).one_or_none()
    return None if row is None else trunk_from(row)


def token_from(connection: Connection, row: Any) -> IssuedToken:
    """The token that a row is, with its grants and without its secret."""
    return IssuedToken(
        key_id=row.key_id,
        account=row.account_sid,
        name=row.name,
        demo=row.demo,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        grants=grants_of(connection, "token", row.key_id),
        version=row.version,
    )


def flow_from(row: Any) -> Flow:
    """The flow that a row is."""
    return Flow(
        config_id=row.config_id,
        account=row.account_sid,
        property=row.property_sid,
        name=row.name,
        type=row.type,
        published_revision=row.published_revision,
        version=row.version,
    )


def application_from(row: Any) -> Application:
    """The application that a row is."""
    return Application(
        sid=row.sid,
        account=row.account_sid,
        property=row.property_sid,
        name=row.name,
        voice_url=row.voice_url,
        fallback_url=row.fallback_url,
        version=row.version,
    )


def trunk_from(row: Any) -> Trunk:
    """The trunk that a row is."""
    return Trunk(
        sid=row.sid,
        id=row.id,
        account=row.account_sid,
        name=row.name,
        uri_template=row.uri_template,
        header_form=HeaderForm(row.header_form),
        version=row.version,
    )


def live_demo_tokens(connection: Connection) -> list[str]:
    """The key ids of the published tokens that can still be used."""
    live = select(tokens.c.key_id).where(tokens.c.demo, tokens.c.revoked_at.is_(None))
    return list(connection.execute(live.order_by(tokens.c.key_id)).scalars())
