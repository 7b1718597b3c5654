"""The reference grammar: properties, and the examples of the distribution project's own tests.

Inputs and expectations follow distribution/reference: reference_test.go, regexp_test.go and
normalize_test.go. Where we are stricter on purpose, the reason stands beside the case.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.core.names import (
    Digest,
    InvalidNameError,
    Platform,
    Reference,
    Repository,
    is_host,
    is_path,
)

F64 = "sha256:" + "f" * 64
HEX64 = "1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a"

READ_AS_DOCKER_DOES = [
    # typed, host, path, tag, digest
    ("test_com", "docker.io", "library/test_com", "latest", ""),
    ("test.com:tag", "docker.io", "library/test.com", "tag", ""),
    ("test.com:5000", "docker.io", "library/test.com", "5000", ""),
    ("test.com/repo:tag", "test.com", "repo", "tag", ""),
    ("test:5000/repo", "test:5000", "repo", "latest", ""),
    ("test:5000/repo:tag", "test:5000", "repo", "tag", ""),
    (f"test:5000/repo@{F64}", "test:5000", "repo", "", F64),
    (f"test:5000/repo:tag@{F64}", "test:5000", "repo", "tag", F64),
    ("lowercase:Uppercase", "docker.io", "library/lowercase", "Uppercase", ""),
    ("sub-dom1.foo.com/bar/baz/quux", "sub-dom1.foo.com", "bar/baz/quux", "latest", ""),
    ("sub-dom1.foo.com/bar:some-long-tag", "sub-dom1.foo.com", "bar", "some-long-tag", ""),
    ("b.gcr.io/test.example.com/my-app:t.e", "b.gcr.io", "test.example.com/my-app", "t.e", ""),
    ("xn--n3h.com/myimage:xn--n3h.com", "xn--n3h.com", "myimage", "xn--n3h.com", ""),
    ("foo/foo_bar.com:8080", "docker.io", "foo/foo_bar.com", "8080", ""),
    ("192.168.1.1:5000/repo:5050", "192.168.1.1:5000", "repo", "5050", ""),
    ("[2001:db8::1]/repo", "[2001:db8::1]", "repo", "latest", ""),
    ("[2001:db8::1]:5000/repo:tag", "[2001:db8::1]:5000", "repo", "tag", ""),
    (f"[::1]:5000/repo@{F64}", "[::1]:5000", "repo", "", F64),
    ("redis", "docker.io", "library/redis", "latest", ""),
    ("docker.io/redis", "docker.io", "library/redis", "latest", ""),
    ("index.docker.io/docker/docker", "docker.io", "docker/docker", "latest", ""),
    ("docker.io/library/foo/bar", "docker.io", "library/foo/bar", "latest", ""),
    ("dmcgowan/myapp", "docker.io", "dmcgowan/myapp", "latest", ""),
    ("test_com/foo", "docker.io", "test_com/foo", "latest", ""),
    ("localhost/foo", "localhost", "foo", "latest", ""),
    ("localhost:8080/name", "localhost:8080", "name", "latest", ""),
    ("localhost:8080", "docker.io", "library/localhost", "8080", ""),
    ("Asdf.com/foo/bar", "asdf.com", "foo/bar", "latest", ""),
    ("docker---rules/docker", "docker.io", "docker---rules/docker", "latest", ""),
    ("dock__er/docker", "docker.io", "dock__er/docker", "latest", ""),
    ("example.com/some__underscore/i", "example.com", "some__underscore/i", "latest", ""),
    (f"docker.io/{HEX64}", "docker.io", f"library/{HEX64}", "latest", ""),
    (HEX64[:-1], "docker.io", f"library/{HEX64[:-1]}", "latest", ""),
]

REFUSED_AS_DOCKER_DOES = [
    "",
    ":justtag",
    f"@{F64}",
    "repo@sha256:ffffffffffffffffffffffffffffffffff",
    f"validname@invaliddigest:{'f' * 64}",
    "Uppercase:tag",
    "test:5000/Uppercase/lowercase:tag",
    "a/" * 128 + "a:tag",
    "aa/asdf$$^/aa",
    "[2001:db8::1]",
    "[2001:db8::1]:5000",
    "[2001:db8::1]:tag",
    "[fe80::1%eth0]:5000/repo",
    "[fe80::1%@invalidzone]:5000/repo",
    "[2001:db8:3:4::192.0.2.33]:5000/debian",
    "fc00::1:5000/debian",
    "https://github.com/docker/docker",
    "docker/Docker",
    "-docker/docker",
    "docker-/docker",
    "-docker.io/docker/docker",
    "docker///docker",
    "docker.io/docker///docker",
    "docker/",
    "docker.io/",
    "____/____",
    "_docker/_docker",
    "dock..er/docker",
    "dock_.er/docker",
    "dock-.er/docker",
    "docker./docker",
    ".docker/docker",
    "do__cker:8080/docker",
    "bad_hostname.com:8080/myapp:tag",
    "foo_bar.com:8080/app",
    "foo.com:http/bar",
    "example.com/__underscore/myimage",
    "example.com/..dots/myimage",
    "registry.com:8080/myapp:invalid~tag",
    "registry.com:8080/myapp@bad",
    "name:",
    "name:-tag",
    "name:" + "t" * 129,
    HEX64,
    "this_is_too_long_" * 20 + "/docker",
]

REFUSED_ONLY_BY_US = [
    # Docker takes the capital as the mark of a host. Nobody has a registry called Foo.
    "Foo/bar",
    "DOCKER/docker",
    # Docker leaves these to the connection, which can only fail.
    "192.168.1.1:75050/repo",
    "[fd00123123123]:5000/repo",
    # No registry that we know serves it.
    f"xn--7o8h.com/myimage@sha512:{'f' * 128}",
]


@pytest.mark.parametrize(("typed", "host", "path", "tag", "digest"), READ_AS_DOCKER_DOES)
def test_a_reference_is_read_as_docker_reads_it(
    typed: str, host: str, path: str, tag: str, digest: str
) -> None:
    reference = Reference.parse(typed)

    assert reference.repository == Repository(host, path)
    assert reference.tag == tag
    assert str(reference.digest or "") == digest


@pytest.mark.parametrize("typed", REFUSED_AS_DOCKER_DOES + REFUSED_ONLY_BY_US)
def test_a_name_that_breaks_the_grammar_is_refused(typed: str) -> None:
    with pytest.raises(InvalidNameError) as refusal:
        Reference.parse(typed)
    assert str(refusal.value)


HOSTS = [
    ("test.com", True),
    ("test.com:10304", True),
    ("test.com:http", False),
    ("localhost", True),
    ("a", True),
    ("a.b", True),
    ("a-b.com", True),
    ("-ab.com", False),
    ("ab-.com", False),
    ("ab.c-om", True),
    ("ab.-com", False),
    ("ab.com-", False),
    ("0101.com", True),
    ("xn--n3h.com", True),
    ("Asdf.com", True),
    ("192.168.1.1:750050", False),
    ("192.168.1.1:0", False),
    ("192.168.1.1:65535", True),
    ("[fd00:1:2::3]:7505", True),
    ("[fd00:1:2::3]7505", False),
    ("[fd00:1:2::3]::7505", False),
    ("[fd00:1:2::3%eth0]:7505", False),
    ("[2001:0db8:85a3:0000:0000:8a2e:0370:7334]:7505", True),
    ("fd00:1:2::3:7505", False),
    ("ghcr.io\n", False),
    ("ghcr.і" + "o", False),  # a Cyrillic letter
]


@pytest.mark.parametrize(("text", "expected"), HOSTS)
def test_host_names_follow_the_distribution_grammar(text: str, expected: bool) -> None:
    assert is_host(text) is expected


def test_a_name_as_long_as_the_limit_is_taken_and_one_longer_is_not() -> None:
    path = "a" * (255 - len("ghcr.io/"))

    assert len(str(Repository("ghcr.io", path))) == 255
    with pytest.raises(InvalidNameError, match="255"):
        Repository("ghcr.io", path + "a")


def test_a_very_long_name_is_refused_at_once() -> None:
    # Names are also read from files and servers: none may cost more than its limit.
    with pytest.raises(InvalidNameError):
        Repository("ghcr.io", "a-" * 2_000_000)


def test_a_digest_is_short_enough_to_read_and_still_begins_and_ends_the_same() -> None:
    assert Digest("sha256:" + "9f2c" + "0" * 56 + "41aa").short == "sha256:9f2c…41aa"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("linux/amd64", "linux/amd64"),
        (" Linux/x86_64 ", "linux/amd64"),
        ("linux/aarch64", "linux/arm64"),
        ("linux/arm64/v8", "linux/arm64"),
        ("linux/arm/v7", "linux/arm/v7"),
        ("windows/amd64", "windows/amd64"),
    ],
)
def test_a_platform_is_understood_in_every_usual_spelling(typed: str, printed: str) -> None:
    assert str(Platform.parse(typed)) == printed


@pytest.mark.parametrize("typed", ["", "linux", "linux/", "a/b/c/d", "linux/amd 64", "linux/[red]"])
def test_what_is_no_platform_is_refused(typed: str) -> None:
    with pytest.raises(InvalidNameError):
        Platform.parse(typed)


ALNUM = "abcdefghijklmnopqrstuvwxyz0123456789"
words = st.text(ALNUM, min_size=1, max_size=8)
components = st.lists(words, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from([".", "_", "__", "-", "---"]).map(lambda mark: mark.join(parts))
)
paths = st.lists(components, min_size=1, max_size=4).map("/".join)
hosts = st.one_of(
    st.lists(words, min_size=2, max_size=4).map(".".join),
    st.tuples(words, st.integers(1, 65535)).map(lambda pair: f"{pair[0]}:{pair[1]}"),
    st.sampled_from(["localhost", "docker.io", "[::1]:5000", "127.0.0.1", "ghcr.io"]),
)
tags = st.text(ALNUM + "ABCXYZ", min_size=1, max_size=10).flatmap(
    lambda first: st.text(ALNUM + "._-", max_size=20).map(lambda rest: first + rest)
)
digests = st.text("0123456789abcdef", min_size=64, max_size=64).map(lambda h: f"sha256:{h}")


@given(hosts, paths, tags, st.none() | digests)
def test_every_reference_that_can_be_made_prints_and_reads_back(
    host: str, path: str, tag: str, digest: str | None
) -> None:
    try:
        repository = Repository(host, path)
    except InvalidNameError:
        assert host == "docker.io"
        assert "/" not in path
        return
    made = Reference(repository, tag, Digest(digest) if digest else None)

    assert Reference.parse(str(made)) == made


@given(hosts, paths, digests)
def test_a_pinned_reference_prints_and_reads_back(host: str, path: str, digest: str) -> None:
    path = f"space/{path}"
    made = Repository(host, path).pinned(Digest(digest))

    assert Reference.parse(str(made)) == made
    assert made.version == digest


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_and_never_anything_else(text: str) -> None:
    try:
        reference = Reference.parse(text)
    except InvalidNameError:
        return
    assert Reference.parse(str(reference)) == reference


@given(st.text(ALNUM + "._-/:@[]ABC", max_size=40))
def test_any_text_of_the_grammars_own_letters_is_read_or_refused(text: str) -> None:
    try:
        reference = Reference.parse(text)
    except InvalidNameError:
        return
    assert Reference.parse(str(reference)) == reference
    assert is_host(reference.repository.host)
    assert is_path(reference.repository.path)
