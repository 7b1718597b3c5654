"""What Podman's own words decide, in the order in which they are tried.

Seen with Podman 4.3.1; the same libraries speak in buildah and skopeo. Source: engines.md 3.2,
4.4, 4.5 and 4.7.
"""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import PUSH_STAGES, Fix, Sign
from wizard.engines.way_signs import ANY, MAKING, UNREACHABLE, tls_signs

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

_USUAL_POLICY: Final = Fix(
    "Put the usual policy there: every image is accepted",
    command=(
        "mkdir -p ~/.config/containers && printf "
        '\'{"default": [{"type": "insecureAcceptAnything"}]}\\n\' '
        "> ~/.config/containers/policy.json"
    ),
)
SETTINGS_INVALID: Final = Sign(
    "engine.settings-invalid",
    stages=ANY,
    message=(
        r"loading registries configuration|invalid policy in|toml: line"
        r"|failed to GetDriver graph"
    ),
    source="seen with 4.3.1",
)
_OWN_FILES: Final = (
    SETTINGS_INVALID,
    Sign(
        "engine.settings-invalid",
        stages=ANY,
        message=r"default OCI runtime .* not found|could not find a working conmon",
        fixes=(
            Fix(
                "Install the programs that run containers for Podman",
                command="sudo apt-get install crun conmon",
                system="linux",
            ),
        ),
        source="seen with 4.3.1",
    ),
    Sign(
        "engine.settings-invalid",
        stages=ANY,
        message=r"open \S*policy\.json: no such file",
        fixes=(_USUAL_POLICY,),
        source="seen with 4.3.1",
    ),
    Sign(
        "engine.policy",
        stages=ANY,
        message=r"is blocked in \S+registries\.conf",
        fixes=(Fix("Take `blocked = true` out of that file, where it stands for {host}"),),
        source="seen with 4.3.1",
    ),
    Sign(
        "engine.policy",
        stages=ANY,
        message=r"is rejected by policy",
        fixes=(
            Fix(
                "See the rules: the first of these files that is there counts",
                command="cat ~/.config/containers/policy.json /etc/containers/policy.json",
            ),
        ),
        source="seen with 4.3.1",
    ),
)

PODMAN_SIGNS: Final[tuple[Sign, ...]] = (
    Sign(
        "engine.disk-full",
        stages=ANY,
        message=r"no space left on device|disk quota exceeded",
        fixes=_SPACE,
        source="E80",
    ),
    *_OWN_FILES,
    *tls_signs((_PLAIN_HTTP,), _TRUST),
    UNREACHABLE,
    Sign(
        "engine.user-ids-missing",
        stages=ANY,
        message=(
            r"newuidmap|newgidmap|no subuid ranges|no subgid ranges"
            r"|insufficient UIDs or GIDs|cannot set up namespace|lchown \S+: invalid argument"
        ),
        source="engines.md 3.2",
    ),
    Sign(
        "engine.platform-unsupported",
        stages=MAKING,
        message=(
            r"exec format error|no image found in (manifest list|image index) for"
            r"|no child with platform"
        ),
        source="E88, E90",
    ),
    Sign(
        "engine.no-builder",
        stages=MAKING,
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
        stages=ANY,
        message=r"(reading|unmarshaling|parsing) (JSON|auth file|JSON file) |auth\.json.*invalid",
        source="credentials.md 1.6",
    ),
    # A name without a host: podman asks its list of registries, and there is none.
    Sign(
        "reference.incomplete",
        stages=MAKING,
        message=r"short-name",
        fixes=(Fix("Write the name with its registry, such as docker.io/library/python"),),
        source="engines.md 3.2",
    ),
    Sign(
        "engine.endpoint-invalid",
        stages=ANY,
        message=r"ping response was 4\d\d|^stat : no such file",
        source="engines.md 3.2",
    ),
    Sign(
        "engine.not-running",
        stages=ANY,
        message=r"cannot connect to podman|unable to connect to podman",
        fixes=(
            Fix("Start the Podman machine", command="podman machine start"),
            Fix("See where the command looks", command="podman system connection list"),
        ),
        source="E114, E115",
    ),
)
