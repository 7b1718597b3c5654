"""What is said when the engine is the trouble. Sources: engines.md 3 and 4."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.causes.transcripts.said import (
    BUILDKIT,
    CLIENT,
    CTR,
    DOCKER,
    DOCKER_29,
    DOCKER_REPORTED,
    FLYTE,
    FLYTEKIT,
    PODMAN,
    PODMAN_PUSH,
    PUSH,
    PYTHON_DOCKER,
    Said,
    said,
)

_SDK = "docker.errors.DockerException: Error while fetching server API version: "
_BUILD = "docker build --push --tag ghcr.io/acme/app:1 ."
_DOWN = "Is the docker daemon running?"
_HEAD = '"https://registry.example.com:5000/v2/"'

SAID: Final[Mapping[str, tuple[Said, ...]]] = {
    "engine.none-found": (
        said("bash", PUSH, "bash: docker: command not found"),
        said(
            FLYTEKIT,
            "pyflyte register",
            "FileNotFoundError: [Errno 2] No such file or directory: 'docker'",
        ),
    ),
    "engine.not-running": (
        said(
            DOCKER,
            PUSH,
            f"Cannot connect to the Docker daemon at unix:///var/run/docker.sock. {_DOWN}",
        ),
        said(
            DOCKER_29,
            PUSH,
            "failed to connect to the docker API at unix:///var/run/docker.sock; check if the "
            "path is correct and if the daemon is running: dial unix /var/run/docker.sock: "
            "connect: no such file or directory",
        ),
        said(
            PYTHON_DOCKER,
            CLIENT,
            f"{_SDK}('Connection aborted.', FileNotFoundError(2, 'No such file or directory'))",
        ),
        said(
            PODMAN,
            "podman --remote push ghcr.io/acme/app:1",
            "Error: unable to connect to Podman socket: Get "
            '"http://d/v4.3.1/libpod/_ping": dial unix /run/user/1000/podman/podman.sock: '
            "connect: no such file or directory",
        ),
    ),
    "engine.permission-denied": (
        said(
            DOCKER,
            PUSH,
            "permission denied while trying to connect to the Docker daemon socket at "
            'unix:///var/run/docker.sock: Post "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/images/'
            'ghcr.io/acme/app/push?tag=1": dial unix /var/run/docker.sock: connect: '
            "permission denied",
        ),
        said(
            PYTHON_DOCKER,
            CLIENT,
            f"{_SDK}('Connection aborted.', PermissionError(13, 'Permission denied'))",
        ),
    ),
    "engine.not-answering": (
        said(
            PYTHON_DOCKER,
            CLIENT,
            f"{_SDK}UnixHTTPConnectionPool(host='localhost', port=None): Read timed out. "
            "(read timeout=60)",
        ),
        said(
            CTR,
            "ctr version",
            'ctr: failed to dial "/run/containerd/containerd.sock": context deadline exceeded: '
            "timed out waiting for server handshake",
        ),
    ),
    "engine.endpoint-invalid": (
        said(
            DOCKER,
            PUSH,
            'Failed to initialize: unable to resolve docker endpoint: context "desktop-linux": '
            "context not found: open /home/ann/.docker/contexts/meta/fe9c/meta.json: no such "
            "file or directory",
        ),
        said(
            PYTHON_DOCKER,
            CLIENT,
            "docker.errors.DockerException: Invalid bind address protocol: foo://bar",
        ),
    ),
    "engine.endpoint-unreachable": (
        said(DOCKER, PUSH, f"Cannot connect to the Docker daemon at tcp://10.0.0.5:2375. {_DOWN}"),
        said(
            DOCKER,
            "DOCKER_HOST=ssh://ann@builder " + PUSH,
            'error during connect: Post "http://docker.example.com/v1.50/images/ghcr.io/acme/'
            'app/push?tag=1": command [ssh -o ConnectTimeout=30 -T -l ann -- builder docker '
            "system dial-stdio] has exited with exit status 255, make sure the URL is valid, "
            "and Docker 18.09 or later is installed on the remote host: stderr=ssh: connect "
            "to host builder port 22: Connection refused",
        ),
    ),
    "engine.wrong-context": (
        said(
            DOCKER,
            PUSH,
            f"Cannot connect to the Docker daemon at unix:///run/colima/docker.sock. {_DOWN}",
        ),
    ),
    "engine.too-old": (
        said(
            DOCKER,
            PUSH,
            "Error response from daemon: client version 1.99 is too new. Maximum supported API "
            "version is 1.41",
        ),
        said(
            PYTHON_DOCKER,
            CLIENT,
            "client version 1.41 is too old. Minimum supported API version is 1.44, please "
            "upgrade your client to a newer version",
        ),
    ),
    "engine.no-builder": (
        said(DOCKER, _BUILD, "unknown flag: --push"),
        said(
            DOCKER,
            "DOCKER_BUILDKIT=1 docker build .",
            "ERROR: BuildKit is enabled but the buildx component is missing or broken.",
        ),
        said(
            FLYTE,
            "flyte build",
            "Docker buildx is not available. Make sure BuildKit is installed and enabled.",
        ),
    ),
    "engine.platform-unsupported": (
        said(
            BUILDKIT,
            "docker buildx build --platform linux/amd64,linux/arm64 .",
            "ERROR: Multi-platform build is not supported for the docker driver.",
        ),
        said(DOCKER, "docker build --platform linux/arm64 .", "exec /hello: exec format error"),
    ),
    "engine.disk-full": (
        said(
            DOCKER,
            "docker build .",
            "Error processing tar file(exit status 1): write /big.bin: no space left on device",
        ),
    ),
    "engine.cannot-push": (
        said(
            "incus, from its source",
            "incus launch oci-docker:python",
            'Error: OCI container handling requires "skopeo" be present on the system',
        ),
    ),
    "engine.socket-off": (
        said(
            DOCKER_29,
            "DOCKER_HOST=unix:///run/user/1000/podman/podman.sock " + PUSH,
            "failed to connect to the docker API at unix:///run/user/1000/podman/podman.sock; "
            "check if the path is correct and if the daemon is running: dial unix "
            "/run/user/1000/podman/podman.sock: connect: no such file or directory",
        ),
    ),
    "engine.user-ids-missing": (
        said(
            PODMAN,
            PODMAN_PUSH,
            'Error: cannot set up namespace using "/usr/bin/newuidmap": exit status 1',
        ),
        said(
            "podman, as reported",
            "podman pull docker.io/library/python:3.12",
            "potentially insufficient UIDs or GIDs available in user namespace (requested 0:42 "
            "for /etc/gshadow): Check /etc/subuid and /etc/subgid",
        ),
    ),
    "engine.settings-invalid": (
        said(
            PODMAN,
            PODMAN_PUSH,
            "Error: initializing destination docker://ghcr.io/acme/app:1: getting username and "
            'password: loading registries configuration "/etc/containers/registries.conf": toml: '
            "line 2: expected end of table array name delimiter ']', but got '\\n' instead",
        ),
        said(
            PODMAN,
            PODMAN_PUSH,
            "Error: open /etc/containers/policy.json: no such file or directory",
        ),
    ),
    "engine.policy": (
        said(
            PODMAN,
            PODMAN_PUSH,
            "Error: initializing destination docker://ghcr.io/acme/app:1: registry ghcr.io is "
            "blocked in /etc/containers/registries.conf or /etc/containers/registries.conf.d",
        ),
        said(
            DOCKER,
            PUSH,
            "Error response from daemon: authorization denied by plugin opa-docker-authz: request "
            "rejected by administrative policy",
        ),
    ),
    "engine.registry-plain-http": (
        said(
            DOCKER,
            "docker push registry.example.com:5000/app:1",
            f"Get {_HEAD}: http: server gave HTTP response to HTTPS client",
        ),
        said(
            PODMAN,
            "podman push registry.example.com:5000/app:1",
            "Error: trying to reuse blob sha256:a3ed95caeb02 at destination: pinging container "
            f"registry registry.example.com:5000: Get {_HEAD}: http: server gave HTTP response to "
            "HTTPS client",
        ),
    ),
    "engine.registry-untrusted": (
        said(
            DOCKER,
            "docker push registry.example.com:5000/app:1",
            f"Get {_HEAD}: x509: certificate signed by unknown authority",
        ),
        said(
            BUILDKIT,
            _BUILD,
            "ERROR: failed to push registry.example.com/app:1: failed to do request: Head "
            '"https://registry.example.com/v2/app/blobs/sha256:9368": tls: failed to verify '
            "certificate: x509: certificate signed by unknown authority",
        ),
    ),
    "engine.registry-unreachable": (
        said(
            DOCKER,
            PUSH,
            'Get "https://ghcr.io/v2/": proxyconnect tcp: dial tcp 127.0.0.1:3128: connect: '
            "connection refused",
        ),
        said(
            DOCKER_REPORTED,
            PUSH,
            'Get "https://ghcr.io/v2/": dial tcp: lookup ghcr.io on 192.168.65.7:53: no such host',
        ),
    ),
}

SILENT: Final[Mapping[str, str]] = {}
