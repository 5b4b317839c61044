"""The reference: the bare driver commits the statements of one configured block, one by one.

``python -m bench.bare_driver URL TARGETS SECONDS`` prints what it reached. One connection, one
request a commit, nothing parsed, checked, encoded or hashed: what is written is made beforehand.
The statements do what those of the store do (storage/sqlite_statements.py and its sibling), but
for one block each, and as plainly as can be, which is faster than the store's for one.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from numberblocks.storage.statements import BLOCK_COLUMNS

LINE = "x" * 900
"""As long as a line of the history about a block with a few settings."""
DIGEST = "0" * 64

READ_BLOCK = f"SELECT {', '.join(BLOCK_COLUMNS)} FROM number_blocks WHERE sid = ?"
FIND_HOLDER = """SELECT block_sid, last_number FROM number_ranges
  WHERE until_position IS NULL AND first_number <= ? ORDER BY first_number DESC LIMIT 1"""
UPDATE_BLOCK = """UPDATE number_blocks SET routing_method = ?, endpoint_number = ?, flow = ?,
  application = ?, recording = ?, source = ?, medium = ?, campaign = ?, content = ?, version = ?,
  position = ?, updated_at = ?, search_text = ? WHERE sid = ? AND version = ?"""
INSERT_LINE = "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?)"
INSERT_LINK = "INSERT INTO links VALUES (?, ?, ?)"
MOVE_HEAD = "UPDATE history SET position = ?, link = ?, recorded_at = ?, access_version = ?"

Execute = Callable[..., Any]


def sqlite_requests(url: str, sids: Iterator[str]) -> Iterator[None]:
    """One request after the other, each in a transaction of its own."""
    from pysqlite3 import dbapi2

    connection = dbapi2.connect(urlsplit(url).path, isolation_level=None)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    execute = connection.execute
    read_head = """SELECT history_id, position, link, recorded_at, access_version,
      CAST(unixepoch('subsec') * 1000000 AS INTEGER) FROM history"""
    for number, sid in enumerate(sids):
        execute("BEGIN IMMEDIATE")
        head = execute(read_head).fetchone()
        configure(execute, head, sid, number)
        execute("COMMIT")
        yield
    connection.close()


def postgresql_requests(url: str, sids: Iterator[str]) -> Iterator[None]:
    """One request after the other, each in a transaction of its own; statements are prepared."""
    import psycopg

    read_head = """SELECT history_id, position, link, recorded_at, access_version,
      (extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM history FOR UPDATE"""
    with psycopg.connect(url) as connection:

        def execute(statement: str, values: tuple[Any, ...] = ()) -> Any:
            return connection.execute(spelled[statement], values)

        every = (READ_BLOCK, FIND_HOLDER, UPDATE_BLOCK, INSERT_LINE, INSERT_LINK, MOVE_HEAD)
        spelled: dict[str, Any] = {each: each.replace("?", "%s").encode() for each in every}
        for number, sid in enumerate(sids):
            head = connection.execute(read_head).fetchone()
            assert head is not None
            configure(execute, head, sid, number)
            connection.commit()
            yield


def configure(execute: Execute, head: Any, sid: str, number: int) -> None:
    """The statements between beginning and committing."""
    position, now = head[1] + 1, head[5]
    digits = 61_2_5550_9000 + number % 1000
    block = execute(READ_BLOCK, (sid,)).fetchone()
    execute(FIND_HOLDER, (digits,)).fetchone()
    settings = ("endpoint", f"+{digits}", None, None, "enabled", "google", "cpc", f"bare {number}")
    after = (block[22] + 1, position, now, "block\n\ngoogle\ncpc\nbare\n")
    execute(UPDATE_BLOCK, (*settings, None, *after, sid, block[22]))
    execute(INSERT_LINE, (position, now, "block.configured", "number_block", sid, LINE, DIGEST))
    execute(INSERT_LINK, (position, 1, DIGEST))
    execute(MOVE_HEAD, (position, DIGEST, now, head[4]))


def main() -> None:
    """Measure, and print what was reached as one line of JSON."""
    url, targets, seconds = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    sids = itertools.cycle(targets.read_text().split("\n")[2:])
    requests = sqlite_requests if url.startswith("sqlite") else postgresql_requests
    done, begin, cpu = 0, 0.0, 0.0
    for _ in requests(url, sids):
        if begin == 0.0:  # The first request has prepared everything.
            begin, cpu = time.perf_counter(), time.process_time()
            continue
        done += 1
        if time.perf_counter() - begin >= seconds:
            break
    taken = time.perf_counter() - begin
    cpu = time.process_time() - cpu
    print(json.dumps({"requests": done, "seconds": taken, "cpu_us": cpu / done * 1e6}))


if __name__ == "__main__":
    main()
