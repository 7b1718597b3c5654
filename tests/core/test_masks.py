"""Where a name leads is hidden from strangers, in both kinds of addresses."""

from __future__ import annotations

import pytest

from wizard.core.masks import Masks


@pytest.mark.parametrize(
    "address",
    ["10.20.30.40", "2001:db8::7", "fe80::1:2:3", "2001:db8:0:1:1:1:1:1", "::ffff", "64:ff9b::"],
)
def test_an_address_is_hidden_and_what_stands_around_it_is_not(address: str) -> None:
    said = Masks(()).hide(f"its name leads to {address}, and no connection came about")

    assert said == "its name leads to <ADDRESS-1>, and no connection came about"


@pytest.mark.parametrize(
    "words",
    ["127.0.0.1:5000", "[::1]:5000", "at 12:30:45", "sha256:ab12", "std::string", "x: y: z"],
)
def test_what_is_no_address_of_anybody_stays(words: str) -> None:
    assert Masks(()).hide(words) == words


@pytest.mark.parametrize(
    ("words", "hidden"),
    [
        ("lookup registry.acme.fr: no such host", "acme"),
        ("resolve hostname build.acme.example: not known", "acme"),
        ("dial acme.company:5000", "acme"),
        ("connect ssh://deploy@acmebox", "acme"),
        ("connect ssh://deploy@acmebox", "deploy"),
        ("proxy http://ada:only@proxy.acme.example:3128", "only"),
        ("context acme-prod, by DOCKER_CONTEXT=acme-prod", "acme"),
        ("/srv/acme/certs has no ca.pem", "acme"),
        ("unix:///mnt/acme/docker.sock", "acme"),
        ("D:\\acme\\python.exe is not there", "acme"),
        ("/home/ada/acme/.venv/bin/python", "acme"),
        ("~/acme/.venv/bin/python", "acme"),
    ],
)
def test_a_host_a_context_and_a_folder_of_somebodys_are_hidden(words: str, hidden: str) -> None:
    assert hidden not in Masks([("/home/ada", "HOME")]).hide(words)


@pytest.mark.parametrize(
    "words",
    [
        "GET https://ghcr.io/v2/: context deadline exceeded",
        "unix:///var/run/docker.sock, by default",
        "/usr/bin/docker, context colima",
        "image.builder is not set, read from config.yaml and ca.pem by main.py",
        "exec /bin/sh: x.so.1 of engine.json",
        "docker 7.2.0, Docker 20.10.24+dfsg1, linux 6.1.0-18-amd64",
        "http://127.0.0.1:5000/v2/ and localhost:30000",
    ],
)
def test_what_everybody_has_stays_readable(words: str) -> None:
    assert Masks([("/home/ada", "HOME")]).hide(words) == words
