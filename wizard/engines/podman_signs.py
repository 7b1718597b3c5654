"""What Podman's own words decide, in the order in which they are tried.

Seen with Podman 4.3.1; the same libraries speak in buildah and skopeo. Source: engines.md 3.2,
4.4, 4.5 and 4.7.
"""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import PUSH_STAGES, Fix, Sign, Stage

_MAKING: Final = PUSH_STAGES | {Stage.BUILD}
_ANY: Final = _MAKING | {Stage.ENGINE}

_PLAIN_HTTP: Final = Fix(
    "With Podman, let it speak plain HTTP to {host}, in its registries.conf",
    command=(
        "mkdir -p ~/.config/containers/registries.conf.d && printf "
        "'[[registry]]\\nlocation = \"{host}\"\\ninsecure = true\\n' "
        "> ~/.config/containers/registries.conf.d/registry-wizard.conf"
    ),
)
_TRUST: Final = (
    Fix(
        "Give Podman the CA certificate (company-ca.pem stands for your file)",
        command=("install -D -m 644 company-ca.pem ~/.config/containers/certs.d/{host}/ca.crt"),
        system="linux",
    ),
    Fix(
        "For Podman's virtual machine, put it into the machine's own trust, then restart it",
        command="podman machine ssh sudo tee /etc/pki/ca-trust/source/anchors/company-ca.pem "
        "< company-ca.pem && podman machine ssh sudo update-ca-trust",
    ),
)
_SPACE: Final = (
    Fix("See what takes the space", command="podman system df"),
    Fix("Delete what no container of Podman's uses", command="podman system prune"),
)

PODMAN_SIGNS: Final[tuple[Sign, ...]] = (
    Sign(
        "engine.disk-full",
        stages=_ANY,
        message=r"no space left on device|disk quota exceeded",
        fixes=_SPACE,
        source="E80",
    ),
    # The engine's way to the registry. The wizard asked for the right to push by its own way
    # just before, so what fails here fails for the engine alone.
    Sign(
        "engine.registry-plain-http",
        stages=_MAKING,
        message=r"server gave HTTP response to HTTPS client",
        fixes=(_PLAIN_HTTP,),
        source="E72",
    ),
    Sign(
        "network.tls-invalid",
        stages=_MAKING,
        message=(
            r"x509: (certificate (has expired|is (not )?valid (for|until))"
            r"|cannot validate certificate for)"
        ),
        source="engines.md 4.4",
    ),
    Sign(
        "engine.registry-untrusted",
        stages=_MAKING,
        message=r"x509: |certificate is not trusted|certificate signed by unknown authority",
        fixes=_TRUST,
        source="E73",
    ),
    Sign(
        "engine.registry-unreachable",
        stages=_MAKING,
        message=(
            r"proxyconnect|dial tcp|no such host|connection refused|i/o timeout"
            r"|network is unreachable|no route to host|TLS handshake timeout"
            r"|request canceled while waiting for connection|context deadline exceeded"
            r"|Proxy Authentication Required"
        ),
        source="E70, E71, E74",
    ),
    Sign(
        "engine.user-ids-missing",
        stages=_ANY,
        message=(
            r"newuidmap|newgidmap|no subuid ranges|no subgid ranges"
            r"|insufficient UIDs or GIDs|cannot set up namespace|lchown \S+: invalid argument"
        ),
        source="engines.md 3.2",
    ),
    Sign(
        "engine.platform-unsupported",
        stages=_MAKING,
        message=(
            r"exec format error|no image found in (manifest list|image index) for"
            r"|no child with platform"
        ),
        source="E88, E90",
    ),
    Sign(
        "engine.no-builder",
        stages=_MAKING,
        message=r"unknown flag: --(push|secret)|unrecognized command `podman buildx",
        source="union-and-flyte.md 5, row 19",
    ),
    # Podman 4 as a remote client, by ssh: it cannot tell what it pushed.
    Sign(
        "engine.too-old",
        stages=PUSH_STAGES,
        message=r"unknown flag: --digestfile",
        source="engines.md 3.2; seen with 4.3.1",
    ),
    Sign(
        "config.docker-malformed",
        stages=_ANY,
        message=r"(reading|unmarshaling|parsing) (JSON|auth file|JSON file) |auth\.json.*invalid",
        source="credentials.md 1.6",
    ),
    # A name without a host: podman asks its list of registries, and there is none.
    Sign(
        "reference.incomplete",
        stages=_MAKING,
        message=r"short-name",
        fixes=(Fix("Write the name with its registry, such as docker.io/library/python"),),
        source="engines.md 3.2",
    ),
    Sign(
        "engine.endpoint-invalid",
        stages=_ANY,
        message=r"ping response was 4\d\d|^stat : no such file",
        source="engines.md 3.2",
    ),
    Sign(
        "engine.not-running",
        stages=_ANY,
        message=r"cannot connect to podman|unable to connect to podman",
        fixes=(
            Fix("Start the Podman machine", command="podman machine start"),
            Fix("See where the command looks", command="podman system connection list"),
        ),
        source="E114, E115",
    ),
)
