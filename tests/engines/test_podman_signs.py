"""What Podman says when something is the matter, in its own recorded words, is named."""

from __future__ import annotations

import pytest

from tests.support.engine_runs import fresh_image, named, world
from wizard.causes import CATALOGUE
from wizard.core.diagnosis import Evidence, Problem, Stage
from wizard.core.names import Reference
from wizard.core.ports import EngineStatus, FoundEngine
from wizard.core.secret import ANONYMOUS, AnyCredential, Credential, Secret
from wizard.engines.podman import PodmanEngine
from wizard.engines.podman_command import complaint_in
from wizard.engines.podman_push import PodmanJob
from wizard.engines.podman_refused import refused, sharpened
from wizard.engines.podman_signs import PODMAN_SIGNS

ENGINE = PodmanEngine()
ADA = Credential("ada", Secret("wrong"))
BLOB = "sha256:64755f88f815c196f3e42e474bb6a99ad00fff54e05a31645b2720e36b2bf080"
REUSE = f"trying to reuse blob {BLOB} at destination: "
CHECKING = f"{REUSE}checking whether a blob {BLOB} exists in far.example/a/b: "
WRITING = "writing blob: initiating layer upload to /v2/a/b/blobs/uploads/ in far.example: "
PINGING = f'{REUSE}pinging container registry far.example: Get "https://far.example/v2/": '

# Seen with Podman 4.3.1 against a registry, or a stand-in that answers so (engines.md 4.4).
PUSHES: dict[str, tuple[str, AnyCredential, str]] = {
    "anonymous": (CHECKING + "unauthorized: authentication required", ANONYMOUS, "login.missing"),
    "wrong password": (CHECKING + "unauthorized: authentication required", ADA, "login.rejected"),
    "wrong password at the token service": (
        REUSE + "unable to retrieve auth token: invalid username/password: unauthorized: bad",
        ADA,
        "login.rejected",
    ),
    "denied": (WRITING + "denied: may not write", ADA, "push.not-permitted"),
    "denied, in two lines": (
        WRITING + "errors:\ndenied: requested access to the resource is denied\nunauthorized: no",
        ADA,
        "push.not-permitted",
    ),
    "no such repository": (
        WRITING + "name unknown: The repository with name 'b' does not exist",
        ADA,
        "push.repository-missing",
    ),
    "too many": (WRITING + "toomanyrequests: rate limit", ADA, "network.rate-limited"),
    "a page": (WRITING + "StatusCode: 403, <html>Forbidden</html>", ADA, "network.intercepted"),
    "too large": (WRITING + "StatusCode: 413, <html>too large</html>", ADA, "push.interrupted"),
    "server error": (
        WRITING + "received unexpected HTTP status: 500 Internal Server Error",
        ADA,
        "network.registry-down",
    ),
    "friendly page": (
        WRITING + "received unexpected HTTP status: 200 OK",
        ADA,
        "network.intercepted",
    ),
    "no name": (PINGING + "dial tcp: lookup far.example: no such host", ADA, "unreachable"),
    "nobody": (PINGING + "dial tcp 127.0.0.1:9: connect: connection refused", ADA, "unreachable"),
    "proxy": (
        PINGING + "proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused",
        ADA,
        "unreachable",
    ),
    "plain http": (
        PINGING + "http: server gave HTTP response to HTTPS client",
        ADA,
        "engine.registry-plain-http",
    ),
    "own ca": (
        PINGING + "x509: certificate signed by unknown authority",
        ADA,
        "engine.registry-untrusted",
    ),
    "expired": (
        PINGING + "x509: certificate has expired or is not yet valid: current time is after",
        ADA,
        "network.tls-invalid",
    ),
}
# Seen, or from Podman's source where it says so.
OTHERS: dict[str, tuple[Stage, str, str]] = {
    "full": (Stage.BUILD, "write /x/layer.tar: no space left on device", "engine.disk-full"),
    "registries.conf cut off": (
        Stage.ENGINE,
        (
            'getting registries: loading registries configuration "/home/ada/.config/containers/'
            "registries.conf\": toml: line 2: expected end of table array name delimiter ']'"
        ),
        "engine.settings-invalid",
    ),
    "no runtime": (
        Stage.ENGINE,
        'default OCI runtime "runc" not found: invalid argument',
        "engine.settings-invalid",
    ),
    "no policy": (
        Stage.BUILD,
        "open /etc/containers/policy.json: no such file or directory",
        "engine.settings-invalid",
    ),
    "an unknown kind of policy": (
        Stage.BUILD,
        'invalid policy in "/etc/containers/policy.json": Unknown policy requirement type "accept"',
        "engine.settings-invalid",
    ),
    "unknown storage driver": (
        Stage.ENGINE,
        "failed to GetDriver graph zfsx /home/ada/storage: driver not supported",
        "engine.settings-invalid",
    ),
    "blocked": (
        Stage.UPLOAD,
        (
            "initializing destination docker://ghcr.io/x/y:1: registry ghcr.io is blocked in "
            "/home/ada/.config/containers/registries.conf or /home/ada/.config/containers/"
            "registries.conf.d"
        ),
        "engine.policy",
    ),
    "rejected": (
        Stage.UPLOAD,
        "Source image rejected: Running image containers-storage:x is rejected by policy.",
        "engine.policy",
    ),
    "newuidmap": (
        Stage.ENGINE,
        'cannot set up namespace using "/usr/bin/newuidmap": exit status 1',
        "engine.user-ids-missing",
    ),
    "too few ids (from source)": (
        Stage.BUILD,
        "potentially insufficient UIDs or GIDs available in user namespace (requested 0:42)",
        "engine.user-ids-missing",
    ),
    "foreign RUN": (Stage.BUILD, "exec /bin/sh: exec format error", "engine.platform-unsupported"),
    "another platform": (
        Stage.BUILD,
        "no child with platform linux/arm64: it made an image for linux/amd64",
        "engine.platform-unsupported",
    ),
    "as docker, by flytekit": (Stage.BUILD, "unknown flag: --push", "engine.no-builder"),
    "short name": (
        Stage.BUILD,
        'short-name "python" did not resolve to an alias and no unqualified-search registries',
        "reference.incomplete",
    ),
    "auth.json": (
        Stage.UPLOAD,
        'reading JSON file "/run/user/1/containers/auth.json": unmarshaling JSON: unexpected end',
        "config.docker-malformed",
    ),
    "no service": (
        Stage.ENGINE,
        'unable to connect to Podman socket: Get "http://d/v4.3.1/libpod/_ping": dial unix /x',
        "engine.not-running",
    ),
    "remote client of Podman 4": (
        Stage.UPLOAD,
        "unknown flag: --digestfile",
        "engine.too-old",
    ),
    "docker behind it": (Stage.ENGINE, "ping response was 404", "engine.endpoint-invalid"),
}


def job(credential: AnyCredential) -> PodmanJob:
    from pathlib import Path

    row = FoundEngine("podman", "Podman 4.3.1", "podman", EngineStatus.READY)
    reference = Reference.parse("far.example/a/b:1")
    return PodmanJob(row, fresh_image(), reference, credential, world(Path("/nowhere")))


@pytest.mark.parametrize("case", PUSHES)
def test_a_refused_push_is_named(case: str) -> None:
    words, credential, cause = PUSHES[case]
    said = complaint_in(f"Copying blob {BLOB}\nError: {words}", 125)

    problem = refused(job(credential).by_docker(None), Stage.UPLOAD, "podman push", said)

    assert named(problem, ENGINE).cause.endswith(cause)
    # The same words by the socket, where Podman is spoken to as Docker.
    seen = Evidence(Stage.UPLOAD, "push", said, message=said, authenticated=credential is ADA)
    assert named(sharpened(Problem(seen)), ENGINE).cause.endswith(cause)


@pytest.mark.parametrize("case", OTHERS)
def test_other_trouble_is_named(case: str) -> None:
    stage, words, cause = OTHERS[case]

    found = named(Problem(Evidence(stage, "podman", words, message=words)), ENGINE)

    assert found.cause == cause
    assert found.fixes


def test_every_sign_is_met_here() -> None:
    met = {cause for _, _, cause in OTHERS.values()}
    met |= {cause for _, _, cause in PUSHES.values()} | {"engine.registry-unreachable"}

    assert {sign.cause for sign in PODMAN_SIGNS} <= met
    assert {sign.cause for sign in PODMAN_SIGNS} <= set(CATALOGUE)


def test_podmans_own_way_to_mend_it_goes_first() -> None:
    words, credential, _ = PUSHES["plain http"]
    problem = refused(job(credential).by_docker(None), Stage.UPLOAD, "podman push", words)

    fixes = named(problem, ENGINE).fixes

    assert "registries.conf" in fixes[0].title
    assert 'location = "far.example"' in fixes[0].command


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Error: one\nError: two: three", "two: three"),
        ('time="2026-01-01T00:00:00Z" level=error msg="stat : gone"\n', "stat : gone"),
        ("plain last line\n", "plain last line"),
        ("", "podman ended with 125"),
    ],
)
def test_the_complaint_is_taken_out_of_what_wraps_it(said: str, words: str) -> None:
    assert complaint_in(said, 125) == words


def test_the_reason_is_told_and_not_the_step_before_it() -> None:
    step = "{Env:[PATH=/bin] Command:label Args:[" + "a {word} " * 200 + "] Flags:[] Heredocs:[]}"
    said = f'Error: committing container for step {step}: invalid policy in "/p.json": cut off'

    assert complaint_in(said, 125) == 'committing container: invalid policy in "/p.json": cut off'
