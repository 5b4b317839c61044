"""The client that callers of the original use: ServiceStack's JsonServiceClient, from npm."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support import real_parts
from tests.support.replies import OK
from tests.support.served import Login, Served

PROGRAM = Path(__file__).with_name("servicestack.mjs")
PHONE = "+61491570156"


class Client:
    """The client in Node, logged in as somebody."""

    def __init__(self, served: Served) -> None:
        self.node = real_parts.use("Node")
        self.served = served

    def __call__(self, path: str, login: Login | None = None, **task: Any) -> dict[str, Any]:
        """What came of one task: the answer or the error as the client's caller has it."""
        if login is not None:
            task |= {"user": login[0], "password": login[1]}
        task |= {"url": f"http://127.0.0.1:{self.served.port}", "path": path}
        done = subprocess.run(
            [self.node, PROGRAM], input=json.dumps(task), capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        outcome: dict[str, Any] = json.loads(done.stdout)
        return outcome


@pytest.fixture
def client(served: Served) -> Client:
    return Client(served)


def to_phone(served: Served) -> dict[str, str]:
    account = served.demo["account"]["sid"]
    return {"AccountSid": account, "RoutingMethod": "endpoint", "EndpointNumber": PHONE}


def test_it_configures_a_block_and_sees_it_in_the_list(served, client):
    block = served.arrange.block()
    path = f"/v2/numberblocks/{block.sid}"
    done = client(path, served.olivia, body=to_phone(served))
    assert (done["status"], done["answer"]) == (200, OK)
    assert int(done["position"]) == served.block(block.sid)["position"]
    listed = client(path, served.olivia, method="GET", args={"AccountSid": served.olivia[0]})
    [shown] = listed["answer"]["NumberBlocks"]
    assert (shown["NumberBlockSid"], shown["EndpointNumber"]) == (block.sid, PHONE)


def test_it_configures_with_a_bearer_token_and_query_parameters(served, client):
    block = served.arrange.block()
    done = client(
        f"/v2/NumberBlocks/{block.sid}",
        bearer=served.olivia[1],
        body={"Recording": "enabled"},
        args={"AccountSid": served.olivia[0]},
    )
    assert done["answer"] == OK
    assert served.block(block.sid)["recording"] == "enabled"


def test_it_configures_with_a_form_in_parts(served, client):
    block = served.arrange.block()
    form = {"AccountSid": served.olivia[0], "Campaign": "Winter sale, 50 % off"}
    done = client(f"/v2/numberblocks/{block.sid}", served.olivia, form=form)
    assert done["answer"] == OK
    assert served.block(block.sid)["campaign"] == form["Campaign"]


def test_an_error_is_read_with_its_code_and_its_fields(served, client):
    block = served.arrange.block()
    with served.nothing_stored(block.sid):
        wrong = client(
            f"/v2/numberblocks/{block.sid}",
            served.olivia,
            body={"RoutingMethod": "flow", "EndpointNumber": "5550 1234"},
        )
    assert wrong["status"] == 400
    status = wrong["error"]["responseStatus"]
    required = "AccountSid is required: name an AccountSid, a PropertySid or both."
    assert (status["errorCode"], status["message"]) == ("PARAMETER_REQUIRED", required)
    assert [(each["fieldName"], each["errorCode"]) for each in status["errors"]] == [
        ("AccountSid", "PARAMETER_REQUIRED"),
        ("PropertySid", "PARAMETER_REQUIRED"),
        ("EndpointNumber", "PARAMETER_INVALID"),
        ("Flow", "PARAMETER_REQUIRED"),
    ]
    assert all(each["message"].startswith(each["fieldName"]) for each in status["errors"])


@pytest.mark.parametrize(
    ("path", "login", "status", "code"),
    [
        ("/v2/numberblocks/BNOTHING", "olivia", 400, "NUMBER_BLOCK_NOT_FOUND"),
        ("/v2/numberblocks/BNOTHING", "roy", 403, "FORBIDDEN"),
        ("/v2/nothing", "olivia", 404, "NOT_FOUND"),
    ],
)
def test_every_other_error_is_read_with_its_code(served, client, path, login, status, code):
    wrong = client(path, getattr(served, login), body=to_phone(served))
    assert (wrong["status"], wrong["error"]["responseStatus"]["errorCode"]) == (status, code)


def test_a_wrong_login_is_told_as_unauthorized(served, client):
    wrong = client("/v2/numberblocks/BNOTHING", (served.olivia[0], "wrong"), body=to_phone(served))
    assert (wrong["status"], wrong["error"]["responseStatus"]["errorCode"]) == (401, "UNAUTHORIZED")


def test_it_asks_for_a_login_after_401_and_tries_again(served, client):
    block = served.arrange.block()
    afterwards = {"user": served.olivia[0], "password": served.olivia[1]}
    done = client(f"/v2/numberblocks/{block.sid}", body=to_phone(served), afterwards=afterwards)
    assert (done["asked"], done["status"], done["answer"]) == (1, 200, OK)
