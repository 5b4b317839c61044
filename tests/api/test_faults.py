"""When something is wrong on our side: what is told, and what isn't."""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.databases import PostgresServer
from tests.support.replies import OK, code, error
from tests.support.served import Served, start_served


def test_a_fault_of_ours_is_a_fixed_text_with_the_request_id(served: Served):
    customer = served.arrange.customer()
    block = served.arrange.block(property=customer.property)
    served.arrange.spoil(block.sid)
    before = served.log_size()
    path = f"/v2/numberblocks/{block.sid}"
    owner = {"AccountSid": customer.account}
    client = served.client
    for reply in (
        client.get(path, params=owner, auth=customer.login),
        client.post(path, json=owner, auth=customer.login),
    ):
        request_id = reply.headers["X-Request-Id"]
        assert (reply.status_code, code(reply)) == (500, "INTERNAL_ERROR")
        assert error(reply) == {
            "ErrorCode": "INTERNAL_ERROR",
            "Message": f"Something went wrong on our side; the log has it as {request_id}.",
        }
        assert "pigeon" not in reply.text
        assert "WWW-Authenticate" not in reply.headers
        time.sleep(0.1)
        assert request_id in served.logged_since(before)
    assert "pigeon" in served.logged_since(before)


def test_a_fault_of_one_request_takes_no_other_with_it(served: Served):
    spoilt, fine = served.arrange.block(), served.arrange.block()
    served.arrange.spoil(spoilt.sid)
    try:
        with ThreadPoolExecutor(24) as threads:
            asked = [
                threads.submit(served.configure, (fine, spoilt)[turn % 2].sid, Source=str(turn))
                for turn in range(96)
            ]
        statuses = [each.result().status_code for each in asked]
        assert statuses == [200, 500] * 48
    finally:
        served.arrange.point(spoilt.sid, "+61491570156")  # Lists of Acme are to work again.


@pytest.fixture
def cut_off(postgres_server: PostgresServer, tmp_path: Path):
    """A server whose database is taken away, and brought back at the end of the with-block."""
    url = postgres_server.make_database()
    with start_served("postgresql", url, tmp_path) as running:
        assert running.configure(running.arrange.block().sid, Source="x").json() == OK
        running.arrange.close()
        yield running, url, postgres_server


def test_without_a_store_everything_is_503_and_comes_back_with_it(cut_off):
    served, url, server = cut_off
    name = url.rpartition("/")[2]
    block = served.demo["number_block"]["sid"]
    server.rename(url, f"{name}_away")
    begun = time.monotonic()
    for reply in (
        served.configure(block, Source="Radio"),
        served.client.get(f"/v2/numberblocks?AccountSid={served.olivia[0]}", auth=served.olivia),
        served.client.get("/v2/nothing", auth=served.olivia),
    ):
        assert (reply.status_code, code(reply)) == (503, "SERVICE_UNAVAILABLE"), reply.text
        assert re.fullmatch(r"[1-9]\d*", reply.headers["Retry-After"])
        assert json.dumps(reply.json()).count("psycopg") == 0
        assert "X-Position" not in reply.headers
    assert time.monotonic() - begun < 30
    server.rename(server.url(f"{name}_away"), name)
    reply = served.configure(block, Source="Radio")
    assert reply.json() == OK
    assert (
        served.configure(block, Source="Radio").headers["X-Position"]
        == (reply.headers["X-Position"])
    )
