from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.core.challenge import Challenge, ChallengeError, choose, parse_challenges

GHCR = 'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:user/image:pull"'


def only(header: str) -> Challenge:
    (challenge,) = parse_challenges([header])
    return challenge


def test_the_usual_challenge_gives_realm_service_and_scope() -> None:
    challenge = only(GHCR)

    assert (challenge.scheme, challenge.realm) == ("bearer", "https://ghcr.io/token")
    assert challenge.service == "ghcr.io"
    assert challenge.parameters["scope"] == "repository:user/image:pull"


def test_every_header_line_counts() -> None:
    found = parse_challenges(['Basic realm="X"', GHCR])

    assert [c.scheme for c in found] == ["basic", "bearer"]


def test_several_challenges_in_one_line_are_told_apart() -> None:
    found = parse_challenges(['Bearer realm="https://r/t",scope="a b", Basic realm="X"'])

    assert [(c.scheme, c.realm) for c in found] == [("bearer", "https://r/t"), ("basic", "X")]


def test_a_bare_scheme_before_another_challenge_is_a_challenge_of_its_own() -> None:
    found = parse_challenges(['Negotiate, Basic realm="X"'])

    assert [(c.scheme, c.realm) for c in found] == [("negotiate", ""), ("basic", "X")]


def test_a_scheme_with_a_blob_of_base64_does_not_hide_the_next_one() -> None:
    found = parse_challenges(['Negotiate YWJj==, Basic realm="X"'])

    assert [c.scheme for c in found] == ["negotiate", "basic"]


@pytest.mark.parametrize(
    ("header", "name", "value"),
    [
        ('Bearer realm="r",scope="repository:a/b:pull,push"', "scope", "repository:a/b:pull,push"),
        ('Bearer realm="r",scope="one two"', "scope", "one two"),
        ('BEARER Realm="https://R/T"', "realm", "https://R/T"),
        ("Bearer realm=https://gcr.io/v2/token,service=gcr.io", "service", "gcr.io"),
        ("Bearer realm=https://gcr.io/v2/token,service=gcr.io", "realm", "https://gcr.io/v2/token"),
        ("Basic realm=localhost", "realm", "localhost"),
        ('Bearer realm = "x"   ,service=y', "service", "y"),
        ('Bearer realm = "x"   ,service=y', "realm", "x"),
        (r'Bearer slashed="he\"\l\lo"', "slashed", 'he"llo'),
        ('Bearer realm="r",empty=""', "empty", ""),
        ('Basic realm="r",charset="UTF-8"', "charset", "UTF-8"),
        ('Bearer realm="https://x/token/",service="s",scope="aws"', "scope", "aws"),
        ('Bearer realm="/token2"', "realm", "/token2"),
        ('Basic realm="https://h/",service="ecr.amazonaws.com"', "service", "ecr.amazonaws.com"),
    ],
)
def test_what_real_registries_send_is_understood(header: str, name: str, value: str) -> None:
    assert only(header).parameters[name] == value


def test_a_missing_service_is_empty() -> None:
    assert only('Bearer realm="https://us-docker.pkg.dev/v2/token"').service == ""


def test_no_challenge_at_all_is_no_challenge() -> None:
    assert parse_challenges([]) == ()
    assert parse_challenges(["  , "]) == ()


def test_too_little_scope_is_seen() -> None:
    assert only('Bearer realm="r",error="insufficient_scope"').lacks_scope
    assert not only('Bearer realm="r",error="invalid_token"').lacks_scope


def test_an_unterminated_quote_is_an_error_that_shows_the_header() -> None:
    with pytest.raises(ChallengeError) as raised:
        parse_challenges(['Bearer realm="https://r/\x1b[31mtoken'])

    assert raised.value.raw == 'Bearer realm="https://r/\\x1b[31mtoken'


@pytest.mark.parametrize(
    "headers",
    [
        ['Bearer realm="a",realm="b"'],
        ['="x"'],
        ["Basic realm=x"] * 10_000,
        [", ".join(["Basic realm=x"] * 11)],
        ["Basic " + ", ".join(f"p{i}=x" for i in range(17))],
        ['Basic realm="' + "x" * 9000 + '"'],
    ],
    ids=["twice", "no scheme", "10,000 lines", "11 in a line", "17 parameters", "9 KB"],
)
def test_a_challenge_beyond_all_bounds_is_an_error(headers: list[str]) -> None:
    with pytest.raises(ChallengeError):
        parse_challenges(headers)


def test_bearer_is_preferred_to_basic_in_any_order() -> None:
    chosen = choose(parse_challenges(['Basic realm="X"', GHCR]))

    assert chosen is not None
    assert chosen.scheme == "bearer"


def test_a_bearer_without_a_realm_leaves_basic() -> None:
    chosen = choose(parse_challenges(["Bearer", 'Basic realm="X"']))

    assert chosen is not None
    assert chosen.scheme == "basic"


def test_an_unknown_scheme_is_not_chosen() -> None:
    assert choose(parse_challenges(["Negotiate"])) is None


@given(st.lists(st.text(alphabet='Bearer ,="\\/:\t\x00é', max_size=60), max_size=12))
def test_any_text_is_read_or_refused(headers: list[str]) -> None:
    try:
        found = parse_challenges(headers)
    except ChallengeError:
        return
    assert len(found) <= 10
    assert all(challenge.scheme for challenge in found)


@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9_-]{0,10}", fullmatch=True),
        st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
        min_size=1,
        max_size=8,
    )
)
def test_what_is_quoted_is_read_back(parameters: dict[str, str]) -> None:
    def quote(value: str) -> str:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    header = "Bearer " + ", ".join(f"{name}={quote(v)}" for name, v in parameters.items())

    assert only(header).parameters == parameters
