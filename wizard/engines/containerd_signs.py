"""What the words of ctr and nerdctl decide, in the order in which they are tried.

ctr and nerdctl talk to the registry themselves, by this machine's names, proxies and trust; what
differs from the wizard's own way is their settings. Source: engines.md 3.3, E94, E112, 4.4.
"""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import Fix, Sign
from wizard.engines.way_signs import ANY, MAKING, UNREACHABLE, tls_signs

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
    Sign("engine.disk-full", stages=ANY, message=r"no space left on device", source="E80"),
    Sign(
        "engine.no-builder",
        stages=MAKING,
        message=r"no buildkit host is available|buildctl.* needs to be installed",
        fixes=(START_BUILDKIT, INSTALL_BUILDKIT),
        source="E94",
    ),
    *tls_signs((TAKE_HTTP,), (TRUST,)),
    # Before the registry's way: dialling containerd itself reads much the same.
    Sign(
        "engine.permission-denied",
        stages=ANY,
        message=r"dial unix.*permission denied|rootless containerd not running",
        source="E111",
    ),
    Sign(
        "engine.not-running",
        stages=ANY,
        message=(
            r"failed to dial|dial unix|cannot access containerd socket|error reading from server"
        ),
        source="E110, E111",
    ),
    UNREACHABLE,
    Sign(
        "engine.platform-unsupported",
        stages=MAKING,
        message=r"exec format error|no match for platform|no unpack platforms defined",
        source="E88",
    ),
)
