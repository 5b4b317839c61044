"""Ask for known vulnerabilities of every locked Python package: python scripts/audit.py

Exit code 1 means that something is vulnerable. Without a connection to the advisory service, or
with one to a registry that has no advisories, nothing can be said: then this says so loudly and
exits with 0, because the lock files are no worse for it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

REQUIREMENTS = Path(__file__).parents[1] / "requirements"
PIP_AUDIT = Path(sys.executable).with_name("pip-audit")
ONE_PACKAGE = "build.txt"
ALL_PACKAGES = ("build.txt", "run.txt", "dev.txt")
SECONDS = 300


def main() -> int:
    """Audit one package to see whether anybody answers, then all."""
    packages = audited(ONE_PACKAGE) and audited(*ALL_PACKAGES)
    if not packages:
        print("******** NOT AUDITED: no advisory service can be reached from here ********")
        return 0
    vulnerable = [package for package in packages if package["vulns"]]
    for package in vulnerable:
        known = ", ".join(vulnerability["id"] for vulnerability in package["vulns"])
        print(f"VULNERABLE: {package['name']} {package['version']}: {known}")
    print(f"audit: {len(packages)} packages looked up, {len(vulnerable)} vulnerable")
    return 1 if vulnerable else 0


def audited(*locks: str) -> list[dict[str, Any]]:
    """The packages of the lock files that the advisory service knew something to say about."""
    report = pip_audit([word for lock in locks for word in ("-r", str(REQUIREMENTS / lock))])
    return [package for package in report if "skip_reason" not in package]


def pip_audit(what: list[str]) -> list[dict[str, Any]]:
    """What pip-audit reports; nothing if it could not do its work, and its last words printed."""
    options = ["--require-hashes", "--disable-pip", "--progress-spinner=off", "--format=json"]
    try:
        done = subprocess.run(
            [PIP_AUDIT, *options, *what], capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return []
    # With vulnerabilities it exits with 1 and a report, with a fault with 1 and none.
    if not done.stdout.startswith("{"):
        print("\n".join(done.stderr.splitlines()[-1:]))
        return []
    report: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    return report


if __name__ == "__main__":
    sys.exit(main())
