"""What ECR Public says and what it means: every row of registries.md D6 and D7."""

from __future__ import annotations

import pytest

from wizard.causes import CATALOGUE
from wizard.core.diagnosis import Evidence, Fix, Problem, Stage, diagnose
from wizard.core.signs import COMMON_SIGNS
from wizard.registries import for_host

HOST = "public.ecr.aws"
SIGNS = for_host(HOST).signs
GLOBAL_HELPER = (
    "docker-credential-ecr-login can only be used with Amazon Elastic Container Registry."
)
EXPIRED = "Your authorization token has expired. Reauthenticate and try again."
GONE = "The repository with name 'app' does not exist in the registry with id 'a1b2c3d4'"


def denied(action: str, reason: str = "identity") -> str:
    return (
        f"User: arn:aws:iam::123456789012:user/ada is not authorized to perform: {action} on "
        f"resource: * because no {reason}-based policy allows the {action} action"
    )


SAID = [
    # stage, authenticated, status, code, message, cause
    (Stage.STORE, False, None, "", "The stub received bad data.", "store.helper-failing"),
    (Stage.STORE, False, None, "", GLOBAL_HELPER, "store.helper-failing"),
    (Stage.MANIFEST, True, 403, "DENIED", EXPIRED, "pull.stale-login"),
    (Stage.BLOB, True, 403, "DENIED", EXPIRED, "pull.stale-login"),
    (Stage.UPLOAD, True, 403, "DENIED", EXPIRED, "login.expired"),
    (Stage.TOKEN, True, 403, "DENIED", EXPIRED, "login.expired"),
    (Stage.TOKEN, True, 403, "DENIED", "Your Authorization Token is invalid.", "login.rejected"),
    (Stage.API, True, 400, "", denied("sts:GetServiceBearerToken"), "login.cloud-denied"),
    (Stage.API, True, 400, "", denied("ecr-public:GetAuthorizationToken"), "login.cloud-denied"),
    (Stage.API, True, 400, "", denied("ecr-public:CreateRepository"), "push.not-permitted"),
    (Stage.DELETE, True, 400, "", denied("ecr-public:BatchDeleteImage"), "push.not-permitted"),
    (Stage.UPLOAD, True, 403, "DENIED", denied("ecr-public:PutImage"), "push.not-permitted"),
    (
        Stage.UPLOAD,
        True,
        403,
        "DENIED",
        denied("ecr-public:PutImage", "resource"),
        "push.not-permitted",
    ),
    (Stage.MANIFEST, False, 429, "TOOMANYREQUESTS", "Rate exceeded", "network.rate-limited"),
    (Stage.BLOB, False, None, "", "toomanyrequests: Data limit exceeded", "network.rate-limited"),
    (Stage.UPLOAD, False, 401, "UNAUTHORIZED", "authentication required", "login.missing"),
    (Stage.UPLOAD, False, None, "", "no basic auth credentials", "login.missing"),
    (Stage.UPLOAD, True, 404, "NAME_UNKNOWN", GONE, "push.repository-missing"),
    (Stage.ENGINE, True, None, "", f"name unknown: {GONE}", "push.repository-missing"),
    (Stage.MANIFEST, False, 404, "NAME_UNKNOWN", GONE, "pull.missing-repository"),
    (
        Stage.MANIFEST,
        False,
        404,
        "MANIFEST_UNKNOWN",
        "Requested image not found",
        "pull.missing-tag",
    ),
]


@pytest.mark.parametrize(("stage", "authenticated", "status", "code", "message", "cause"), SAID)
def test_what_amazon_says_means_one_thing(
    stage: Stage, authenticated: bool, status: int | None, code: str, message: str, cause: str
) -> None:
    seen = Evidence(
        stage,
        "asked",
        message,
        HOST,
        status=status,
        code=code,
        message=message,
        authenticated=authenticated,
    )

    assert diagnose(Problem(seen), CATALOGUE, SIGNS, COMMON_SIGNS).cause == cause


def test_every_sign_is_selected_by_a_row_of_the_table() -> None:
    rows = [
        Evidence(row[0], authenticated=row[1], status=row[2], code=row[3], message=row[4])
        for row in SAID
    ]
    first = {next((n for n, sign in enumerate(SIGNS) if sign.matches(row)), None) for row in rows}
    unused = [SIGNS[n].source for n in range(len(SIGNS)) if n not in first]

    assert unused == []


def test_who_only_pulls_is_told_to_forget_the_old_login_and_who_pushes_to_make_a_new_one() -> None:
    assert first_fix(Stage.MANIFEST, EXPIRED).command == f"docker logout {HOST}"
    assert first_fix(Stage.UPLOAD, EXPIRED).command == f"registry-wizard setup {HOST}/acme"


def test_who_pushes_to_anothers_alias_is_shown_their_own_and_who_lacks_a_right_whom_to_ask() -> (
    None
):
    foreign = first_fix(Stage.UPLOAD, denied("ecr-public:PutImage", "resource"))
    lacking = first_fix(Stage.UPLOAD, denied("ecr-public:PutImage"))

    assert foreign.command.startswith("aws ecr-public describe-registries")
    assert lacking.ask


def first_fix(stage: Stage, message: str) -> Fix:
    facts = {"owner": "acme"}
    seen = Evidence(stage, host=HOST, message=message, authenticated=True, facts=facts)
    return diagnose(Problem(seen), CATALOGUE, SIGNS, COMMON_SIGNS).fixes[0]
