"""What engines that answer, builders and SDKs say.

Source: engines.md 4.2 and 4.5, union-and-flyte.md 5.
"""

from __future__ import annotations

from typing import Final

from wizard.causes.messages.saying import Saying, hints, says, tells

_BY_VERSIONS = (
    "`registry-wizard doctor` shows the API versions of the engine, of the docker command and of "
    "the project's docker package."
)
_BY_BUILDER = (
    "`registry-wizard doctor` asks the engine, then its builder: an engine that is down takes the "
    "builder with it."
)
_BY_PLATFORM = (
    "`registry-wizard check {reference|REFERENCE}` lists the platforms of the pushed image; if it "
    "was never pushed, the build itself needs emulation."
)

SAYINGS: Final[tuple[Saying, ...]] = (
    says(
        r"client version \S+ is too (old|new)|api versions below \S+ are no longer",
        "engine.too-old",
        "sdk.docker-package-old",
        apart=_BY_VERSIONS,
    ),
    says(
        r"unknown flag: --digestfile",
        "engine.too-old",
    ),
    tells(r"not supported url scheme http\+docker", "sdk.docker-package-old"),
    says(
        r"unknown flag: --(push|secret|platform)",
        "engine.no-builder",
        "sdk.engine-unsupported",
        apart="`registry-wizard doctor` says whether buildx is missing, or whether `docker` is "
        "another engine under that name.",
    ),
    says(
        r"buildx (component )?is (missing|not available)|unknown command: docker buildx"
        r"|'buildx' is not a docker command|`?buildctl`? needs to be installed"
        r"|no buildkit host is available|requires buildkit\b|no builder \"?[\w-]+\"? found",
        "engine.no-builder",
    ),
    says(
        r"failed to create docker buildx builder",
        "engine.no-builder",
        "engine.not-running",
        apart=_BY_BUILDER,
    ),
    says(
        r"multi-?platform build is not supported|multiple platforms feature"
        r"|--platform\"? is only supported|support exporting manifest lists",
        "engine.platform-unsupported",
    ),
    tells(
        r"exec format error.{0,80}returned a non-zero code|#\d+ [\d.]+ .*exec format error"
        r"|process \".{1,300}\" did not complete successfully.{0,80}exec format error",
        "engine.platform-unsupported",
        "pull.platform-missing",
        apart=_BY_PLATFORM,
    ),
    says(
        r"exec format error|image operating system \"\w+\" cannot be used",
        "pull.platform-missing",
        "engine.platform-unsupported",
        apart=_BY_PLATFORM,
    ),
    says(r"no space left on device|/var/lib/.*disk quota exceeded", "engine.disk-full"),
    tells(
        r"flytekit assumes (that )?the image .* already exists|assuming it exists"
        r"|failed to check if the image exists|flyte_img_fast_fail",
        "sdk.assumes-exists",
        "login.missing",
        "engine.not-running",
        apart="`registry-wizard doctor` asks the engine and the registry what the SDK asked, and "
        "shows the answer that the SDK swallowed.",
    ),
    says(r"image builder \S+ is not registered", "sdk.engine-unsupported"),
    says(
        r"install paramiko package",
        "sdk.engine-unsupported",
        "engine.endpoint-unreachable",
        apart="`registry-wizard doctor` reaches the engine by ssh itself: if that works, only the "
        "project's docker package cannot.",
    ),
    says(
        r"no module named '?(flytekit|flyte|union|docker)\b|python3?: command not found",
        "sdk.python-unusable",
    ),
    says(
        r"image does not exist locally with the tag|tag does not exist: ",
        "sdk.different-engine",
        "engine.wrong-context",
        apart="`registry-wizard doctor` compares the ids of the engines that the SDK and the "
        "docker command reach; if they are one, the image was not built yet.",
    ),
    says(
        r"oci container handling requires \"?skopeo|can't list images from oci registry"
        r"|oci image export currently requires",
        "engine.cannot-push",
    ),
    hints(
        r"incorrect padding|not enough values to unpack \(expected 2, got 1\)"
        r"|'list' object has no attribute 'get'",
        "config.docker-malformed",
    ),
)
