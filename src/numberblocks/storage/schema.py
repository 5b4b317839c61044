"""The tables, for SQLite and PostgreSQL alike.

That held ranges never overlap is said in the migrations only, in each database's own words.

Times are microseconds since the epoch, UTC, as whole numbers; numbers are E.164 digits without
plus, as whole numbers. Text compares bytewise in both databases. The migrations make the tables;
a test holds this description and the migrations together.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Position = BigInteger().with_variant(Integer, "sqlite")
"""A whole number of 64 bits as a primary key: SQLite keeps rows by it only if it says INTEGER."""

Words = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that compares and sorts bytewise."""

history = Table(
    "history",
    metadata,
    Column("only", Integer, primary_key=True, autoincrement=False),
    Column("history_id", Words, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("link", Words, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("access_version", BigInteger, nullable=False),
    CheckConstraint('"only" = 1', name="one_row"),
    comment="One row: where the line of changes stands. Whoever writes locks it first.",
)

changes = Table(
    "changes",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("verb", Words, nullable=False),
    Column("subject_kind", Words, nullable=False),
    Column("subject_id", Words, nullable=False),
    Column("line", Words),
    Column("digest", Words, nullable=False),
    Index("ix_changes_subject_id_position", "subject_id", "position"),
    comment="The line of changes, append only. line is NULL where what it said was erased.",
)

links = Table(
    "links",
    metadata,
    Column("first_position", Position, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("link", Words, nullable=False),
    comment="One row a commit: SHA-256 over the previous link and the digests of its lines.",
)

accounts = Table(
    "accounts",
    metadata,
    Column("sid", Words, primary_key=True),
    Column("parent_sid", Words, ForeignKey("accounts.sid"), index=True),
    Column("name", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("allowed_prefixes", Words),
    Column("version", Integer, nullable=False),
    CheckConstraint("state IN ('active', 'deactivated')", name="state"),
    Index(
        "uq_accounts_root",
        text("(parent_sid IS NULL)"),
        unique=True,
        sqlite_where=text("parent_sid IS NULL"),
        postgresql_where=text("parent_sid IS NULL"),
    ),
    comment="One tree under one root. allowed_prefixes: comma-separated; NULL is open.",
)

properties = Table(
    "properties",
    metadata,
    Column("sid", Words, primary_key=True),
    Column("account_sid", Words, ForeignKey("accounts.sid"), nullable=False, index=True),
    Column("name", Words, nullable=False),
    Column("main_domain", Words),
    Column("time_zone", Words),
    Column("recording", Words),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("key_id", Words, primary_key=True),
    Column("account_sid", Words, ForeignKey("accounts.sid"), nullable=False, index=True),
    Column("name", Words, nullable=False),
    Column("secret_hash", Words, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("last_used_at", BigInteger),
    Column("version", Integer, nullable=False),
)

grants = Table(
    "grants",
    metadata,
    Column("holder_kind", Words, primary_key=True),
    Column("holder_id", Words, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("account_sid", Words, ForeignKey("accounts.sid"), index=True),
    Column("property_sid", Words, ForeignKey("properties.sid"), index=True),
    Column("permissions", Words, nullable=False),
    CheckConstraint("(account_sid IS NULL) <> (property_sid IS NULL)", name="one_of_both"),
    comment="What a token (later: a login) may do, and where. permissions: comma-separated.",
)

trunks = Table(
    "trunks",
    metadata,
    Column("sid", Words, primary_key=True),
    Column("id", Integer, nullable=False, unique=True),
    Column("account_sid", Words, ForeignKey("accounts.sid"), nullable=False, index=True),
    Column("name", Words, nullable=False),
    Column("uri_template", Words, nullable=False),
    Column("header_form", Words, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint(
        "header_form IN ('diversion', 'history-info', 'both', 'none')", name="header_form"
    ),
)

number_blocks = Table(
    "number_blocks",
    metadata,
    Column("sid", Words, primary_key=True),
    Column("id", Integer, nullable=False, unique=True),
    Column("account_sid", Words, ForeignKey("accounts.sid"), nullable=False),
    Column("property_sid", Words, ForeignKey("properties.sid")),
    Column("state", Words, nullable=False),
    Column("first_number", BigInteger, nullable=False),
    Column("last_number", BigInteger, nullable=False),
    Column("name", Words),
    Column("friendly_name", Words),
    Column("trunk_sid", Words, ForeignKey("trunks.sid")),
    Column("active", Boolean, nullable=False),
    Column("sms", Boolean, nullable=False),
    Column("voice", Boolean, nullable=False),
    Column("routing_method", Words),
    Column("endpoint_number", Words),
    Column("flow", Words),
    Column("application", Words),
    Column("recording", Words),
    Column("source", Words),
    Column("medium", Words),
    Column("campaign", Words),
    Column("content", Words),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("search_text", Words, nullable=False),
    CheckConstraint("state IN ('stock', 'active', 'quarantine', 'ended')", name="state"),
    Index("ix_number_blocks_account_sid_id", "account_sid", "id"),
    Index("ix_number_blocks_property_sid_id", "property_sid", "id"),
    comment="The settings of each block; position is that of its last change.",
)

number_ranges = Table(
    "number_ranges",
    metadata,
    Column("block_sid", Words, ForeignKey("number_blocks.sid"), primary_key=True),
    Column("from_position", BigInteger, primary_key=True, autoincrement=False),
    Column("until_position", BigInteger),
    Column("first_number", BigInteger, nullable=False),
    Column("last_number", BigInteger, nullable=False),
    CheckConstraint("first_number <= last_number", name="in_order"),
    Index(
        "ix_number_ranges_held",
        "first_number",
        sqlite_where=text("until_position IS NULL"),
        postgresql_where=text("until_position IS NULL"),
    ),
    comment="Which block held a number, from which position until which. Held ones never overlap.",
)

overrides = Table(
    "overrides",
    metadata,
    Column("number", Position, primary_key=True, autoincrement=False),
    Column("block_sid", Words, ForeignKey("number_blocks.sid"), nullable=False, index=True),
    Column("settings", Words, nullable=False),
    Column("version", Integer, nullable=False),
    comment="Numbers that differ from their block; settings is JSON with only what differs.",
)

flows = Table(
    "flows",
    metadata,
    Column("config_id", Words, primary_key=True),
    Column("account_sid", Words, ForeignKey("accounts.sid"), nullable=False, index=True),
    Column("property_sid", Words, ForeignKey("properties.sid"), index=True),
    Column("name", Words, nullable=False),
    Column("type", Words, nullable=False),
    Column("published_revision", Integer),
    Column("version", Integer, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

flow_revisions = Table(
    "flow_revisions",
    metadata,
    Column("config_id", Words, ForeignKey("flows.config_id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("document", Words, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

applications = Table(
    "applications",
    metadata,
    Column("sid", Words, primary_key=True),
    Column("account_sid", Words, ForeignKey("accounts.sid"), nullable=False, index=True),
    Column("property_sid", Words, ForeignKey("properties.sid"), index=True),
    Column("name", Words, nullable=False),
    Column("voice_url", Words, nullable=False),
    Column("fallback_url", Words),
    Column("version", Integer, nullable=False),
)
