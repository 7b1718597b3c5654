"""What an engine says when a push fails, word for word as it was seen, and the cause it names.

Source: engines.md 4.4 and 4.5. The real thing is in test_docker_push.py; this is the whole table.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.engine_runs import fresh_image, named, world
from wizard.core.diagnosis import Fault, Stage
from wizard.core.names import Reference
from wizard.core.secret import ANONYMOUS, AnyCredential, Credential, Secret
from wizard.engines.docker import DockerEngine
from wizard.engines.docker_endpoints import DockerEndpoint
from wizard.engines.docker_job import Job, refused
from wizard.engines.docker_push_lines import Listening

ADA = Credential("ada", Secret("secret"))
PUSHES = {
    "E60": ("no basic auth credentials", "login.missing"),
    "E61": ("unauthorized: authentication required", "login.rejected"),
    "E62": ("denied: requested access to the resource is denied", "push.not-permitted"),
    "E62, newer": ("error from registry: denied", "push.not-permitted"),
    "E63": (
        (
            "error parsing HTTP 403 response body: invalid character '<' looking for beginning "
            'of value: "<html>Forbidden</html>"'
        ),
        "network.intercepted",
    ),
    "E64": (
        "name unknown: The repository with name 'x' does not exist in the registry with id '1'",
        "push.repository-missing",
    ),
    "E65": (
        (
            "error parsing HTTP 413 response body: invalid character '<' looking for beginning "
            'of value: "<html>413 Request Entity Too Large</html>"'
        ),
        "push.interrupted",
    ),
    "E66": ("toomanyrequests: rate limit", "network.rate-limited"),
    "E67": (
        "received unexpected HTTP status: 500 Internal Server Error",
        "network.registry-down",
    ),
    "E68": ("received unexpected HTTP status: 200 OK", "network.intercepted"),
    "E69": ("unsupported: the operation is unsupported", "push.policy"),
    "E70": (
        'Get "https://h.invalid/v2/": dial tcp: lookup h.invalid on 10.0.0.2:53: no such host',
        "engine.registry-unreachable",
    ),
    "E71": (
        'Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused',
        "engine.registry-unreachable",
    ),
    "E72": (
        'Get "https://h/v2/": http: server gave HTTP response to HTTPS client',
        "engine.registry-plain-http",
    ),
    "E73": (
        'Get "https://h/v2/": x509: certificate signed by unknown authority',
        "engine.registry-untrusted",
    ),
    "E74": (
        'Get "https://h/v2/": proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused',
        "engine.registry-unreachable",
    ),
    "E80": (
        "Error processing tar file(exit status 1): write /big.bin: no space left on device",
        "engine.disk-full",
    ),
    "a certificate that ran out": (
        'Get "https://h/v2/": x509: certificate has expired or is not yet valid: current time',
        "network.tls-invalid",
    ),
    "an immutable tag (registries.md C5)": (
        (
            "tag invalid: The image tag 'v1' already exists in the 'x' repository and cannot be "
            "overwritten because the tag is immutable."
        ),
        "push.tag-immutable",
    ),
    "what nobody knows": ("the moon is full", "internal.undecided"),
}


def job(home: Path, credential: AnyCredential = ADA) -> Job:
    return Job(
        DockerEndpoint("unix:///a.sock", None, ()),
        "Docker 28",
        fresh_image(),
        Reference.parse("registry.example/team/app:1"),
        credential,
        False,
        world(home),
    )


@pytest.mark.parametrize(("words", "cause"), PUSHES.values(), ids=PUSHES.keys())
def test_the_last_line_of_a_failed_push_is_named(home: Path, words: str, cause: str) -> None:
    problem = refused(job(home), Stage.UPLOAD, "docker push", words)

    assert named(problem, DockerEngine()).cause == cause
    assert problem.evidence[0].answered


def test_without_a_login_a_refusal_means_that_one_is_missing(home: Path) -> None:
    words = "unauthorized: authentication required"

    problem = refused(job(home, ANONYMOUS), Stage.UPLOAD, "docker push", words)

    assert named(problem, DockerEngine()).cause == "login.missing"


def test_no_engine_was_given_the_login_is_told_from_a_wrong_one(home: Path) -> None:
    seen = refused(job(home), Stage.UPLOAD, "docker push", "no basic auth credentials").evidence[0]

    assert not seen.authenticated
    assert (seen.status, seen.code, seen.fault) == (401, "UNAUTHORIZED", Fault.NONE)


@pytest.mark.parametrize(
    "line",
    [
        {"aux": {"Tag": "1", "Digest": f"sha256:{'a' * 64}", "Size": 528}},
        {"status": f"1: digest: sha256:{'a' * 64} size: 528"},
    ],
)
def test_the_digest_is_read_from_docker_and_from_podman(
    home: Path, line: dict[str, object]
) -> None:
    listening = Listening(job(home), "docker push")

    list(listening.hear(line))

    assert str(listening.digest) == f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"status": None, "id": None},
        {"aux": "x", "progressDetail": []},
        {"aux": {"Digest": "sha256:zz"}, "status": "Pushing", "id": "l"},
        {"status": "\x1b[31mPushing", "progressDetail": {"current": "9", "total": True}},
    ],
)
def test_a_line_in_another_form_breaks_nothing(home: Path, line: dict[str, object]) -> None:
    listening = Listening(job(home), "docker push")

    shown = list(listening.hear(line))

    assert listening.digest is None
    assert all("\x1b" not in item.text and item.total == 0 for item in shown)
