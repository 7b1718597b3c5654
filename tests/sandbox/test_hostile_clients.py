"""Whatever a client sends, every dialect gives an answer and never an exception."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.core.image import MANIFEST_TYPES
from wizard.sandbox import accounts
from wizard.sandbox.accounts import People
from wizard.sandbox.dialects import practice_dialects
from wizard.sandbox.exchange import Request, read_query

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW")
HOSTS = tuple(host for dialect in practice_dialects(People()) for host in dialect.hosts)
DIGEST = f"sha256:{'a' * 64}"

WORDS = st.sampled_from(
    [
        *[
            "v2",
            "team",
            "app",
            "manifests",
            "blobs",
            "uploads",
            "tags",
            "list",
            "token",
            "user",
            "users",
            "orgs",
            "practice",
        ],
        *[
            "practice-sso",
            "packages",
            "container",
            "versions",
            "members",
            "memberships",
            "referrers",
            "1",
        ],
        *("", "²", "9" * 5000, "%2F", "..", DIGEST),
    ]
)
PATHS = st.lists(WORDS | st.text(max_size=8), max_size=9).map(lambda parts: "/" + "/".join(parts))
QUERIES = st.dictionaries(
    st.sampled_from(["n", "last", "digest", "mount", "from", "scope", "page", "per_page"]),
    st.lists(st.sampled_from(["²", "9" * 5000, "-1", DIGEST, "team/app"]) | st.text(), min_size=1),
)
AUTHORIZATIONS = st.sampled_from(
    ["", "Basic", "Basic ///", "Basic /w==", "Basic Og==", "Bearer", "Bearer x", "token y"]
    + [f"Bearer {secret}" for secret in accounts.practice_tokens()]
) | st.text(max_size=20)
HEADERS = st.fixed_dictionaries(
    {"authorization": AUTHORIZATIONS},
    optional={
        "content-range": st.sampled_from(["0-0", "²-²", "9-1", "bytes */1"]) | st.text(max_size=9),
        "content-type": st.sampled_from(MANIFEST_TYPES),
        "accept": st.text(max_size=9),
    },
)
VALUES = st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists, max_leaves=5)
MANIFESTS = st.dictionaries(
    st.sampled_from(["mediaType", "config", "layers", "manifests", "digest"]),
    VALUES | st.lists(st.dictionaries(st.just("digest"), VALUES)),
).map(lambda document: json.dumps(document).encode())


@given(
    host=st.sampled_from(HOSTS),
    method=st.sampled_from(METHODS),
    path=PATHS,
    query=QUERIES,
    headers=HEADERS,
    body=st.binary(max_size=20) | MANIFESTS,
)
def test_every_request_gets_an_answer(
    host: str,
    method: str,
    path: str,
    query: dict[str, list[str]],
    headers: dict[str, str],
    body: bytes,
) -> None:
    dialects = {host: found for found in practice_dialects(People()) for host in found.hosts}
    answer = dialects[host].answer(Request(method, host, path, query, headers, body))
    assert 200 <= answer.status < 500


@given(
    reference=st.sampled_from(["1", DIGEST]), kind=st.sampled_from(MANIFEST_TYPES), body=MANIFESTS
)
def test_no_manifest_upsets_the_open_registry(reference: str, kind: str, body: bytes) -> None:
    dialect = practice_dialects(People())[1]
    path = f"/v2/team/app/manifests/{reference}"
    headers = {"content-type": kind}
    answer = dialect.answer(Request("PUT", dialect.hosts[0], path, {}, headers, body))
    assert answer.status in (201, 400)


@pytest.mark.parametrize("text", ["&".join("a=1" for _ in range(500)), "%", "a=%ff", "=&=&"])
def test_a_query_that_nobody_means_is_none(text: str) -> None:
    assert isinstance(read_query(text), dict)
