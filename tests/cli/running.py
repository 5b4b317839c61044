"""Running the real command."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from tests.support.served import COMMAND, environment


def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command in an environment that sets nothing but these variables."""
    done = subprocess.run(
        [COMMAND, *words],
        capture_output=True,
        text=True,
        env=environment() | variables,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def ran(*words: str, **variables: str) -> str:
    """What the command prints, once it has done its work."""
    done = run(*words, **variables)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def told(*words: str, **variables: str) -> Any:
    """The same with --json."""
    return json.loads(ran(*words, "--json", **variables))


def failed(*words: str, exit_code: int = 1, **variables: str) -> str:
    """What the command says when it couldn't do its work: one sentence, and nothing else."""
    done = run(*words, **variables)
    assert (done.returncode, done.stdout) == (exit_code, "")
    assert done.stderr.count("\n") == 1
    return done.stderr
