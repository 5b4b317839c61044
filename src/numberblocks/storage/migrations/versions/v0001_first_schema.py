"""The first schema: accounts to applications, the line of changes, and the root account."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from alembic import op

from numberblocks.domain.history import first_link
from numberblocks.domain.sids import new_sid

revision = "0001"
down_revision = None

BIG = sa.BigInteger()
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # Only INTEGER is the rowid itself.
WHOLE = sa.Integer()
TRUTH = sa.Boolean()


def words() -> sa.types.TypeEngine[str]:
    """Text that compares bytewise in both databases."""
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def kept(name: str, kind: sa.types.TypeEngine[Any], *extra: sa.ForeignKey) -> sa.Column[Any]:
    """A column that always has a value."""
    return sa.Column(name, kind, *extra, nullable=False)


def owner() -> sa.Column[Any]:
    """The account that a row belongs to."""
    return kept("account_sid", words(), sa.ForeignKey("accounts.sid"))


def owning_property() -> sa.Column[Any]:
    """The property that a row belongs to, if any."""
    return sa.Column("property_sid", words(), sa.ForeignKey("properties.sid"))


def upgrade() -> None:
    """Make every table, refuse overlaps, and put in the root account and an empty history."""
    make_history()
    make_accounts()
    make_what_routes()
    make_blocks()
    refuse_overlaps()
    put_in_the_root()


def make_history() -> None:
    """The line of changes."""
    op.create_table(
        "history",
        sa.Column("only", WHOLE, primary_key=True, autoincrement=False),
        kept("history_id", words()),
        kept("position", BIG),
        kept("link", words()),
        kept("recorded_at", BIG),
        kept("access_version", BIG),
        sa.CheckConstraint('"only" = 1', name="one_row"),
    )
    op.create_table(
        "changes",
        sa.Column("position", KEY, primary_key=True, autoincrement=False),
        kept("at", BIG),
        kept("verb", words()),
        kept("subject_kind", words()),
        kept("subject_id", words()),
        sa.Column("line", words()),
        kept("digest", words()),
    )
    op.create_index("ix_changes_subject_id_position", "changes", ["subject_id", "position"])
    op.create_table(
        "links",
        sa.Column("first_position", KEY, primary_key=True, autoincrement=False),
        kept("count", WHOLE),
        kept("link", words()),
    )


def make_accounts() -> None:
    """Who owns, and who may do what."""
    op.create_table(
        "accounts",
        sa.Column("sid", words(), primary_key=True),
        sa.Column("parent_sid", words(), sa.ForeignKey("accounts.sid")),
        kept("name", words()),
        kept("state", words()),
        sa.Column("allowed_prefixes", words()),
        kept("version", WHOLE),
        sa.CheckConstraint("state IN ('active', 'deactivated')", name="state"),
    )
    op.create_index("ix_accounts_parent_sid", "accounts", ["parent_sid"])
    op.execute(
        "CREATE UNIQUE INDEX uq_accounts_root ON accounts ((parent_sid IS NULL))"
        " WHERE parent_sid IS NULL"
    )
    op.create_table(
        "properties",
        sa.Column("sid", words(), primary_key=True),
        owner(),
        kept("name", words()),
        sa.Column("main_domain", words()),
        sa.Column("time_zone", words()),
        sa.Column("recording", words()),
        kept("active", TRUTH),
        kept("version", WHOLE),
    )
    op.create_index("ix_properties_account_sid", "properties", ["account_sid"])
    op.create_table(
        "tokens",
        sa.Column("key_id", words(), primary_key=True),
        owner(),
        kept("name", words()),
        kept("secret_hash", words()),
        kept("demo", TRUTH),
        kept("created_at", BIG),
        sa.Column("expires_at", BIG),
        sa.Column("revoked_at", BIG),
        sa.Column("last_used_at", BIG),
        kept("version", WHOLE),
    )
    op.create_index("ix_tokens_account_sid", "tokens", ["account_sid"])
    op.create_table(
        "grants",
        sa.Column("holder_kind", words(), primary_key=True),
        sa.Column("holder_id", words(), primary_key=True),
        sa.Column("place", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("account_sid", words(), sa.ForeignKey("accounts.sid")),
        owning_property(),
        kept("permissions", words()),
        sa.CheckConstraint("(account_sid IS NULL) <> (property_sid IS NULL)", name="one_of_both"),
    )
    op.create_index("ix_grants_account_sid", "grants", ["account_sid"])
    op.create_index("ix_grants_property_sid", "grants", ["property_sid"])


def make_what_routes() -> None:
    """Trunks, flows and applications."""
    op.create_table(
        "trunks",
        sa.Column("sid", words(), primary_key=True),
        sa.Column("id", WHOLE, nullable=False, unique=True),
        owner(),
        kept("name", words()),
        kept("uri_template", words()),
        kept("header_form", words()),
        kept("version", WHOLE),
        sa.CheckConstraint(
            "header_form IN ('diversion', 'history-info', 'both', 'none')", name="header_form"
        ),
    )
    op.create_index("ix_trunks_account_sid", "trunks", ["account_sid"])
    op.create_table(
        "flows",
        sa.Column("config_id", words(), primary_key=True),
        owner(),
        owning_property(),
        kept("name", words()),
        kept("type", words()),
        sa.Column("published_revision", WHOLE),
        kept("version", WHOLE),
        kept("updated_at", BIG),
    )
    op.create_table(
        "flow_revisions",
        sa.Column("config_id", words(), sa.ForeignKey("flows.config_id"), primary_key=True),
        sa.Column("revision", WHOLE, primary_key=True, autoincrement=False),
        kept("document", words()),
        kept("created_at", BIG),
    )
    op.create_table(
        "applications",
        sa.Column("sid", words(), primary_key=True),
        owner(),
        owning_property(),
        kept("name", words()),
        kept("voice_url", words()),
        sa.Column("fallback_url", words()),
        kept("version", WHOLE),
    )
    for table in ("flows", "applications"):
        op.create_index(f"ix_{table}_account_sid", table, ["account_sid"])
        op.create_index(f"ix_{table}_property_sid", table, ["property_sid"])


def make_blocks() -> None:
    """Blocks, the ranges that they hold, and the numbers that differ."""
    settings = (
        "routing_method endpoint_number flow application recording source medium campaign content"
    )
    op.create_table(
        "number_blocks",
        sa.Column("sid", words(), primary_key=True),
        sa.Column("id", WHOLE, nullable=False, unique=True),
        owner(),
        owning_property(),
        kept("state", words()),
        kept("first_number", BIG),
        kept("last_number", BIG),
        sa.Column("name", words()),
        sa.Column("friendly_name", words()),
        sa.Column("trunk_sid", words(), sa.ForeignKey("trunks.sid")),
        kept("active", TRUTH),
        kept("sms", TRUTH),
        kept("voice", TRUTH),
        *[sa.Column(name, words()) for name in settings.split()],
        kept("version", WHOLE),
        kept("position", BIG),
        kept("updated_at", BIG),
        kept("search_text", words()),
        sa.CheckConstraint("state IN ('stock', 'active', 'quarantine', 'ended')", name="state"),
    )
    for column in ("account_sid", "property_sid"):
        op.create_index(f"ix_number_blocks_{column}_id", "number_blocks", [column, "id"])
    op.create_table(
        "number_ranges",
        sa.Column("block_sid", words(), sa.ForeignKey("number_blocks.sid"), primary_key=True),
        sa.Column("from_position", BIG, primary_key=True, autoincrement=False),
        sa.Column("until_position", BIG),
        kept("first_number", BIG),
        kept("last_number", BIG),
        sa.CheckConstraint("first_number <= last_number", name="in_order"),
    )
    op.execute(
        "CREATE INDEX ix_number_ranges_held ON number_ranges (first_number)"
        " WHERE until_position IS NULL"
    )
    op.create_table(
        "overrides",
        sa.Column("number", KEY, primary_key=True, autoincrement=False),
        kept("block_sid", words(), sa.ForeignKey("number_blocks.sid")),
        kept("settings", words()),
        kept("version", WHOLE),
    )
    op.create_index("ix_overrides_block_sid", "overrides", ["block_sid"])


def refuse_overlaps() -> None:
    """Make the database itself refuse ranges that overlap and are held at the same time."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE number_ranges ADD CONSTRAINT no_overlap EXCLUDE USING gist"
            " (int8range(first_number, last_number, '[]') WITH &&) WHERE (until_position IS NULL)"
        )
        return
    for event, itself in (("INSERT", ""), ("UPDATE", "AND rowid <> OLD.rowid")):
        # Held ranges don't overlap, so the last one that starts before the new one's end is the
        # only one that could reach into it.
        op.execute(
            f"""
            CREATE TRIGGER number_ranges_no_overlap_{event.lower()}
            BEFORE {event} ON number_ranges WHEN NEW.until_position IS NULL
            BEGIN
              SELECT RAISE(ABORT, 'no_overlap') WHERE NEW.first_number <= (
                SELECT last_number FROM number_ranges
                WHERE until_position IS NULL AND first_number <= NEW.last_number {itself}
                ORDER BY first_number DESC LIMIT 1);
            END
            """
        )


def put_in_the_root() -> None:
    """The account that everything hangs under, and a history with nothing in it yet."""
    history_id = str(uuid.uuid4())
    op.get_bind().execute(
        sa.text(
            'INSERT INTO history ("only", history_id, position, link, recorded_at, access_version)'
            " VALUES (1, :history_id, 0, :link, 0, 1)"
        ),
        {"history_id": history_id, "link": first_link(history_id)},
    )
    op.get_bind().execute(
        sa.text(
            "INSERT INTO accounts (sid, name, state, version) VALUES (:sid, 'root', 'active', 1)"
        ),
        {"sid": new_sid("account")},
    )
