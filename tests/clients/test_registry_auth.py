"""The token flow, stepped by hand: no server, no loop."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from urllib.parse import parse_qs

import httpx
import pytest

from tests.support.auth_walk import ENDPOINT, KNOWN, PULL, PUSH, Walk, must, query
from tests.support.conversation import ADA, CANARY
from wizard.clients.registry_auth import RegistryAuth
from wizard.clients.registry_tokens import Scope, Tokens
from wizard.core.diagnosis import Problem
from wizard.core.ports import Endpoint
from wizard.core.secret import ANONYMOUS, AnyCredential, Credential, Secret

CHALLENGE = 'Bearer realm="https://registry.example.com/token",service="reg",scope="odd"'

LACKS_SCOPE = 'Bearer realm="https://ghcr.io/token",error="insufficient_scope"'


def test_an_open_registry_is_asked_once_and_remembered() -> None:
    walk = Walk()

    assert "authorization" not in walk.begin().headers
    assert walk.answer(200) is None
    assert walk.tokens.endpoint(ENDPOINT.base_url).scheme == "none"


def test_challenge_token_and_the_request_again() -> None:
    walk = Walk()
    walk.begin()

    asked = must(walk.answer(401, CHALLENGE))
    again = must(walk.answer(200, body={"token": "T", "expires_in": 300}))

    assert str(asked.url).startswith("https://registry.example.com/token?")
    assert "authorization" not in asked.headers
    assert again is walk.request
    assert again.headers["authorization"] == "Bearer T"
    assert walk.answer(200) is None


def test_the_scope_is_ours_and_never_the_challenges() -> None:
    walk = Walk()
    walk.begin()

    asked = must(walk.answer(401, CHALLENGE))

    assert query(asked) == {"service": ["reg"], "scope": ["repository:team/app:pull"]}


def test_a_missing_service_is_left_out() -> None:
    walk = Walk()
    walk.begin()

    asked = must(walk.answer(401, 'Bearer realm="https://registry.example.com/v2/token"'))

    assert query(asked) == {"scope": ["repository:team/app:pull"]}


def test_what_the_realm_asks_for_stays_in_its_query_but_for_our_names() -> None:
    walk = Walk()
    walk.begin()
    realm = "https://user:pw@registry.example.com/t?tenant=a%20b&service=evil&scope=x#frag"

    asked = must(walk.answer(401, f'Bearer realm="{realm}",service="reg"'))

    assert asked.url.host == "registry.example.com"
    assert asked.url.userinfo == b""
    assert query(asked) == {
        "tenant": ["a b"],
        "service": ["reg"],
        "scope": ["repository:team/app:pull"],
    }


def test_a_relative_realm_belongs_to_the_registry() -> None:
    walk = Walk(credential=ADA)
    walk.begin()

    asked = must(walk.answer(401, 'Bearer realm="/token2",service="s"'))

    assert str(asked.url).startswith("https://registry.example.com/token2?")
    assert asked.headers["authorization"].startswith("Basic ")


def test_a_known_realm_is_asked_first() -> None:
    walk = Walk(KNOWN, ADA, PUSH)

    asked = walk.begin()
    request = must(walk.answer(200, body={"token": "T"}))

    assert query(asked) == {"service": ["ghcr.io"], "scope": ["repository:team/app:pull,push"]}
    pair = base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode()
    assert pair == f"ada:{CANARY}"
    assert request.headers["authorization"] == "Bearer T"
    assert walk.answer(201) is None


def test_a_realm_learned_once_is_asked_first_the_next_time() -> None:
    first = Walk()
    first.begin()
    first.answer(401, CHALLENGE)
    first.answer(200, body={"token": "T"})

    other = Walk(scope=Scope("other/app", ("pull",)), tokens=first.tokens)

    assert other.begin().url.path == "/token"


def test_a_token_that_is_there_is_used_also_for_less() -> None:
    push = Walk(KNOWN, ADA, PUSH)
    push.begin()
    push.answer(200, body={"token": "T"})

    pull = Walk(KNOWN, ADA, PULL, push.tokens)

    assert pull.begin().headers["authorization"] == "Bearer T"


@pytest.mark.parametrize(
    ("endpoint", "credential", "scope"),
    [
        (KNOWN, ANONYMOUS, PULL),
        (KNOWN, Credential("ada", Secret("another")), PULL),
        (KNOWN, ADA, Scope("team/other", ("pull",))),
        (KNOWN, ADA, Scope("team/app", ("pull", "push", "delete"))),
    ],
    ids=["anonymous", "another secret", "another repository", "more rights"],
)
def test_a_token_is_not_used_for_anything_else(
    endpoint: Endpoint, credential: AnyCredential, scope: Scope
) -> None:
    first = Walk(KNOWN, ADA, PUSH)
    first.begin()
    first.answer(200, body={"token": "T"})

    assert Walk(endpoint, credential, scope, first.tokens).begin().url.path == "/token"


def test_a_token_that_ran_out_on_the_server_is_fetched_again_once() -> None:
    first = Walk(KNOWN, ADA)
    first.begin()
    first.answer(200, body={"token": "old"})
    challenge = 'Bearer realm="https://ghcr.io/token",service="ghcr.io",error="invalid_token"'

    walk = Walk(KNOWN, ADA, tokens=first.tokens)
    assert walk.begin().headers["authorization"] == "Bearer old"
    assert must(walk.answer(401, challenge)).url.path == "/token"
    again = must(walk.answer(200, body={"token": "new"}))

    assert again.headers["authorization"] == "Bearer new"
    assert walk.answer(401, challenge) is None


def test_a_fresh_token_that_does_not_do_is_not_fetched_again() -> None:
    walk = Walk(KNOWN, ADA)
    walk.begin()
    walk.answer(200, body={"token": "T"})

    assert walk.answer(401, 'Bearer realm="https://ghcr.io/token",service="ghcr.io"') is None


def test_too_little_scope_is_final_for_a_fresh_token() -> None:
    walk = Walk(KNOWN, ADA)
    walk.begin()
    walk.answer(200, body={"token": "T"})

    assert walk.answer(401, LACKS_SCOPE) is None


def test_too_little_scope_of_a_kept_token_is_asked_for_anew_since_rights_change() -> None:
    first = Walk(KNOWN, ADA)
    first.begin()
    first.answer(200, body={"token": "OLD"})
    walk = Walk(KNOWN, ADA, tokens=first.tokens)
    walk.begin()

    asked = walk.answer(401, LACKS_SCOPE)
    assert asked is not None
    assert asked.url.path == "/token"
    walk.answer(200, body={"token": "NEW"})
    assert walk.answer(401, LACKS_SCOPE) is None
    assert first.tokens.find(KNOWN.base_url, ADA, PULL) == Secret("NEW")


def test_a_realm_that_moved_is_followed_within_the_registry() -> None:
    walk = Walk(KNOWN, ADA)
    walk.begin()
    walk.answer(200, body={"token": "T"})

    asked = must(walk.answer(401, 'Bearer realm="https://ghcr.io/token/v2",service="new"'))

    assert asked.url.path == "/token/v2"


def test_the_password_answers_a_basic_challenge_and_is_then_sent_at_once() -> None:
    walk = Walk(credential=ADA)
    assert "authorization" not in walk.begin().headers
    again = must(walk.answer(401, 'Basic realm="https://h/",service="ecr.amazonaws.com"'))
    assert again.headers["authorization"].startswith("Basic ")
    assert walk.answer(200) is None

    later = Walk(credential=ADA, tokens=walk.tokens)
    assert later.begin().headers["authorization"].startswith("Basic ")
    assert later.answer(401, 'Basic realm="x"') is None


def test_nobody_answers_a_basic_challenge_with_nothing() -> None:
    walk = Walk()
    walk.begin()

    assert walk.answer(401, 'Basic realm="x"') is None


def test_bearer_is_preferred_when_both_are_offered() -> None:
    walk = Walk(credential=ADA)
    walk.begin()

    assert must(walk.answer(401, 'Basic realm="x"', CHALLENGE)).url.path == "/token"


def test_a_refusal_without_a_challenge_is_final() -> None:
    walk = Walk(credential=ADA)
    walk.begin()

    assert walk.answer(401) is None


def test_a_refused_token_is_a_problem_with_the_services_words() -> None:
    walk = Walk(KNOWN, ADA)
    walk.begin()

    with pytest.raises(Problem) as raised:
        walk.answer(403, body={"errors": [{"code": "DENIED", "message": "denied"}]})

    seen = raised.value.evidence[-1]
    assert (seen.stage, seen.status, seen.code, seen.authenticated) == (
        "token",
        403,
        "DENIED",
        True,
    )
    assert CANARY not in repr(raised.value.evidence)


def test_an_identity_token_goes_by_post_and_falls_back_to_get() -> None:
    identity = Credential("<token>", Secret(CANARY))
    walk = Walk(KNOWN, identity)

    post = walk.begin()
    get = must(walk.answer(405))
    again = must(walk.answer(200, body={"token": "T"}))

    form = parse_qs(post.content.decode())
    assert (post.method, form["grant_type"]) == ("POST", ["refresh_token"])
    assert (form["refresh_token"], form["service"]) == ([CANARY], ["ghcr.io"])
    assert form["scope"] == ["repository:team/app:pull"]
    assert get.method == "GET"
    assert again.headers["authorization"] == "Bearer T"


def test_an_identity_token_that_is_taken_needs_no_get() -> None:
    walk = Walk(KNOWN, Credential("<token>", Secret(CANARY)))
    walk.begin()

    assert must(walk.answer(200, body={"access_token": "T"})).headers["authorization"] == "Bearer T"


# --- at the same time --------------------------------------------------------------------------


class Answers(httpx.AsyncBaseTransport):
    """A registry and its token service that count what they are asked."""

    def __init__(self, token_status: Iterator[int]) -> None:
        self.token_status = token_status
        self.tokens = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        if request.url.path == "/token":
            self.tokens += 1
            return httpx.Response(next(self.token_status), json={"token": "T"})
        return httpx.Response(200 if "authorization" in request.headers else 401)


async def test_requests_at_the_same_time_share_one_token() -> None:
    answers, tokens = Answers(iter([200])), Tokens()
    async with httpx.AsyncClient(transport=answers, trust_env=False) as client:
        got = await asyncio.gather(
            *(
                client.get("https://ghcr.io/v2/x", auth=RegistryAuth(KNOWN, ADA, tokens, PULL))
                for _ in range(10)
            )
        )

    assert [response.status_code for response in got] == [200] * 10
    assert answers.tokens == 1


async def test_one_that_fails_does_not_hold_up_the_others() -> None:
    answers, tokens = Answers(iter([500, 200])), Tokens()
    async with httpx.AsyncClient(transport=answers, trust_env=False) as client:
        got = await asyncio.gather(
            *(
                client.get("https://ghcr.io/v2/x", auth=RegistryAuth(KNOWN, ADA, tokens, PULL))
                for _ in range(3)
            ),
            return_exceptions=True,
        )

    assert [type(one) for one in got] == [Problem, httpx.Response, httpx.Response]
    assert answers.tokens == 2
