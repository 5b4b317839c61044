"""Put the demo into a store: once, whole, and in the line of changes like everything else."""

from __future__ import annotations

from numberblocks.domain.access import Actor, Grant, Permission
from numberblocks.domain.errors import DemoRemoved
from numberblocks.domain.number_block import BlockChange
from numberblocks.domain.number_pattern import read_number_pattern
from numberblocks.domain.routing import RoutingMethod
from numberblocks.domain.tokens import Token, read_token
from numberblocks.operations import demo
from numberblocks.operations.configure_block import configure_block
from numberblocks.operations.create_account import create_account
from numberblocks.operations.create_application import create_application
from numberblocks.operations.create_block import create_block
from numberblocks.operations.create_flow import create_flow
from numberblocks.operations.create_property import create_property
from numberblocks.operations.create_token import create_token
from numberblocks.operations.create_trunk import create_trunk
from numberblocks.operations.named import Named
from numberblocks.operations.permitted import require_operator
from numberblocks.operations.publish_flow import publish_flow
from numberblocks.storage.finding import find_token
from numberblocks.storage.write import Write

MENU = '{"steps": [{"say": "Welcome to Acme."}, {"menu": {"1": "sales", "2": "service"}}]}'


def seed_demo(tx: Write, actor: Actor) -> bool:
    """Make the customers of the demo and all that they have; whether it wasn't there yet."""
    root = require_operator(tx, actor)
    if tx.account(demo.ACME) is not None:
        require_not_removed(tx)
        return False
    make_customers(tx, actor, root.sid)
    make_tokens(tx, actor)
    make_what_routes(tx, actor)
    make_blocks(tx, actor)
    configure_block(
        tx,
        actor,
        Named(account=demo.ACME),
        demo.SYDNEY.sid,
        BlockChange(
            routing_method=RoutingMethod.ENDPOINT,
            endpoint_number=demo.ENDPOINT,
            source="Google",
            medium="cpc",
        ),
    )
    return True


def require_not_removed(tx: Write) -> None:
    """What was removed stays removed; a demo is made anew in a new database."""
    token = find_token(tx.connection, read_demo_token(demo.OLIVIA).key_id)
    if token is None or token.revoked_at is not None:
        raise DemoRemoved("The demo was removed from this store; make it in another database.")


def make_customers(tx: Write, actor: Actor, root: str) -> None:
    """Acme with a child account, Globex, and their properties."""
    create_account(tx, actor, parent=root, name="Acme", sid=demo.ACME)
    create_account(tx, actor, parent=root, name="Globex", sid=demo.GLOBEX)
    tx.settle()
    create_account(tx, actor, parent=demo.ACME, name="Acme Regional", sid=demo.ACME_REGIONAL)
    tx.settle()
    for account, sid, name in (
        (demo.ACME, demo.ACME_STORES, "Acme Stores"),
        (demo.ACME, demo.ACME_ONLINE, "Acme Online"),
        (demo.ACME_REGIONAL, demo.REGIONAL_STORES, "Acme Country Stores"),
        (demo.GLOBEX, demo.GLOBEX_HOME, "Globex"),
    ):
        create_property(tx, actor, account=account, name=name, sid=sid)
    tx.settle()


def make_tokens(tx: Write, actor: Actor) -> None:
    """A published token for each of the people."""
    for text, account, name, permission in (
        (demo.OLIVIA, demo.ACME, "Olivia (demo)", Permission.MANAGE),
        (demo.ROY, demo.ACME, "Roy (demo)", Permission.REPORTING),
        (demo.ADA, demo.ACME, "Ada (demo)", Permission.ADMIN),
        (demo.SAM, demo.GLOBEX, "Sam (demo)", Permission.MANAGE),
    ):
        grant = Grant(account=account, permissions=frozenset({permission}))
        create_token(
            tx, actor, account=account, name=name, grants=[grant], demo=read_demo_token(text)
        )
    tx.settle()


def make_what_routes(tx: Write, actor: Actor) -> None:
    """A trunk; for Acme Stores a published flow, a draft and an application."""
    stores = Named(property=demo.ACME_STORES)
    create_trunk(
        tx, actor, name="Demo trunk", uri_template="sip:{number}@sbc.example.com", sid=demo.TRUNK
    )
    create_flow(tx, actor, stores, name="Welcome menu", document=MENU, config_id=demo.WELCOME)
    create_flow(tx, actor, stores, name="Holiday menu", config_id=demo.HOLIDAYS)
    create_application(
        tx,
        actor,
        stores,
        name="Order line",
        voice_url="https://orders.example.com/voice",
        sid=demo.ORDER_LINE,
    )
    tx.settle()
    publish_flow(tx, actor, demo.WELCOME)
    tx.settle()


def make_blocks(tx: Write, actor: Actor) -> None:
    """Everybody's blocks, and those in stock."""
    for block in (*demo.ACMES, demo.ONLINE, demo.REGIONAL, demo.GLOBEXS, *demo.STOCK):
        create_block(
            tx,
            actor,
            read_number_pattern(block.numbers),
            property=block.property,
            name=block.name,
            trunk=demo.TRUNK,
            sid=block.sid,
        )
        tx.settle()


def read_demo_token(text: str) -> Token:
    """One of the published tokens."""
    token = read_token(text)
    assert token is not None
    return token
