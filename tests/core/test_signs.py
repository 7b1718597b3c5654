from __future__ import annotations

import pytest

from wizard.causes import CATALOGUE
from wizard.core.diagnosis import UNDECIDED, Evidence, Fault, Problem, Stage, diagnose
from wizard.core.signs import COMMON_SIGNS


def cause_of(stage: Stage, **facts: object) -> str:
    return diagnose(Problem(Evidence(stage, **facts)), CATALOGUE, COMMON_SIGNS).cause  # type: ignore[arg-type]


ROWS = [
    ("network.dns", Stage.PING, {"fault": Fault.DNS}),
    ("network.unreachable", Stage.UPLOAD, {"fault": Fault.REFUSED}),
    ("network.timeout", Stage.TOKEN, {"fault": Fault.TIMEOUT}),
    ("network.tls-untrusted", Stage.PING, {"fault": Fault.TLS_UNTRUSTED}),
    ("network.tls-untrusted", Stage.PING, {"fault": Fault.TLS_SELF_SIGNED}),
    ("network.tls-invalid", Stage.PING, {"fault": Fault.TLS_INVALID}),
    ("network.plain-http", Stage.PING, {"fault": Fault.PLAIN_HTTP}),
    ("network.proxy", Stage.API, {"fault": Fault.PROXY}),
    ("network.proxy", Stage.PING, {"status": 407}),
    ("network.intercepted", Stage.MANIFEST, {"fault": Fault.INTERCEPTED, "status": 200}),
    ("network.intercepted", Stage.PING, {"fault": Fault.RESET}),
    ("network.intercepted", Stage.TOKEN, {"fault": Fault.NONSENSE}),
    ("network.intercepted", Stage.PING, {"status": 404}),
    ("network.registry-down", Stage.MANIFEST, {"status": 503, "code": "UNAVAILABLE"}),
    ("network.registry-down", Stage.API, {"status": 502}),
    ("network.rate-limited", Stage.MANIFEST, {"status": 429, "code": "TOOMANYREQUESTS"}),
    ("login.realm-refused", Stage.TOKEN, {"fault": Fault.REALM}),
    ("login.rejected", Stage.TOKEN, {"status": 401, "authenticated": True}),
    ("login.rejected", Stage.TOKEN, {"status": 403, "code": "DENIED", "authenticated": True}),
    ("login.rejected", Stage.PING, {"status": 401, "authenticated": True}),
    ("login.rejected", Stage.UPLOAD, {"status": 401, "authenticated": True}),
    (
        "login.expired",
        Stage.PING,
        {"status": 403, "message": "Your authorization token has expired.", "authenticated": True},
    ),
    (
        "login.scope-missing",
        Stage.TOKEN,
        {
            "status": 401,
            "message": "access token has insufficient scopes",
            "authenticated": True,
        },
    ),
    ("login.missing", Stage.UPLOAD, {"status": 401}),
    (
        "push.not-permitted",
        Stage.UPLOAD,
        {"status": 401, "code": "DENIED", "authenticated": True},
    ),
    ("push.not-permitted", Stage.MANIFEST_PUT, {"status": 403, "authenticated": True}),
    ("push.not-permitted", Stage.DELETE, {"status": 403, "authenticated": True}),
    ("push.repository-missing", Stage.UPLOAD, {"status": 404, "code": "NAME_UNKNOWN"}),
    (
        "push.tag-immutable",
        Stage.MANIFEST_PUT,
        {
            "status": 400,
            "code": "TAG_INVALID",
            "message": "The image tag 'v1' already exists and cannot be overwritten because …",
        },
    ),
    (
        "push.policy",
        Stage.UPLOAD,
        {"status": 403, "code": "DENIED", "message": "project storage quota is exceeded"},
    ),
    ("push.policy", Stage.DELETE, {"status": 405, "code": "UNSUPPORTED"}),
    ("push.interrupted", Stage.UPLOAD, {"status": 404, "code": "BLOB_UPLOAD_UNKNOWN"}),
    ("push.interrupted", Stage.UPLOAD, {"status": 404, "code": "BLOB_UPLOAD_INVALID"}),
    ("push.interrupted", Stage.UPLOAD, {"status": 416, "code": "RANGE_INVALID"}),
    ("push.interrupted", Stage.UPLOAD, {"status": 400, "code": "DIGEST_INVALID"}),
    ("push.interrupted", Stage.UPLOAD, {"status": 400, "code": "SIZE_INVALID"}),
    ("push.interrupted", Stage.MANIFEST_PUT, {"status": 400, "code": "MANIFEST_BLOB_UNKNOWN"}),
    ("push.policy", Stage.MANIFEST_PUT, {"status": 400, "code": "MANIFEST_INVALID"}),
    ("push.policy", Stage.MANIFEST_PUT, {"status": 415, "code": "UNSUPPORTED"}),
    (
        "push.policy",
        Stage.UPLOAD,
        {"status": 403, "code": "DENIED", "message": "the system is in read only mode"},
    ),
    ("push.interrupted", Stage.UPLOAD, {"fault": Fault.RESET}),
    ("pull.missing-repository", Stage.MANIFEST, {"status": 404, "code": "NAME_UNKNOWN"}),
    ("pull.missing-tag", Stage.MANIFEST, {"status": 404, "code": "MANIFEST_UNKNOWN"}),
    ("pull.missing-tag", Stage.MANIFEST, {"status": 404, "code": "NOT_FOUND"}),
    ("pull.private-or-missing", Stage.TOKEN, {"status": 401}),
    ("pull.private-or-missing", Stage.TOKEN, {"status": 403, "code": "DENIED"}),
    ("pull.private-or-missing", Stage.MANIFEST, {"status": 401}),
    ("pull.private-or-missing", Stage.MANIFEST, {"status": 403, "authenticated": True}),
    ("pull.blobs-unreadable", Stage.BLOB, {"status": 403}),
    ("pull.blobs-unreadable", Stage.BLOB, {"fault": Fault.DIGEST}),
]


@pytest.mark.parametrize(("cause", "stage", "facts"), ROWS)
def test_evidence_decides_the_cause(cause: str, stage: Stage, facts: dict[str, object]) -> None:
    assert cause_of(stage, **facts) == cause


def test_every_cause_that_a_sign_names_is_in_the_catalogue() -> None:
    assert {sign.cause for sign in COMMON_SIGNS} <= set(CATALOGUE)


def test_every_sign_has_a_source_and_some_evidence_that_selects_it() -> None:
    seen = [Evidence(stage, **facts) for _, stage, facts in ROWS]  # type: ignore[arg-type]
    first = {next(s for s in COMMON_SIGNS if s.matches(evidence)) for evidence in seen}

    assert all(sign.source for sign in COMMON_SIGNS)
    idle = [s for s in COMMON_SIGNS if s not in first]
    assert {sign.cause for sign in idle} <= {sign.cause for sign in first}


def test_a_file_system_fault_is_none_of_the_networks() -> None:
    assert cause_of(Stage.CONFIG, fault=Fault.DENIED) == UNDECIDED
