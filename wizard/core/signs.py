"""What every registry says alike, as rows from evidence to cause.

The provider's own rows come first and know more; these stay general. Order matters: faults below
HTTP, then what stands in the way of any answer, then the registry's own words by stage.
Sources: registries.md 8.2, 8.6 and 10; distribution's registry/api/errcode/register.go.
"""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import PULL_STAGES, PUSH_STAGES, Fault, Fix, Sign, Stage
from wizard.core.upload_signs import UPLOAD_SIGNS

HANDSHAKE_STAGES: Final = frozenset({Stage.PING, Stage.TOKEN})
REGISTRY_STAGES: Final = HANDSHAKE_STAGES | PUSH_STAGES | PULL_STAGES | {Stage.DELETE}
SERVER_ERRORS: Final = frozenset(range(500, 600))
TOO_LARGE: Final = 413
LARGER_BODIES: Final = Fix(
    "Let the proxy before the registry take bodies of any size (nginx: client_max_body_size 0)",
    ask="whoever runs the registry",
)
DISTRIBUTION: Final = "registries.md 8.2"
VERDICTS: Final = "registries.md 8.6"


def _fault(cause: str, *faults: Fault, stages: frozenset[Stage] = frozenset()) -> Sign:
    return Sign(cause, stages=stages, faults=frozenset(faults), source="registries.md 10")


_FAULTS: Final = (
    _fault("network.dns", Fault.DNS),
    _fault("network.unreachable", Fault.REFUSED),
    _fault("network.timeout", Fault.TIMEOUT),
    _fault("network.tls-untrusted", Fault.TLS_UNTRUSTED, Fault.TLS_SELF_SIGNED),
    _fault("network.tls-invalid", Fault.TLS_INVALID, Fault.TLS_OTHER),
    _fault("network.plain-http", Fault.PLAIN_HTTP),
    _fault("network.proxy", Fault.PROXY),
    _fault("login.realm-refused", Fault.REALM),
    _fault("push.interrupted", Fault.RESET, stages=PUSH_STAGES),
    Sign(
        "push.interrupted",
        stages=PUSH_STAGES,
        statuses=frozenset({TOO_LARGE}),
        fixes=(LARGER_BODIES,),
        source="RFC 9110 15.5.14; nginx ngx_http_core_module, client_max_body_size",
    ),
    # Cut off before anything was said: firewalls do that to hosts they do not like.
    _fault("network.intercepted", Fault.RESET, stages=REGISTRY_STAGES | {Stage.API}),
    _fault("pull.blobs-unreadable", Fault.DIGEST, stages=frozenset({Stage.BLOB})),
    # A registry keeps to the protocol; what does not is something else in its place.
    _fault(
        "network.intercepted",
        Fault.INTERCEPTED,
        Fault.NONSENSE,
        Fault.TOO_LARGE,
        Fault.CHALLENGE,
        Fault.DIGEST,
        stages=REGISTRY_STAGES | {Stage.API},
    ),
)

_IN_THE_WAY: Final = (
    Sign("network.proxy", statuses=frozenset({407}), source="registries.md 10"),
    Sign("network.rate-limited", statuses=frozenset({429}), source=VERDICTS),
    Sign("network.rate-limited", codes=frozenset({"TOOMANYREQUESTS"}), source=DISTRIBUTION),
    Sign(
        "network.registry-down",
        stages=REGISTRY_STAGES | {Stage.API},
        statuses=SERVER_ERRORS,
        source=VERDICTS,
    ),
)

_LOGIN: Final = (
    Sign(
        "login.expired",
        stages=HANDSHAKE_STAGES,
        statuses=frozenset({400, 401, 403}),
        message=r"\bexpired\b",
        authenticated=True,
        source="registries.md C2",
    ),
    Sign(
        "login.scope-missing",
        stages=frozenset({Stage.TOKEN}),
        statuses=frozenset({401, 403}),
        message=r"insufficient scopes?|does not match expected scopes",
        authenticated=True,
        source="registries.md B2",
    ),
    Sign(
        "login.rejected",
        stages=HANDSHAKE_STAGES,
        statuses=frozenset({400, 401, 403}),
        authenticated=True,
        source="registries.md 8.3",
    ),
    # Denied where even anonymous tokens are decided: this much cannot be told from here.
    Sign(
        "pull.private-or-missing",
        stages=frozenset({Stage.TOKEN}),
        statuses=frozenset({401, 403}),
        authenticated=False,
        source=VERDICTS,
    ),
    Sign(
        "pull.missing-repository",
        stages=frozenset({Stage.TOKEN}),
        statuses=frozenset({404}),
        codes=frozenset({"NAME_UNKNOWN"}),
        source=VERDICTS,
    ),
)

_PUSH: Final = (
    Sign(
        "push.tag-immutable",
        stages=frozenset({Stage.MANIFEST_PUT}),
        statuses=frozenset({400, 403, 409, 412}),
        message=r"immutable|cannot be overwritten|already exists",
        source="registries.md C5",
    ),
    Sign(
        "push.policy",
        stages=PUSH_STAGES,
        statuses=frozenset({400, 402, 403, 413, 422, 507}),
        message=r"quota|storage limit|policy|payment|exceed",
        source=DISTRIBUTION,
    ),
    *UPLOAD_SIGNS,
    Sign(
        "push.repository-missing",
        stages=PUSH_STAGES,
        statuses=frozenset({404}),
        source=DISTRIBUTION,
    ),
    Sign(
        "login.missing",
        stages=PUSH_STAGES,
        statuses=frozenset({401, 403}),
        authenticated=False,
        source=DISTRIBUTION,
    ),
    Sign(
        "login.expired",
        stages=PUSH_STAGES,
        statuses=frozenset({401, 403}),
        message=r"\bexpired\b",
        authenticated=True,
        source="registries.md C2",
    ),
    Sign(
        "push.not-permitted",
        stages=PUSH_STAGES | {Stage.DELETE},
        codes=frozenset({"DENIED"}),
        source="registries.md, rule 5",
    ),
    Sign(
        "push.not-permitted",
        stages=PUSH_STAGES | {Stage.DELETE},
        statuses=frozenset({403}),
        source=DISTRIBUTION,
    ),
    Sign(
        "login.rejected",
        stages=PUSH_STAGES | {Stage.DELETE},
        statuses=frozenset({401}),
        authenticated=True,
        source=DISTRIBUTION,
    ),
    # A registry that does not take this kind of push, or no deletion, by its own rules.
    Sign(
        "push.policy",
        stages=PUSH_STAGES | {Stage.DELETE},
        statuses=frozenset({402, 405, 413}),
        source=DISTRIBUTION,
    ),
)

_PULL: Final = (
    Sign(
        "pull.missing-repository",
        stages=frozenset({Stage.MANIFEST}),
        statuses=frozenset({404}),
        codes=frozenset({"NAME_UNKNOWN"}),
        source=VERDICTS,
    ),
    Sign(
        "pull.missing-tag",
        stages=frozenset({Stage.MANIFEST}),
        statuses=frozenset({404}),
        codes=frozenset({"MANIFEST_UNKNOWN", "NOT_FOUND", "TAG_INVALID", ""}),
        source=VERDICTS,
    ),
    Sign(
        "pull.private-or-missing",
        stages=frozenset({Stage.MANIFEST}),
        statuses=frozenset({401, 403}),
        source=VERDICTS,
    ),
    Sign(
        "pull.blobs-unreadable",
        stages=frozenset({Stage.BLOB}),
        statuses=frozenset({400, 401, 403, 404, 405, 416}),
        source=VERDICTS,
    ),
)

# Neither a registry nor a refusal: nothing that speaks this protocol lives there.
_NO_REGISTRY: Final = (
    Sign(
        "network.intercepted",
        stages=frozenset({Stage.PING}),
        statuses=frozenset(range(300, 500)),
        source="registries.md 8.1",
    ),
)

COMMON_SIGNS: Final[tuple[Sign, ...]] = (
    *_FAULTS,
    *_IN_THE_WAY,
    *_LOGIN,
    *_PUSH,
    *_PULL,
    *_NO_REGISTRY,
)
