"""Metrics: of all workers together, without a word about anybody."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from numberblocks.api.metrics import METHODS
from numberblocks.api.metrics_folder import remove_abandoned
from numberblocks.api.routes import ROUTES
from tests.support.served import Served, start_served, stop

PATH = "/v2/numberblocks/{sid_or_text}"
IN_NO_RANGE = "02 5400 0000"


def test_requests_are_counted_by_method_route_and_status(served):
    before = counted(served)
    block = served.arrange.block()
    assert served.configure(block.sid, Source="x").status_code == 200
    assert served.configure(block.sid, Recording="x").status_code == 400
    assert served.client.get("/no/such/path").status_code == 404

    grown = growth(before, counted(served))
    assert grown["numberblocks_requests_total", "POST", PATH, "200"] == 1
    assert grown["numberblocks_requests_total", "POST", PATH, "400"] == 1
    assert grown["numberblocks_requests_total", "GET", "none", "404"] == 1
    assert grown["numberblocks_request_seconds_count", "POST", PATH] == 2
    assert 0 < grown["numberblocks_request_seconds_sum", "POST", PATH] < 30


def test_the_writer_counts_operations_and_commits(served):
    before = counted(served)
    block = served.arrange.block()
    for number in range(5):
        served.configure(block.sid, Source=str(number))
    grown = growth(before, counted(served))
    assert grown["numberblocks_writer_requests_total",] == 5
    assert grown["numberblocks_writer_commits_total",] == 5
    assert grown["numberblocks_writer_group_size_count",] == 5
    assert grown["numberblocks_writer_group_size_sum",] == 5


def test_a_number_in_no_known_range_is_accepted_with_a_warning_and_counted_once(served):
    before, size = counted(served), served.log_size()
    block = served.arrange.block()
    for _ in range(2):
        reply = served.configure(block.sid, RoutingMethod="endpoint", EndpointNumber=IN_NO_RANGE)
        assert reply.status_code == 200
    served.configure(block.sid, RoutingMethod="endpoint", EndpointNumber="02 5550 9876")

    grown = growth(before, counted(served))
    assert grown["numberblocks_endpoint_numbers_unassigned_total",] == 1
    [warning] = [line for line in served.logged_since(size).splitlines() if "warning" in line]
    assert "outside of the assigned ranges: +***000" in warning
    assert '"request_id":' in warning


def test_no_label_names_anybody(served):
    for path in ("61255501234", "BSYDNEYDEMO000000000000000000000", "x" * 40):
        served.client.get(f"/v2/numberblocks/{path}", auth=served.olivia)
        served.client.get(f"/{path}")
        served.client.request(path.upper()[:9], "/livez")
    labels = {label for key in counted(served) for label in key[1:]}
    known = {*METHODS, "other", "none", *(route.path for route in ROUTES)}
    assert {label for label in labels - known if not re.fullmatch("[1-5][0-9]{2}", label)} == set()


def test_made_up_methods_are_one(served):
    before = counted(served)
    for method in ("BREW", "PROPFIND", "X" * 50):
        served.client.request(method, "/livez")
    grown = growth(before, counted(served))
    assert grown["numberblocks_requests_total", "other", "/livez", "405"] == 3


@pytest.mark.parametrize("path", ["/metrics", "/docs", "/docs/start.js", "/docs/swagger-ui.css"])
def test_only_this_machine_or_a_login_sees_it(served, path):
    through_a_proxy = {"Via": "1.1 proxy"}
    assert served.client.get(path).status_code == 200
    reply = served.client.get(path, headers=through_a_proxy)
    assert reply.status_code == 401
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["www-authenticate"].startswith("Basic ")
    assert served.client.get(path, headers={"Host": "example.org"}).status_code == 401
    assert served.client.get(path, headers=through_a_proxy, auth=served.ada).status_code == 401
    customer = served.arrange.customer()
    reply = served.client.get(path, headers=through_a_proxy, auth=customer.login)
    assert reply.status_code == 200


@pytest.fixture
def own(tmp_path):
    """A server of the test's own, whose processes may be killed."""
    with start_served("sqlite", f"sqlite:///{tmp_path / 'own.db'}", tmp_path) as served:
        yield served


def test_counts_never_fall_when_a_worker_dies_and_files_do_not_pile_up(own):
    folder = metrics_folder(own)
    for _ in range(3):
        for number in range(20):
            ask_anew(own, f"/v2/?x={number}")
        before, files = counted(own), len(list(folder.iterdir()))
        victim = workers(own)[0]
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda victim=victim: victim not in workers(own) and len(workers(own)) == 2)
        ask_anew(own, "/v2/")
        after = counted(own)
        key = ("numberblocks_requests_total", "GET", "none", "401")
        assert after[key] >= before[key] + 1
        assert len(list(folder.iterdir())) == files


def test_the_folder_is_gone_when_the_server_is(own):
    folder = metrics_folder(own)
    assert folder.is_dir()
    assert folder.stat().st_mode & 0o777 == 0o700
    stop(own.process)
    assert not folder.exists()


def test_the_folder_is_gone_even_if_the_supervisor_was_killed(own):
    folder = metrics_folder(own)
    own.process.kill()
    own.process.wait()
    wait_for(lambda: not folder.exists())


def test_the_folder_of_a_server_that_was_killed_with_all_its_workers_goes_with_the_next(
    own, tmp_path
):
    folder, victims = metrics_folder(own), workers(own)
    # Nobody may see another's death and clear up: all stand still before any is killed.
    for victim in (own.process.pid, *victims):
        os.kill(victim, signal.SIGSTOP)
    wait_for(lambda: all(stands_still(victim) for victim in (own.process.pid, *victims)))
    for victim in (*victims, own.process.pid):
        os.kill(victim, signal.SIGKILL)
    own.process.wait()
    wait_for(lambda: not any(is_worker(str(victim)) for victim in victims))
    assert folder.exists()
    other = tmp_path / "other"
    other.mkdir()
    with start_served("sqlite", f"sqlite:///{other / 'other.db'}", other) as alive:
        assert not folder.exists()
        remove_abandoned()
        assert metrics_folder(alive).is_dir()


Key = tuple[str, ...]


def counted(served: Served) -> dict[Key, float]:
    """Every sample, by its name and its labels, but for the buckets."""
    text = ask_anew(served, "/metrics").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.endswith("_bucket")
    }


def growth(before: dict[Key, float], after: dict[Key, float]) -> dict[Key, float]:
    """How much each has grown."""
    return {key: value - before.get(key, 0) for key, value in after.items()}


def ask_anew(served: Served, path: str) -> httpx.Response:
    """Ask on a new connection, so that it may be another worker that answers."""
    return httpx.get(f"http://127.0.0.1:{served.port}{path}", trust_env=False, timeout=30)


def workers(served: Served) -> list[int]:
    """The process ids of the workers."""
    children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children")
    return sorted(int(child) for child in children.read_text().split() if is_worker(child))


def is_worker(child: str) -> bool:
    try:
        return "numberblocks-metrics-" in Path(f"/proc/{child}/maps").read_text()
    except OSError:
        return False


def stands_still(process: int) -> bool:
    """Whether the process was stopped, by SIGSTOP for instance."""
    return "\nState:\tT" in Path(f"/proc/{process}/status").read_text()


def metrics_folder(served: Served) -> Path:
    """The folder in which the workers count, as the system knows it."""
    [worker, *_] = workers(served)
    maps = Path(f"/proc/{worker}/maps").read_text()
    found = re.search(r"/\S*/numberblocks-metrics-\w+", maps)
    assert found is not None
    return Path(found[0])


def wait_for(condition, seconds=20.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)
