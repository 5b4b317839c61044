"""Every example file, sent to the real server exactly as it is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import wire
from tests.support.examples import ANYTHING, NOTHING, Example, Message, all_examples, differences
from tests.support.served import Served

EXAMPLES = list(all_examples())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_example_is_true(served: Served, example: Example) -> None:
    values = served.demo | {"number_block": a_block_of_its_own(served)}
    for exchange in example.exchanges:
        before = served.arrange.position()
        expected = exchange.answer.with_values(values)
        answer = sent(served, exchange.request.with_values(values))
        assert list(what_differs(expected, answer)) == [], answer
        if answer.status >= 400:
            assert served.arrange.position() == before, "an error has changed something"


def a_block_of_its_own(served: Served) -> dict[str, str]:
    """What stands for the demo's first block, so that no example sees what another has done."""
    block = served.arrange.block(name="Sydney")
    return {"sid": block.sid, "pattern": f"{block.number[1:-1]}X", "number": block.number}


def sent(served: Served, request: Message) -> wire.Answer:
    """The answer to a request, which is sent as it is written."""
    method, target = request.start.split(" ", 1)
    headers = [(name, in_base64(value)) for name, value in request.headers]
    body = request.body
    sends = dict(headers)
    if sends.get("Content-Type", "").startswith("multipart/"):
        body = body.replace("\n", "\r\n") + "\r\n"
    content = body.encode()
    if sends.get("Transfer-Encoding") == "chunked":
        content = wire.chunks(content)
    return served.send(method, target, headers, content)


def in_base64(value: str) -> str:
    """A header's value; "Basic user:password" as a client sends it."""
    basic = re.fullmatch(r"Basic ([^:]+):(.+)", value)
    return wire.basic(basic[1], basic[2]) if basic else value


def what_differs(expected: Message, answer: wire.Answer) -> Iterator[str]:
    """What of the answer isn't as it is written."""
    if (status := int(expected.start.split()[1])) != answer.status:
        yield f"status is {answer.status}, not {status}"
    for name, value in expected.headers:
        found = answer.headers.get(name.lower(), NOTHING)
        if found == NOTHING if value == ANYTHING else found != value:
            yield f"{name} is {found}, not {value}"
    if expected.body:
        yield from differences(json.loads(expected.body), read(answer.body))
    elif answer.body:
        yield f"there is a body: {answer.body!r}"


def read(body: bytes) -> Any:
    """The answer's JSON; what is none is shown as it is."""
    try:
        return json.loads(body)
    except ValueError:
        return repr(body)


def test_every_example_has_a_title_of_its_own() -> None:
    titles = [example.title for example in EXAMPLES]
    assert sorted(set(titles)) == sorted(titles)
