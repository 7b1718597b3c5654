"""What registries say to a push, and to a name.

Source: registries.md A7 to E7 and 8.2, engines.md 4.4.
"""

from __future__ import annotations

from typing import Final

from wizard.causes.messages.saying import BY_RIGHTS, Saying, hints, says, tells

_BY_EXISTENCE = (
    "`registry-wizard doctor` asks whether the repository exists and what the login may do there, "
    "which are two questions."
)
_BY_KIND = (
    "`registry-wizard doctor --push` repeats the push with an image of one small layer: if that "
    "arrives, the size or the connection was at fault."
)

_RIGHTS: Final = (
    says(
        r"requested access to the resource is denied",
        "push.not-permitted",
        "login.missing",
        "push.policy",
        apart=BY_RIGHTS,
    ),
    tells(
        r"push access denied",
        "push.not-permitted",
        "login.missing",
        "login.scope-missing",
        apart=BY_RIGHTS,
    ),
    says(
        r"insufficient_scope: authorization failed",
        "push.not-permitted",
        "login.missing",
        "pull.private-or-missing",
        apart=BY_RIGHTS,
    ),
    tells(
        r"installation not allowed to (create|write)|requested installation does not exist",
        "push.not-permitted",
        "push.policy",
        apart=BY_RIGHTS,
    ),
    tells(
        r"to perform: ecr(-public)?:(?!getauthorization|batchgetimage|getdownload)\w+",
        "push.not-permitted",
    ),
    tells(
        r"permission \S*uploadartifacts\S* denied",
        "push.not-permitted",
        "push.repository-missing",
        "login.missing",
        apart=_BY_EXISTENCE,
    ),
    tells(
        r"unauthorized to access repository.*action: push",
        "push.not-permitted",
        "login.missing",
        "push.repository-missing",
        apart=BY_RIGHTS,
    ),
    tells(
        r"status from ((post|put|patch) request to \S+|head request to \S+/blobs/\S+): 403"
        r"|(failed to push|blobs/uploads|writing blob|uploading)(?!.*anonymous token)"
        r"[^<]*\b403\b(?!, <)",
        "push.not-permitted",
        "login.scope-missing",
        "push.policy",
        apart=BY_RIGHTS,
    ),
    says(
        r"(initiating layer upload|writing (blob|manifest)|uploading (layer|manifest)).*: denied$",
        "push.not-permitted",
        "login.scope-missing",
        "login.sso-required",
        apart=BY_RIGHTS,
    ),
)

_PLACES: Final = (
    says(
        r"name unknown: |repository with name .* does not exist|repository \S+ not found"
        r"|repository not found|project \S+ not found|repo does not exist\. creating on push",
        "push.repository-missing",
        "pull.missing-repository",
        apart="`registry-wizard doctor` asks for the repository with your login; the same words "
        "come to a push and to a pull.",
    ),
    tells(r"artifact registry api has not been used|service_disabled", "push.repository-missing"),
    tells(
        r"tag is immutable|repository is immutable|configured as immutable"
        r"|cannot be overwritten|immutable tag",
        "push.tag-immutable",
    ),
)

_LIMITS: Final = (
    tells(
        r"413 request entity too large|statuscode: 413|413 payload",
        "push.policy",
        "push.interrupted",
        "network.proxy",
        apart=_BY_KIND,
    ),
    says(
        r"(storage|project|repositor\w+|private|image) quota|quota .{0,40}(project|repositor|image)"
        r"|exceed the configured upper limit|private repositories? limit|maximum number of images",
        "push.policy",
    ),
    tells(
        r"unsupported: the operation is unsupported|package creation .*not allowed", "push.policy"
    ),
    hints(
        r"(^|: |[^a-z])unsupported$",
        "push.policy",
        "engine.endpoint-invalid",
        apart="`registry-wizard doctor --push` does the same push and shows the status: 405 is "
        "the registry's own rule.",
    ),
)

_BROKEN_OFF: Final = (
    says(
        r"connection broken: incompleteread|unexpected eof|broken pipe|connection reset by peer"
        r"|client connection (lost|force closed)|use of closed network connection"
        r"|on closed pipe|blob upload (unknown|invalid)"
        r"|provided (digest|length) did not match|exceeds the maximum permissible limit",
        "push.interrupted",
        "network.intercepted",
        apart=_BY_KIND,
    ),
    tells(
        r"\.dkr\.ecr\.\S*/blobs/uploads/\S*: eof$",
        "push.not-permitted",
        "push.interrupted",
        apart=BY_RIGHTS,
    ),
    hints(
        r"(^|: )eof$",
        "push.interrupted",
        "push.not-permitted",
        "engine.not-running",
        apart="`registry-wizard doctor --push` asks the engine, then begins an upload by itself: "
        "old engines turn a refused upload into this word.",
    ),
)

_NAMES: Final = (
    tells(
        r"must be lowercase|invalid reference format|invalid tag format"
        r"|invalid container registry name"
        r"|cannot contain a scheme|could not parse reference|name invalid: invalid repository name"
        r"|container registry is (deprecated|shut)|invalidrepository:",
        "reference.invalid",
    ),
    tells(
        r"missing image name|no container registry is configured"
        r"|no unqualified-search registries",
        "reference.incomplete",
    ),
    tells(
        r"failed to pull image \"(localhost|127\.)",
        "reference.local-only",
        "network.unreachable",
        apart="`registry-wizard check {reference|REFERENCE}` asks from here: what is served here "
        "and not in the cluster is known to this machine alone.",
    ),
)

SAYINGS: Final[tuple[Saying, ...]] = (*_RIGHTS, *_PLACES, *_LIMITS, *_BROKEN_OFF, *_NAMES)
