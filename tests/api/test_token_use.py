"""When a token was last used is noted, outside the history."""

from falcon.testing import TestClient
from sqlalchemy import text

from numberblocks.api.application import make_application
from numberblocks.app import make_services, note_use
from numberblocks.operations.demo import OLIVIA
from numberblocks.settings import Settings


def test_use_is_written_down_when_it_is_time_and_takes_no_position(demo_url):
    services = make_services(Settings(database=demo_url))
    client = TestClient(make_application(services))

    client.simulate_get(
        "/v2/numberblocks",
        host="127.0.0.1",
        remote_addr="127.0.0.1",
        headers={"Authorization": f"Bearer {OLIVIA}"},
    )
    before = where_it_stands(services)
    note_use(services, services.token_use.take())

    assert last_uses(services) == {"DemoOlivia00"}
    assert where_it_stands(services) == before
    assert not services.token_use.take()
    services.writer.close()


def where_it_stands(services):
    with services.database.reading() as connection:
        return connection.execute(text("SELECT position, link FROM history")).one()


def last_uses(services):
    with services.database.reading() as connection:
        return set(
            connection.execute(
                text("SELECT key_id FROM tokens WHERE last_used_at IS NOT NULL")
            ).scalars()
        )
