"""What is said to a pull, by docker, by containerd and by a kubelet.

Source: registries.md A6 to E6.
"""

from __future__ import annotations

from typing import Final

from wizard.causes.messages.saying import BY_BOTH_PULLS, BY_RIGHTS, Saying, hints, says, tells

_BY_GRANT = (
    "`registry-wizard doctor --cluster-principal NAME` reads the repository's policy and says "
    "whether it names the cluster's identity."
)

_REFUSED: Final = (
    tells(
        r"pull access denied|may require .?docker login",
        "pull.private-or-missing",
        "pull.private",
        "pull.missing-repository",
        apart=BY_BOTH_PULLS,
    ),
    tells(
        r"not found: does not exist or no pull access",
        "pull.private-or-missing",
        "pull.missing-repository",
        "pull.cluster-not-granted",
        apart=BY_BOTH_PULLS,
    ),
    says(
        r"permission_denied:? read_package",
        "pull.private-or-missing",
        "pull.private",
        apart=BY_BOTH_PULLS,
    ),
    tells(
        r"head \S+/manifests/\S+: (unauthorized|denied)$|unauthorized to access .*action: pull"
        r"|unauthenticated request.*downloadartifacts",
        "pull.private-or-missing",
        "pull.private",
        "pull.stale-login",
        apart=BY_BOTH_PULLS,
    ),
    says(
        r"(failed to (resolve reference|authorize|fetch (anonymous|oauth) token)"
        r"|status from (head|get) request to \S+/manifests/)"
        r".*(401|403|unauthorized|forbidden|denied)",
        "pull.private-or-missing",
        "pull.private",
        "pull.stale-login",
        apart=BY_BOTH_PULLS,
    ),
    tells(
        r"^(?!.*failed to push).*(failed to solve|buildx \w*\s?failed)"
        r".*fetch anonymous token: unexpected",
        "pull.private-or-missing",
        "login.missing",
        "pull.private",
        apart=BY_BOTH_PULLS,
    ),
    tells(
        r"failed to push.*fetch anonymous token|fetch anonymous token.*pull(%2c|,)push.*(401|403)",
        "login.missing",
        "push.not-permitted",
        apart=BY_RIGHTS,
    ),
    hints(
        r"imagepullbackoff|errimagepull|back-off pulling image",
        "pull.private",
        "pull.missing-tag",
        "pull.platform-missing",
        apart=BY_BOTH_PULLS,
    ),
)

_GRANTS: Final = (
    tells(
        r"perform: ecr:(batchgetimage|getdownloadurlforlayer)"
        r"|because no resource-based policy allows the ecr:(batch|get|describe)",
        "pull.cluster-not-granted",
        "push.not-permitted",
        apart=_BY_GRANT,
    ),
    tells(
        r"permission \S*downloadartifacts\S* denied",
        "pull.cluster-not-granted",
        "pull.private",
        apart=_BY_GRANT,
    ),
    tells(
        r"failed to (pull|resolve).*\.dkr\.ecr\..*(\b401\b|\b403\b|unauthorized|no basic auth)",
        "pull.cluster-not-granted",
        "pull.never-anonymous",
        "pull.secret-short-lived",
        apart=_BY_GRANT,
    ),
    tells(
        r"\.dkr\.ecr\.\S*/manifests/\S+: no basic auth",
        "pull.never-anonymous",
        "login.missing",
        apart=BY_BOTH_PULLS,
    ),
    tells(
        r"failed to pull image.*token has expired",
        "pull.secret-short-lived",
        "pull.stale-login",
        apart=_BY_GRANT,
    ),
    tells(
        r"initializing source .*(unable to retrieve auth token|reading manifest .*: unauthorized)",
        "pull.private",
        "pull.private-or-missing",
        "login.rejected",
        apart=BY_BOTH_PULLS,
    ),
    tells(
        r"initializing source .*requesting bearer token: .*\b40[13]\b",
        "pull.private-or-missing",
        "pull.private",
        "pull.stale-login",
        apart=BY_BOTH_PULLS,
    ),
    tells(
        r"one or more users named in the policy|allowedpolicymemberdomains"
        r"|domain restricted sharing",
        "pull.policy-forbids-public",
    ),
)

_MISSING: Final = (
    says(
        r"manifest unknown|manifest for \S+ not found|artifact \S+ not found"
        r"|manifest_unknown|requested image not found",
        "pull.missing-tag",
    ),
    tells(
        r"manifest for \S+ not found: name unknown|repository name not known to registry"
        r"|reading manifest .*: name unknown",
        "pull.missing-repository",
        "push.repository-missing",
        apart=BY_BOTH_PULLS,
    ),
    says(
        r"failed to resolve (reference|source metadata) .*: not found",
        "pull.missing-tag",
        "pull.missing-repository",
        apart=BY_BOTH_PULLS,
    ),
    tells(
        r"no match(ing manifest)? for (platform|\w+/\w+)|does not provide the specified platform"
        r"|no child with platform|does not match the (specified|detected) (host )?platform"
        r"|no image found in (manifest list|image index) for architecture",
        "pull.platform-missing",
    ),
    tells(
        r"(?<!upload )\bblob unknown|failed to (copy|fetch|read).*/blobs/sha256.*\b40[0-9]\b"
        r"|error pulling image configuration|error fetching blob",
        "pull.blobs-unreadable",
        "network.intercepted",
        apart="`registry-wizard check {reference|REFERENCE}` reads the manifest and then each of "
        "its layers without a login.",
    ),
)

_VAGUE: Final = (
    hints(
        r"\b403\b|forbidden",
        "push.not-permitted",
        "pull.private",
        "login.rejected",
        apart=BY_RIGHTS,
    ),
    hints(
        r"\b401\b|unauthorized",
        "login.rejected",
        "login.missing",
        "login.sso-required",
        "pull.private-or-missing",
        apart=BY_RIGHTS,
    ),
    hints(
        r"(^|: )denied(:|$)",
        "push.not-permitted",
        "login.rejected",
        "login.sso-required",
        apart=BY_RIGHTS,
    ),
)

SAYINGS: Final[tuple[Saying, ...]] = (*_REFUSED, *_GRANTS, *_MISSING, *_VAGUE)
