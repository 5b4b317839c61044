"""Health: whether it is well is told to everybody, why not to insiders only."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from falcon.testing import TestClient
from sqlalchemy import text

from numberblocks.api.application import make_application
from numberblocks.app import make_services
from numberblocks.domain.access import Permission
from numberblocks.operations.demo import OLIVIA
from numberblocks.settings import Settings
from numberblocks.storage.database import open_database, writing_engine
from numberblocks.storage.lock import write_lock

HERE = {"host": "127.0.0.1", "remote_addr": "127.0.0.1"}
THROUGH_A_PROXY = {"Forwarded": "for=192.0.2.1"}


def test_it_is_alive_and_ready_whoever_asks(served):
    for headers in ({}, THROUGH_A_PROXY):
        assert served.client.get("/livez", headers=headers).json() == {"ok": True}
        reply = served.client.get("/readyz", headers=headers)
        assert reply.status_code == 200
        assert reply.json()["ok"] is True


@pytest.mark.parametrize(
    "mark", ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP"]
)
def test_what_was_looked_at_is_not_told_through_a_proxy(served, mark):
    assert served.client.get("/readyz", headers={mark: "192.0.2.1"}).json() == {"ok": True}


def test_what_was_looked_at_is_not_told_under_another_host_name(served):
    reply = served.client.get("/readyz", headers={"Host": "numberblocks.example"})
    assert reply.json() == {"ok": True}


def test_what_was_looked_at_is_told_to_this_machine(served):
    checks = served.client.get("/readyz").json()["checks"]
    assert [(check["name"], check["state"]) for check in checks] == [
        ("database", "ok"),
        ("schema", "ok"),
        ("writer", "ok"),
    ]


def test_what_was_looked_at_is_told_to_any_valid_login(served):
    account = served.arrange.account()
    token = served.arrange.token(account, Permission.BILLING)
    reply = served.client.get("/readyz", auth=(account, str(token)), headers=THROUGH_A_PROXY)
    assert len(reply.json()["checks"]) == 3
    served.arrange.revoke(token)
    reply = served.client.get("/readyz", auth=(account, str(token)), headers=THROUGH_A_PROXY)
    assert reply.json() == {"ok": True}


def test_a_demo_token_through_a_proxy_is_no_login(served):
    reply = served.client.get("/readyz", auth=served.ada, headers=THROUGH_A_PROXY)
    assert reply.json() == {"ok": True}


def test_head_says_as_much_as_get(served):
    assert served.client.head("/readyz").status_code == 200


def test_with_another_schema_it_is_not_ready(migrated_url):
    with in_process(migrated_url) as (client, _services):
        set_schema(migrated_url, "0000")
        assert client.simulate_get("/readyz").json == {"ok": False}  # Another host's name.
        reply = client.simulate_get("/readyz", **HERE)
        assert reply.status_code == 503
        assert states(reply) == {"database": "ok", "schema": "wrong", "writer": "ok"}
        assert client.simulate_get("/livez").status_code == 200


def test_without_its_store_it_is_not_ready():
    with in_process("postgresql://nobody@127.0.0.1:1/nothing") as (client, _services):
        reply = client.simulate_get("/readyz", **HERE)
        assert reply.status_code == 503
        assert states(reply) == {"database": "wrong", "schema": "wrong", "writer": "ok"}
        assert client.simulate_get("/readyz").json == {"ok": False}


def test_a_writer_that_gets_nowhere_is_not_ready(demo_url):
    with in_process(demo_url, longest_wait=0.2) as (client, services):
        with lock_held(demo_url):
            reply = client.simulate_post(
                "/v2/numberblocks/BSYDNEYDEMO000000000000000000000",
                json={"AccountSid": "ACMEDEMO000000000000000000000000", "Source": "x"},
                headers={"Authorization": f"Bearer {OLIVIA}"},
                **HERE,
            )
            assert reply.status_code == 503
            reply = client.simulate_get("/readyz", **HERE)
            assert states(reply) == {"database": "ok", "schema": "ok", "writer": "wrong"}
        services.writer.close()
        assert client.simulate_get("/readyz", **HERE).status_code == 200


def states(reply):
    return {check["name"]: check["state"] for check in reply.json["checks"]}


@contextmanager
def in_process(url, **given):
    services = make_services(Settings(database=url, **given))
    yield TestClient(make_application(services)), services
    services.database.close()


def set_schema(url, version):
    database = open_database(url)
    with writing_engine(database).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    database.close()


@contextmanager
def lock_held(url):
    """What another process does that is stopped while it writes."""
    database = open_database(url)
    with write_lock(database), writing_engine(database).connect() as connection:
        connection.execute(text("UPDATE history SET position = position"))
        yield
        connection.rollback()
    database.close()
