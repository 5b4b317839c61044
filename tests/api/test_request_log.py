"""The log: one line of JSON a request, with no secret in it, wherever somebody puts one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from numberblocks.logs import hide, hide_in_prose, unescaped
from numberblocks.operations.demo import ADA, OLIVIA
from tests.support.served import Served

TOKEN = str(OLIVIA)
SECRET = TOKEN.rpartition("_")[2]
ACME = "ACMEDEMO000000000000000000000000"
SYDNEY = "BSYDNEYDEMO000000000000000000000"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_a_request_is_one_line(served):
    block = served.arrange.block()
    size = served.log_size()
    reply = served.client.post(
        f"/v2/NumberBlocks/{block.sid}?AccountSid={ACME}",
        json={"Source": "in the body"},
        auth=served.olivia,
        headers={"X-Request-Id": "mine-1", "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"},
    )
    [line] = lines_since(served, size)
    assert line.pop("time").endswith("+00:00")
    assert 0 < line.pop("ms") < 30_000
    assert line == {
        "level": "info",
        "event": "request",
        "request_id": "mine-1",
        "trace_id": TRACE,
        "method": "POST",
        "route": "/v2/numberblocks/{sid_or_text}",
        "path": f"/v2/NumberBlocks/{block.sid}",
        "query": f"AccountSid={ACME}",
        "status": 200,
        "actor": "token:DemoOlivia00",
        "account": ACME,
        "position": int(reply.headers["X-Position"]),
    }


def test_what_is_refused_has_its_line_too(served):
    size = served.log_size()
    replies = [
        served.client.get("/v2/numberblocks"),
        served.client.get("/nothing"),
        served.client.put("/livez"),
        served.client.post(f"/v2/numberblocks/{SYDNEY}", content=b"{", auth=served.roy),
    ]
    lines = lines_since(served, size)
    assert [line["status"] for line in lines] == [401, 404, 405, 400]
    assert [line["request_id"] for line in lines] == [
        reply.headers["X-Request-Id"] for reply in replies
    ]
    assert [line.get("actor") for line in lines] == [None, None, None, "token:DemoRoy00000"]
    assert all("position" not in line for line in lines)


NUMBERS = [
    "61255501234",
    "+61255501234",
    "%2B61255501234",
    "%252B61255501234",
    "%2B%36%31%32%35%35%35%30%31%32%33%34",
    "02 5550 1234",
    "(02)%205550%201234",
    "02-5550-1234",
    "02.5550.1234",
    "02%C2%A05550%C2%A01234",
    "61 2 5550 1234",
    "６１２５５５０１２３４",
]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    "target", ["/v2/numberblocks/{}", "/{}/x", "/v2/numberblocks?Text={}", "/v2/numberblocks?{}={}"]
)
def test_of_a_number_the_log_has_the_last_three_digits(served, number, target):
    size = served.log_size()
    path, _, query = target.partition("?")
    ready = quote(number, safe="%()+") if "%" in number else quote(number)
    served.send("GET", f"{path}?{query}".rstrip("?").format(ready, ready), login=served.olivia)
    [line] = lines_since(served, size)
    said = f"{line['path']} {line.get('query')}"
    plain = "".join(str(int(each)) for each in said if each.isdecimal())
    for beginning in ("61255501", "0255501", "25550123"):
        assert beginning not in plain
    if not target.endswith("?{}={}"):  # Of a parameter that isn't known nothing is shown.
        assert "***234" in said


SECRETS = [
    ("/v2/numberblocks?token={}", {}),
    ("/v2/numberblocks?Text={}", {}),
    ("/v2/numberblocks?Text=x&{}", {}),
    ("/v2/numberblocks?Text=x&access_token={}&AccountSid={}", {}),
    ("/v2/numberblocks/{}", {}),
    ("/{}", {}),
    ("/v2/{}:{}@numberblocks", {}),
    ("http://user:{}@127.0.0.1/v2/numberblocks", {}),
    ("http://127.0.0.1/v2/numberblocks?password={}", {}),
    ("/v2/numberblocks", {"X-Request-Id": "{}"}),
    ("/v2/numberblocks", {"traceparent": "{}"}),
    ("/v2/numberblocks", {"Cookie": "session={}"}),
    ("/v2/numberblocks", {"Referer": "http://127.0.0.1/?{}"}),
    ("/v2/numberblocks", {"User-Agent": "{}"}),
    ("/v2/numberblocks", {"Host": "user:{}@127.0.0.1"}),
    ("/v2/numberblocks", {"Authorization": "Bearer {}x"}),
    ("/v2/numberblocks", {"Authorization": "Token {}"}),
    ("/v2/numberblocks", {"Authorization": "Basic {}"}),
    ("/v2/numberblocks", {"Proxy-Authorization": "Bearer {}"}),
    ("/v2/numberblocks", {"Prefer": "{}"}),
]


@pytest.mark.parametrize(("target", "headers"), SECRETS)
@pytest.mark.parametrize("spelled", [TOKEN, quote(TOKEN).replace("_", "%5F"), TOKEN.upper()])
def test_a_token_is_never_in_the_log(served, target, headers, spelled):
    size = served.log_size()
    own = {name: value.format(spelled) for name, value in headers.items()}
    login = None if "Authorization" in own else served.ada
    served.send("GET", target.format(spelled, spelled), [*own.items()], login=login)
    said = unescaped(served.logged_since(size))
    assert len(lines_since(served, size)) <= 1  # What is no HTTP the server itself refuses.
    assert SECRET.lower() not in said.lower()
    assert str(ADA).rpartition("_")[2] not in said


def test_neither_bodies_nor_methods_nor_unknown_parameters_are_in_the_log(served):
    size = served.log_size()
    served.client.post(
        f"/v2/numberblocks/{SYDNEY}",
        params={"hunter2": "", "Password": "correct horse"},
        content=b'{"Source": "battery staple", "Password": "hunter2"',
        auth=served.olivia,
    )
    served.client.request("HUNTER2", "/livez")
    said = served.logged_since(size)
    for word in ("hunter2", "correct", "horse", "battery", "staple", "Basic"):
        assert word.lower() not in said.lower()
    assert [line["method"] for line in lines_since(served, size)] == ["POST", "other"]


def test_a_line_stays_a_line_whatever_is_in_the_path(served):
    size = served.log_size()
    served.send(
        "GET", '/x%0A{"event":"forged"}%0D%0A%00%1b[31m%C2%9b%E2%80%A8%ff', login=served.olivia
    )
    [line] = lines_since(served, size)
    assert line["event"] == "request"
    assert line["path"].startswith('/x\n{"event":"forged"}\r\n\x00\x1b[31m\ufffd\ufffd\ufffd')


def test_long_paths_and_queries_are_cut(served):
    size = served.log_size()
    served.client.get("/" + "x" * 5_000)
    served.client.get("/v2/numberblocks?" + "&".join(["Text=" + "y" * 90] * 100))
    assert all(len(json.dumps(line)) < 2_000 for line in lines_since(served, size))


def test_a_fault_of_ours_is_one_more_line_with_its_traceback_and_no_secret():
    said = subprocess.run([sys.executable, "-c", FAULT], capture_output=True, text=True).stderr
    traceback, request = [json.loads(line) for line in said.splitlines()]
    assert traceback["level"] == "error"
    assert traceback["event"] == "request failed"
    assert traceback["request_id"] == request["request_id"] == "mine-2"
    assert "in explode" in traceback["exception"]
    assert "RuntimeError: +***234 nb_DemoOlivia00***" in traceback["exception"]
    assert request["status"] == 500
    assert request["level"] == "error"
    assert SECRET not in said
    assert "hidden" not in said


FAULT = f"""
from falcon.testing import TestClient
from numberblocks.api.application import make_application
from numberblocks.app import make_services
from numberblocks.logs import start_logging
from numberblocks.settings import Settings
import numberblocks.api.application as application

def explode(*_):
    local = "hidden"
    raise RuntimeError("+61255501234 {TOKEN}")

settings = Settings(database="sqlite:///never.db", log_level="info")
start_logging(settings.log_level)
application.log_in = explode
client = TestClient(make_application(make_services(settings)))
client.simulate_get("/v2/numberblocks", headers={{"X-Request-Id": "mine-2"}})
"""


@pytest.mark.parametrize(("level", "count"), [("info", 2), ("warning", 1), ("error", 1)])
def test_from_the_level_on_that_is_set(level, count):
    program = FAULT.replace('"info"', f'"{level}"') + 'client.simulate_get("/livez")\n'
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stderr
    lines = [json.loads(line) for line in said.splitlines()]
    assert len([line for line in lines if line["event"] == "request"]) == count


def test_an_answer_does_not_depend_on_whether_the_log_can_be_written():
    program = FAULT + 'print(client.simulate_get("/livez").status_code)\n'
    with Path("/dev/full").open("wb") as full:  # Every write to it says that the disk is full.
        said = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=full)
    assert said.stdout == b"200\n"


def test_the_server_speaks_in_lines_of_json_too(served):
    lines = [json.loads(line) for line in served.logged_since(0).split("\n") if line]
    assert any(line.get("logger") == "_granian" for line in lines)
    assert all({"time", "level", "event"} <= line.keys() for line in lines)


@pytest.mark.parametrize(
    "text",
    [
        ACME,
        f"/v2/numberblocks/{SYDNEY}",
        "B2345672345672345672345672345672",
        "12345",
        "/v2",
        "x 1 2",
    ],
)
def test_sids_and_short_numbers_stay(text):
    assert hide(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a 61255501234 b", "a ***234 b"),
        ("+61 (0)2 5550 1234", "+***234"),
        ("612555012340 and 12", "***340 and 12"),
        ("b2345672345672345672345672345672", "b***672"),
        (f"{ACME}61255501234", "ACMEDEMO***234"),
        (TOKEN, "nb_DemoOlivia00***"),
        ("nb_x_y NB_X_Y", "nb_x*** NB_X***"),
        ("a\x9b31m\u2028b", "a\ufffd31m\ufffdb"),
    ],
)
def test_the_rest_is_hidden(text, shown):
    assert hide(text) == shown


def test_addresses_of_machines_stay_in_what_programs_say():
    assert hide_in_prose("127.0.0.1:5432, 61255501234") == "127.0.0.1:5432, ***234"
    assert hide("/127.0.0.1") == "/***001"


def lines_since(served: Served, size: int) -> list[dict[str, Any]]:
    """The requests that were logged since, without what the server says when it starts."""
    lines = [json.loads(line) for line in served.logged_since(size).split("\n") if line]
    return [line for line in lines if line.get("logger") is None]
