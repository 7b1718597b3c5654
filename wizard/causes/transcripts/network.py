"""What is said on the way to a registry. Sources: engines.md 4.4, registries.md 8.2 and 10."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.causes.transcripts.said import (
    CTR,
    DOCKER,
    DOCKER_REPORTED,
    EVENTS,
    KUBELET,
    PODMAN,
    PODMAN_PUSH,
    PUSH,
    SKOPEO,
    SKOPEO_COPY,
    Said,
    pulled,
    said,
    upload,
)

_PING = (
    "Error: trying to reuse blob sha256:a3ed95caeb02 at destination: pinging container registry "
)
_GET = 'Get "https://ghcr.io/v2/": '
_X509 = "x509: certificate has expired or is not yet valid: current time "
_NO_HOST = "dial tcp: lookup registry.acme.lan on 127.0.0.53:53: no such host"
_LAN = 'Get "https://registry.acme.lan/v2/": '

SAID: Final[Mapping[str, tuple[Said, ...]]] = {
    "network.dns": (
        said(DOCKER, "docker push registry.acme.lan/app:1", _LAN + _NO_HOST),
        said(
            PODMAN,
            "podman push registry.acme.lan/app:1",
            f"{_PING}registry.acme.lan: {_LAN}{_NO_HOST}",
        ),
        said(
            "aws, as reported",
            "aws ecr-public get-login-password --region eu-west-1",
            'Could not connect to the endpoint URL: "https://api.ecr-public.eu-west-1.'
            'amazonaws.com/"',
        ),
    ),
    "network.unreachable": (
        said(
            DOCKER,
            "docker push 127.0.0.1:9/app:1",
            'Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused',
        ),
        said(
            PODMAN,
            "podman push 127.0.0.1:9/app:1",
            f'{_PING}127.0.0.1:9: Get "https://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: '
            "connect: connection refused",
        ),
    ),
    "network.timeout": (
        said(
            DOCKER_REPORTED,
            PUSH,
            f"{_GET}net/http: request canceled while waiting for connection (Client.Timeout "
            "exceeded while awaiting headers)",
        ),
        said(
            KUBELET,
            EVENTS,
            pulled(
                "ghcr.io/acme/app:1",
                'failed to do request: Head "https://ghcr.io/v2/acme/app/manifests/1": dial '
                "tcp 140.82.121.34:443: i/o timeout",
            ),
        ),
    ),
    "network.tls-untrusted": (
        said(
            "Python 3.11",
            "python3 workflow.py",
            "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify "
            "failed: unable to get local issuer certificate (_ssl.c:1006)",
        ),
        said(
            CTR,
            "ctr images push registry.acme.lan/app:1",
            'ctr: failed to do request: Head "https://registry.acme.lan/v2/app/manifests/1": '
            "x509: certificate signed by unknown authority",
        ),
    ),
    "network.tls-invalid": (
        said(
            DOCKER_REPORTED,
            "docker push registry.acme.lan/app:1",
            f"{_LAN}{_X509}2026-11-23T09:00:00Z is after 2026-11-01T00:00:00Z",
            f"{_LAN}x509: certificate is valid for traefik.default, not registry.acme.lan",
        ),
    ),
    "network.clock-wrong": (
        said(
            DOCKER_REPORTED,
            PUSH,
            f"{_GET}{_X509}2021-01-01T00:00:12Z is before 2026-02-06T00:00:00Z",
        ),
    ),
    "network.plain-http": (
        said(
            DOCKER,
            "docker push registry.acme.lan:5000/app:1",
            'Get "https://registry.acme.lan:5000/v2/": http: server gave HTTP response to '
            "HTTPS client",
        ),
    ),
    "network.proxy": (
        said(
            SKOPEO,
            SKOPEO_COPY,
            'time="2026-11-23T09:14:00Z" level=fatal msg="initializing source '
            "docker://ghcr.io/acme/app:1: pinging container registry ghcr.io: "
            'Get \\"https://ghcr.io/v2/\\": proxyconnect tcp: dial tcp 127.0.0.1:3128: '
            'connect: connection refused"',
        ),
        said(DOCKER_REPORTED, PUSH, f"{_GET}Proxy Authentication Required"),
    ),
    "network.intercepted": (
        said(
            DOCKER,
            PUSH,
            "error parsing HTTP 403 response body: invalid character '<' looking for beginning "
            'of value: "<html>Forbidden</html>"',
            "received unexpected HTTP status: 200 OK",
        ),
        said(
            PODMAN,
            PODMAN_PUSH,
            upload("ghcr.io: StatusCode: 403, <html><head><title>Forbidden</title></head>..."),
            upload("ghcr.io: received unexpected HTTP status: 200 OK"),
        ),
    ),
    "network.registry-down": (
        said(DOCKER, PUSH, "received unexpected HTTP status: 502 Bad Gateway"),
        said(
            PODMAN,
            PODMAN_PUSH,
            f"{_PING}ghcr.io: invalid status code from registry 503 (Service Unavailable)",
            upload("ghcr.io: received unexpected HTTP status: 503 Service Unavailable"),
        ),
    ),
    "network.rate-limited": (
        said(
            DOCKER_REPORTED,
            "docker pull python:3.12",
            "toomanyrequests: You have reached your unauthenticated pull rate limit. "
            "https://www.docker.com/increase-rate-limit",
        ),
        said(
            KUBELET,
            EVENTS,
            pulled(
                "docker.io/library/python:3.12",
                "failed to copy: httpReadSeeker: failed open: unexpected status code "
                "https://registry-1.docker.io/v2/library/python/manifests/sha256:1a2b: 429 Too "
                "Many Requests - Server message: toomanyrequests: You have reached your pull "
                "rate limit.",
            ),
        ),
    ),
}

SILENT: Final[Mapping[str, str]] = {}
