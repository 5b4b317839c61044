"""Who is asking: every way to log in, and every way not to."""

from __future__ import annotations

from base64 import b64encode

import pytest

from numberblocks.domain.access import Permission
from numberblocks.domain.tokens import checksum, new_token
from tests.support.replies import OK, code
from tests.support.served import Login, Served
from tests.support.wire import basic

CHALLENGE = 'Basic realm="numberblocks", charset="UTF-8"'
LIST = "/v2/numberblocks?AccountSid="
PROXY_HEADERS = [
    ("X-Forwarded-For", "192.0.2.1"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Forwarded-Host", "localhost"),
    ("X-Forwarded-Proto", "https"),
    ("x-forwarded-anything", ""),
    ("Forwarded", "for=127.0.0.1"),
    ("Via", "1.1 proxy.example.com"),
    ("X-Real-IP", "127.0.0.1"),
]
OTHER_HOSTS = ["numberblocks.example.com", "192.0.2.1", "localhost.example.com", "127.0.0.2", ""]


def is_let_in(served: Served, authorization: str | None, account: str, *headers) -> bool:
    """Whether the account's blocks are listed; if not, the answer is a proper 401."""
    own = [("Authorization", authorization)] if authorization is not None else []
    answer = served.send("GET", LIST + account, [*own, *headers])
    if answer.status == 401:
        assert code(answer) == "UNAUTHORIZED"
        assert answer.headers["www-authenticate"] == CHALLENGE
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
    else:
        assert answer.status == 200, answer
    return answer.status == 200


@pytest.fixture
def initech(served: Served) -> Login:
    """A token of an account of its own, not one of the demo's published ones."""
    return served.arrange.customer().login


# What lets in


def test_basic_and_bearer_let_in(served, initech):
    account, token = initech
    for authorization in (
        basic(account, token),
        basic(account, token).replace("Basic", "bAsIc"),
        f"Bearer {token}",
        f"bearer {token}",
        f"Bearer   {token}",
    ):
        assert is_let_in(served, authorization, account), authorization


def test_a_parents_token_lets_in_to_the_child_under_its_own_name_only(served):
    account, token = served.olivia
    child = served.demo["child_account"]["sid"]
    assert is_let_in(served, basic(account, token), child)
    assert is_let_in(served, f"Bearer {token}", child)
    assert not is_let_in(served, basic(child, token), child)


# What doesn't


def wrong_authorizations(account: str, token: str) -> dict[str, str | None]:
    """Headers that are nearly right."""
    stranger = str(new_token())
    slip = "a" if token[-7] != "a" else "b"
    forged = f"nb_{token[3:15]}_{'x' * 32}{checksum(token[3:15], 'x' * 32)}"
    return {
        "nothing": None,
        "an empty header": "",
        "no scheme": token,
        "another scheme": f"Digest {token}",
        "Basic without credentials": "Basic",
        "Basic that isn't base64": "Basic !!!!",
        "Basic that isn't UTF-8": "Basic " + b64encode(b"\xff\xfe:\xff").decode(),
        "Basic without a colon": "Basic " + b64encode(account.encode()).decode(),
        "the account alone": basic(account, ""),
        "the token alone": basic("", token),
        "the two swapped": basic(token, account),
        "the account in lower case": basic(account.lower(), token),
        "the account with a space": basic(f"{account} ", token),
        "the token with a space": basic(account, f"{token} "),
        "the token in upper case": basic(account, token.upper()),
        "the token without its last letter": basic(account, token[:-1]),
        "the token with a letter more": basic(account, f"{token}a"),
        "a mistyped token": basic(account, token[:-7] + slip + token[-6:]),
        "another secret of the same key": basic(account, forged),
        "a token that nobody issued": basic(account, stranger),
        "a token with a NUL": basic(account, f"{token}\0"),
        "a very long secret": basic(account, "x" * 30_000),
        "a bearer of somebody else": f"Bearer {stranger}",
        "a bearer in base64": "Bearer " + b64encode(token.encode()).decode(),
        "Basic for another account": basic("ANOBODY", token),
    }  # fmt: skip


@pytest.mark.parametrize("which", wrong_authorizations("ANOBODY", str(new_token())))
def test_wrong_and_half_credentials_are_refused(served, initech, which):
    account, token = initech
    assert not is_let_in(served, wrong_authorizations(account, token)[which], account)


def test_two_logins_in_one_request_are_refused_or_read_as_one_of_them(served, initech):
    account, token = initech
    both = [("Authorization", basic(*served.sam)), ("Authorization", basic(account, token))]
    answer = served.send("GET", LIST + served.demo["account"]["sid"], both)
    assert answer.status in (400, 401, 403)


def test_the_answer_never_says_which_part_was_wrong(served, initech):
    account, token = initech
    said = {
        served.send("GET", LIST + account, [("Authorization", wrong)]).body
        for wrong in wrong_authorizations(account, token).values()
        if wrong
    }
    assert len(said) == 1


def test_scripts_of_a_browser_get_no_challenge(served):
    for mode in ("cors", "CORS"):
        answer = served.send("GET", LIST, [("Sec-Fetch-Mode", mode)])
        assert (answer.status, "www-authenticate" in answer.headers) == (401, False)
    for mode in ("navigate", "no-cors", "same-origin"):
        answer = served.send("GET", LIST, [("Sec-Fetch-Mode", mode)])
        assert (answer.status, answer.headers.get("www-authenticate")) == (401, CHALLENGE)


# Logins that have ended. Each is used first, so that every worker knows it.


def use_everywhere(served: Served, login: Login) -> None:
    """Log in often enough that both workers have seen it."""
    for _ in range(8):
        assert is_let_in(served, basic(*login), login[0])


def is_out_everywhere(served: Served, login: Login) -> bool:
    """Whether no worker and no path lets the login in any more."""
    account, _ = login
    block = served.demo["number_block"]["sid"]
    authorization = [("Authorization", basic(*login))]
    asked = [
        served.send(method, target, authorization).status
        for _ in range(4)
        for method, target in (
            ("GET", LIST + account),
            ("GET", "/v2/numberblocks"),
            ("POST", f"/v2/numberblocks/{block}?AccountSid={account}&Source=x"),
            ("POST", "/v2/numberblocks"),
            ("GET", f"/api/v1/number-blocks/{block}"),
            ("OPTIONS", "/v2/numberblocks"),
            ("DELETE", "/v2/numberblocks"),
            ("GET", "/v2/nothing"),
        )
    ]
    return set(asked) == {401}


def test_a_revoked_token_is_refused(served):
    account = served.arrange.account()
    token = served.arrange.token(account, Permission.MANAGE)
    use_everywhere(served, (account, str(token)))
    served.arrange.revoke(token)
    assert is_out_everywhere(served, (account, str(token)))


def test_an_expired_token_is_refused(served):
    account = served.arrange.account()
    token = served.arrange.token(account, Permission.MANAGE)
    use_everywhere(served, (account, str(token)))
    served.arrange.let_expire(token)
    assert is_out_everywhere(served, (account, str(token)))


def test_a_deactivated_accounts_token_is_refused(served, initech):
    use_everywhere(served, initech)
    served.arrange.deactivate(initech[0])
    assert is_out_everywhere(served, initech)


def test_a_token_below_a_deactivated_account_is_refused(served):
    above = served.arrange.customer()
    below = served.arrange.customer(parent=above.account)
    use_everywhere(served, below.login)
    served.arrange.deactivate(above.account)
    assert is_out_everywhere(served, below.login)


def test_a_deactivated_childs_block_is_still_configured_from_above(served):
    above = served.arrange.customer()
    below = served.arrange.customer(parent=above.account)
    block = served.arrange.block(property=below.property)
    served.arrange.deactivate(below.account)
    reply = served.configure(
        block.sid, above.login, AccountSid=below.account, RoutingMethod="endpoint",
        EndpointNumber="+61491570156",
    )  # fmt: skip
    assert reply.json() == OK


# The demo's published tokens


@pytest.mark.parametrize("header", PROXY_HEADERS)
def test_a_demo_token_is_refused_through_a_proxy(served, initech, header):
    account, token = served.olivia
    assert not is_let_in(served, basic(account, token), account, header)
    assert not is_let_in(served, f"Bearer {token}", account, header)
    assert is_let_in(served, basic(*initech), initech[0], header)


@pytest.mark.parametrize("host", OTHER_HOSTS)
def test_a_demo_token_is_refused_for_another_host(served, initech, host):
    account, token = served.olivia
    assert not is_let_in(served, basic(account, token), account, ("Host", host))
    assert is_let_in(served, basic(*initech), initech[0], ("Host", host))


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"])
def test_a_demo_token_lets_in_on_this_machine(served, host):
    for port in ("", f":{served.port}"):
        assert is_let_in(served, basic(*served.olivia), served.olivia[0], ("Host", host + port))


# Browsers


@pytest.mark.parametrize("site", ["cross-site", "same-site", "Cross-Site"])
def test_what_another_site_makes_a_browser_send_changes_nothing(served, site):
    block = served.arrange.block()
    target = f"/v2/numberblocks/{block.sid}?AccountSid={served.olivia[0]}&Source=x"
    with served.nothing_stored(block.sid):
        for method in ("POST", "PATCH", "PUT", "DELETE", "BREW"):
            answer = served.send(method, target, [("Sec-Fetch-Site", site)], login=served.olivia)
            assert (answer.status, code(answer)) == (403, "FORBIDDEN")


@pytest.mark.parametrize("site", ["same-origin", "none", ""])
def test_what_a_persons_own_browser_sends_is_done(served, site):
    block = served.arrange.block()
    target = f"/v2/numberblocks/{block.sid}?AccountSid={served.olivia[0]}&Source=x"
    answer = served.send("POST", target, [("Sec-Fetch-Site", site)], login=served.olivia)
    assert (answer.status, answer.json()) == (200, OK)


def test_another_site_may_read_nothing_that_it_could_use(served):
    headers = [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example.com")]
    target = LIST + served.olivia[0]
    for method in ("GET", "OPTIONS"):
        answer = served.send(method, target, headers, login=served.olivia)
        assert answer.status == 200
        assert not [name for name in answer.headers if name.startswith("access-control-")]
