"""serve and migrate: what keeps the service running."""

from __future__ import annotations

import os
from typing import Annotated

from cyclopts import Parameter

from numberblocks.commands.answer import Answer
from numberblocks.commands.options import DEFAULTS, Common
from numberblocks.settings import read_settings


def serve(
    *,
    host: Annotated[str | None, Parameter(help="Address to listen on.")] = None,
    port: Annotated[int | None, Parameter(help="TCP port to listen on.")] = None,
    workers: Annotated[int | None, Parameter(help="Processes that answer requests.")] = None,
    common: Common = DEFAULTS,
) -> Answer:
    """Serve the API until told to stop. Makes the schema in an empty database."""
    settings = read_settings(
        os.environ, database=common.database, host=host, port=port, workers=workers
    )
    from numberblocks.server import serve as serve_until_stopped

    serve_until_stopped(settings)
    return Answer({"served": f"http://{settings.host}:{settings.port}"}, [])


def migrate(*, common: Common = DEFAULTS) -> Answer:
    """Bring the database's schema up to this release."""
    from numberblocks.commands.store import database_for
    from numberblocks.storage import migrate as migrations

    with database_for(common, may_be_new=True) as database:
        before, after = migrations.migrate(database)
    line = (
        f"{database.name} has schema {after} already."
        if before == after
        else f"{database.name} now has schema {after} (before: {before or 'none'})."
    )
    return Answer({"database": database.name, "before": before, "after": after}, [line])
