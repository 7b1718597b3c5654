from __future__ import annotations

import base64

import pytest

from wizard.core.docker_json import (
    detects_store,
    encoded_auth,
    entry_credential,
    has_secret,
    masked_diff,
    parse,
)
from wizard.core.json_edit import put
from wizard.core.json_text import MalformedJsonError
from wizard.core.secret import Credential, Secret

CANARY = "CANARY-5d1f"
AUTH = base64.b64encode(f"amy:{CANARY}".encode()).decode()


@pytest.mark.parametrize(
    ("raw", "reason", "position"),
    [
        ('{\n "AUTHS": {}}', "AUTHS differs from auths only in its case", (2, 2)),
        ('{"a": 1,\n  "CredsStore": "x"}', "CredsStore differs from credsStore", (2, 3)),
        ('{"auths": []}', "auths is not an object", (1, 2)),
        ('{"auths": null}', "auths is not an object", (1, 2)),
        ('{"credHelpers": "pass"}', "credHelpers is not an object", (1, 2)),
        ('{"credHelpers": {"h": 1}}', "the helper of h is not a text", (1, 18)),
        ('{"credsStore": true}', "credsStore is not a text", (1, 2)),
        ('{"auths": {"h": "secret"}}', "the login of h is not an object", (1, 12)),
        ('{"auths": {"h": {"auth": 1}}}', "has a value for auth that is not a text", (1, 12)),
        ('{"auths": {"a": {},\n"h": {"auth": "%%"}}}', "the login of h is not base64", (2, 1)),
        ('{"auths": {"h": {"auth": "bm9jb2xvbg=="}}}', "holds no user name", (1, 12)),
    ],
)
def test_what_breaks_one_of_the_tools_is_refused(
    raw: str, reason: str, position: tuple[int, int]
) -> None:
    with pytest.raises(MalformedJsonError) as refused:
        parse(raw.encode())

    assert reason in refused.value.reason
    assert (refused.value.line, refused.value.column) == position


@pytest.mark.parametrize(
    ("entry", "user", "credential"),
    [
        ({"auth": AUTH}, "amy", ("amy", CANARY)),
        ({"username": "amy", "password": CANARY}, "amy", ("amy", CANARY)),
        ({"auth": "YW15Og==", "identitytoken": CANARY}, "amy", ("<token>", CANARY)),
        ({"auth": base64.b64encode(b"amy:p:q\0").decode()}, "amy", ("amy", "p:q")),
    ],
)
def test_an_entry_is_read_as_docker_reads_it(
    entry: dict[str, str], user: str, credential: tuple[str, str]
) -> None:
    assert entry_credential(entry) == (user, Credential(credential[0], Secret(credential[1])))


@pytest.mark.parametrize("entry", [{}, {"email": "a@b"}, {"auth": ""}])
def test_a_marker_holds_no_credential(entry: dict[str, str]) -> None:
    assert entry_credential(entry) is None


def test_a_credential_is_encoded_as_docker_encodes_it() -> None:
    assert encoded_auth(Credential("amy", Secret(CANARY))) == AUTH


@pytest.mark.parametrize(
    ("raw", "is_secret"),
    [
        ("{}", False),
        ('{"auths": {"h": {}}, "credsStore": "pass"}', False),
        ('{"auths": {"h": {"auth": ""}}}', False),
        (f'{{"auths": {{"h": {{"auth": "{AUTH}"}}}}}}', True),
        (f'{{"auths": {{"h": {{"identitytoken": "{CANARY}"}}}}}}', True),
        (f'{{"HttpHeaders": {{"X": "{CANARY}"}}}}', True),
        ('{"proxies": {"default": {"httpProxy": "http://p:3128"}}}', False),
        (f'{{"proxies": {{"default": {{"httpProxy": "http://u:{CANARY}@p"}}}}}}', True),
    ],
)
def test_a_file_with_a_secret_in_it_is_known_and_shown_without(raw: str, is_secret: bool) -> None:
    document = parse(raw.encode())
    changed, _ = put(document, ("credHelpers", "ghcr.io"), "pass")

    assert has_secret(document) is is_secret
    shown = masked_diff(document, changed)
    assert "ghcr.io" in shown
    assert CANARY not in shown
    assert AUTH not in shown


@pytest.mark.parametrize(
    ("raw", "detects"),
    [
        ("{}", True),
        ("", True),
        ('{"currentContext": "colima"}', True),
        ('{"auths": {}, "credHelpers": {}, "credsStore": ""}', True),
        ('{"auths": {"h": {}}}', False),
        ('{"credsStore": "pass"}', False),
        ('{"credHelpers": {"h": "pass"}}', False),
    ],
)
def test_docker_looks_for_a_store_only_where_no_login_was_configured(
    raw: str, detects: bool
) -> None:
    assert detects_store(parse(raw.encode())) is detects


def test_a_diff_shows_the_change_and_says_which_secret_is_new() -> None:
    before = parse(
        f'{{\n\t"auths": {{\n\t\t"h": {{\n\t\t\t"auth": "{AUTH}"\n\t\t}}\n\t}}\n}}'.encode()
    )
    new = encoded_auth(Credential("zed", Secret("other")))
    after, _ = put(before, ("auths", "h", "auth"), new)

    shown = masked_diff(before, after).splitlines()

    assert [line for line in shown if line[0] in "-+"][2:] == [
        '-\t\t\t"auth": "***"',
        '+\t\t\t"auth": "*** (new)"',
    ]


def test_a_diff_shows_what_a_file_says_without_its_escapes() -> None:
    before = parse('{\n\t"psFormat": "\u202e\x9b2J",\n\t"a": 1\n}'.encode())
    after, _ = put(before, ("credsStore",), "pass")

    shown = masked_diff(before, after)

    assert "\u202e" not in shown
    assert "\x9b" not in shown
