"""config show: every setting, its value, and where that came from."""

from __future__ import annotations

import os

from cyclopts import App

from numberblocks.commands.answer import Answer, as_table
from numberblocks.commands.options import DEFAULTS, Common
from numberblocks.settings import SECRET, find_settings, masked

app = App(name="config", help="The settings.")


@app.command
def show(*, common: Common = DEFAULTS) -> Answer:
    """Show every setting, its value and where it came from; passwords are left out."""
    found = find_settings(os.environ, {"database": common.database})
    rows = [
        {
            "setting": name,
            "value": masked(setting.value) if name in SECRET else setting.value,
            "source": setting.source,
        }
        for name, setting in found.items()
    ]
    return Answer({"settings": rows}, as_table(rows, ("setting", "value", "source")))
