"""What a pasted message can mean: the likeliest cause stands first."""

from __future__ import annotations

import pytest

from wizard.causes import CATALOGUE
from wizard.causes.messages import SAYINGS
from wizard.cli.meanings import Meaning, meanings
from wizard.cli.world import SignTable
from wizard.core.diagnosis import Sign
from wizard.core.signs import COMMON_SIGNS
from wizard.registries import REGISTRIES

TABLES = [
    *(SignTable(registry.signs, registry.claims) for registry in REGISTRIES),
    SignTable(COMMON_SIGNS),
]

# The cause, then a message verbatim from registries.md A7 to E7, engines.md 4 or
# union-and-flyte.md 5.
MESSAGES = """\
push.not-permitted: denied: permission_denied: write_package
login.scope-missing: denied: permission_denied: The token provided does not match expected scopes.
push.not-permitted: denied: installation not allowed to Create organization package
login.rejected: denied: denied
push.not-permitted: denied: requested access to the resource is denied
login.scope-missing: unauthorized: access token has insufficient scopes
login.rejected: unauthorized: incorrect username or password
network.rate-limited: toomanyrequests: You have reached your unauthenticated pull rate limit. \
https://www.docker.com/increase-rate-limit
login.missing: no basic auth credentials
login.expired: denied: Your authorization token has expired. Reauthenticate and try again.
push.repository-missing: name unknown: The repository with name 'x' does not exist in the \
registry with id '1'
push.tag-immutable: tag invalid: The image tag 'x' already exists in the 'y' repository and \
cannot be overwritten because the tag is immutable.
login.missing: denied: Unauthenticated request. Unauthenticated requests do not have permission
login.token-kind: unknown: Unable to parse json key.
reference.invalid: repository name must be lowercase
pull.missing-tag: manifest for acme/app:latest not found: manifest unknown: manifest unknown
pull.platform-missing: no match for platform in manifest
pull.platform-missing: exec /usr/bin/python: exec format error
engine.not-running: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the \
docker daemon running?
engine.permission-denied: permission denied while trying to connect to the Docker daemon socket
engine.too-old: client version 1.41 is too old. Minimum supported API version is 1.44
engine.no-builder: unknown flag: --push
engine.no-builder: ERROR: BuildKit is enabled but the buildx component is missing or broken.
engine.disk-full: write /big.bin: no space left on device
sdk.assumes-exists: Flytekit assumes the image ghcr.io/acme/app:x already exists.
sdk.docker-package-old: Not supported URL scheme http+docker
store.helper-missing: error getting credentials - err: exec: "docker-credential-desktop": \
executable file not found in $PATH
store.locked: pass not initialized
network.dns: dial tcp: lookup ghcr.io on 10.0.0.1:53: no such host
engine.registry-untrusted: x509: certificate signed by unknown authority
engine.registry-plain-http: http: server gave HTTP response to HTTPS client
network.intercepted: error parsing HTTP 403 response body: invalid character '<' looking for \
beginning of value: "<html>"
pull.private: Error: ImagePullBackOff
engine.not-running: rootless containerd not running? (hint: use `containerd-rootless-setuptool.sh`)
engine.endpoint-invalid: unable to parse docker host `tcp:/127.0.0.1`
engine.endpoint-unreachable: ssh: Could not resolve hostname buildbox: Name or service not known
engine.no-builder: the --mount option requires BuildKit. Refer to https://docs.docker.com/go/
engine.no-builder: ERROR: no builder "flytex" found
engine.platform-unsupported: ERROR: failed to solve: process "/bin/sh -c apt-get update" did not \
complete successfully: exec /bin/sh: exec format error
engine.platform-unsupported: "--platform" is only supported on a Docker daemon with experimental
engine.disk-full: write /var/lib/docker/tmp/x: disk quota exceeded
engine.none-found: zsh: command not found: docker
engine.permission-denied: Error: Permission denied, are you in the incus-admin group?
login.cloud-missing: Could not automatically determine credentials.
pull.platform-missing: image operating system "windows" cannot be used on this platform
reference.invalid: could not parse reference: ghcr.io/Acme/App:1
store.helper-missing: docker-credential-pass: executable file not found in $PATH
config.docker-unwritable: Error saving credentials: rename /home/me/.docker/config.json1 \
/home/me/.docker/config.json: device or resource busy
network.dns: getaddrinfo ENOTFOUND ghcr.io
network.proxy: curl: (56) CONNECT tunnel failed, response 407
network.tls-untrusted: SSL certificate problem: unable to get local issuer certificate
login.rejected: Error: logging into "quay.io": invalid username/password
login.rejected: Error: authenticating creds for "ghcr.io": Requesting bearer token: invalid status \
code from registry 403 (Forbidden)
login.rejected: failed to fetch oauth token: unexpected status from GET request to \
https://ghcr.io/token?scope=repository%3Aacme%2Fapp%3Apull%2Cpush: 401 Unauthorized
login.expired: personal access token is expired
login.cloud-expired: (InvalidClientTokenId) The security token included in the request is invalid.
push.tag-immutable: Failed to process request due to 'app:1' configured as immutable.
push.interrupted: Patch "https://ghcr.io/v2/acme/app/blobs/upload/1": http2: client connection lost
pull.missing-tag: failed to resolve source metadata for docker.io/library/python:3.99: not found
reference.invalid: "ghcr.io/acme/app:bad tag": invalid tag format
store.locked: secretstorage.exceptions.LockedException: Item is locked!
store.locked: The name org.freedesktop.secrets was not provided by any .service files
sdk.assumes-exists: Build failed as ImageSpec failed to check if the image exists
"""


def causes(message: str) -> list[str]:
    return [meaning.cause for meaning in meanings(message, TABLES)]


@pytest.mark.parametrize("row", MESSAGES.splitlines())
def test_the_likeliest_cause_of_a_known_message_stands_first(row: str) -> None:
    cause, _, message = row.partition(": ")

    assert causes(message)[0] == cause


def test_a_message_that_says_nothing_means_nothing() -> None:
    assert meanings("hello world", TABLES) == ()
    assert meanings("", TABLES) == ()


def test_what_a_kubelet_says_is_explained_with_the_image_that_it_names() -> None:
    message = (
        'Failed to pull image "ghcr.io/acme/my-app:1": failed to resolve reference '
        '"ghcr.io/acme/my-app:1": failed to authorize: failed to fetch anonymous token: '
        "unexpected status: 401 Unauthorized"
    )

    first = meanings(message, TABLES)[0]

    assert first.cause == "pull.private"
    assert first.summary.startswith("ghcr.io/acme/my-app:1 exists and is private")
    assert first.probe.startswith("registry-wizard check ghcr.io/acme/my-app:1 ")


def test_the_image_is_found_in_the_address_that_an_engine_asked() -> None:
    message = 'Head "https://ghcr.io/v2/acme/my-app/manifests/1": unauthorized'

    assert "ghcr.io/acme/my-app" in meanings(message, TABLES)[0].probe


def test_only_the_registry_that_is_named_has_a_say() -> None:
    tables = [
        SignTable((Sign("push.policy", message="so be it"),), lambda host: host == "ghcr.io"),
        SignTable((Sign("login.expired", message="so be it"),), lambda host: host == "docker.io"),
    ]

    assert [m.cause for m in meanings("push ghcr.io/acme/app:1: so be it", tables)] == [
        "push.policy"
    ]
    assert len(meanings("denied: so be it", tables)) == 5


def test_a_code_of_the_protocol_is_recognised_in_words() -> None:
    tables = [SignTable((Sign("pull.missing-repository", codes=frozenset({"NAME_ODD"})),))]

    assert meanings("error: name odd: nothing there", tables)[0].cause == "pull.missing-repository"


def test_the_cause_in_a_long_log_is_found() -> None:
    log = "\n".join([*(f"step {n} done" for n in range(500)), "unknown flag: --push", "exit 125"])

    assert causes(log)[0] == "engine.no-builder"


def test_hostile_text_is_shown_as_text() -> None:
    shown: tuple[Meaning, ...] = meanings("denied: denied \x1b]52;c;aGk=\x07 {host} \u202e", TABLES)

    assert all(m.summary.isprintable() and m.probe.isprintable() for m in shown)


def test_every_saying_names_causes_of_the_catalogue() -> None:
    assert {cause for saying in SAYINGS for cause in saying.causes} <= set(CATALOGUE)
