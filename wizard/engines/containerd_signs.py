"""What the words of ctr and nerdctl decide, in the order in which they are tried.

ctr and nerdctl talk to the registry themselves, by this machine's names, proxies and trust; what
differs from the wizard's own way is their settings. Source: engines.md 3.3, E94, E112, 4.4.
"""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import PUSH_STAGES, Fix, Sign, Stage

_MAKING: Final = PUSH_STAGES | {Stage.BUILD}
_ANY: Final = _MAKING | {Stage.ENGINE}
_FOLDER: Final = "/etc/containerd/certs.d/{host}"

TRUST: Final = Fix(
    "Give containerd's tools the CA certificate (company-ca.pem stands for your file); "
    "no restart is needed",
    command=f"sudo install -D -m 644 company-ca.pem {_FOLDER}/ca.crt",
    system="linux",
)
TAKE_HTTP: Final = Fix(
    "Else let containerd's tools speak plain HTTP to this registry",
    command=(
        f"sudo mkdir -p {_FOLDER} && "
        f"echo 'server = \"http://{{host}}\"' | sudo tee {_FOLDER}/hosts.toml"
    ),
    url="https://github.com/containerd/containerd/blob/main/docs/hosts.md",
    system="linux",
)
START_BUILDKIT: Final = Fix(
    "Start BuildKit, which nerdctl builds with",
    command="sudo systemctl enable --now buildkit",
    system="linux",
)
INSTALL_BUILDKIT: Final = Fix(
    "Rootless: install BuildKit for your user",
    command="containerd-rootless-setuptool.sh install-buildkit",
    url="https://github.com/containerd/nerdctl/blob/main/docs/build.md",
    system="linux",
)

CONTAINERD_SIGNS: Final[tuple[Sign, ...]] = (
    Sign("engine.disk-full", stages=_ANY, message=r"no space left on device", source="E80"),
    Sign(
        "engine.no-builder",
        stages=_MAKING,
        message=r"no buildkit host is available|buildctl.* needs to be installed",
        fixes=(START_BUILDKIT, INSTALL_BUILDKIT),
        source="E94",
    ),
    Sign(
        "engine.registry-plain-http",
        stages=_MAKING,
        message=r"server gave HTTP response to HTTPS client",
        fixes=(TAKE_HTTP,),
        source="E72, E112",
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
        message=r"x509: |certificate is not trusted",
        fixes=(TRUST,),
        source="E73, E112",
    ),
    # Before the registry's way: dialling containerd itself reads much the same.
    Sign(
        "engine.permission-denied",
        stages=_ANY,
        message=r"dial unix.*permission denied|rootless containerd not running",
        source="E111",
    ),
    Sign(
        "engine.not-running",
        stages=_ANY,
        message=(
            r"failed to dial|dial unix|cannot access containerd socket|error reading from server"
        ),
        source="E110, E111",
    ),
    Sign(
        "engine.registry-unreachable",
        stages=_MAKING,
        message=(
            r"proxyconnect|dial tcp|no such host|connection refused|i/o timeout"
            r"|network is unreachable|no route to host|TLS handshake timeout"
            r"|context deadline exceeded|Proxy Authentication Required"
        ),
        source="E70, E71, E74",
    ),
    Sign(
        "engine.platform-unsupported",
        stages=_MAKING,
        message=r"exec format error|no match for platform|no unpack platforms defined",
        source="E88",
    ),
)
