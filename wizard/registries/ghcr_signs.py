"""What GHCR's refusals mean: every row of registries.md A7, and those of A2 and A6, as data."""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import PULL_STAGES, PUSH_STAGES, Fault, Fix, Sign, Stage
from wizard.registries.status_pages import registry_down

CLASSIC_PAGE: Final = (
    "https://github.com/settings/tokens/new"
    "?scopes=write:packages,delete:packages&description=registry-wizard"
)
TOKENS_PAGE: Final = "https://github.com/settings/tokens"
GH_REFRESH: Final = "gh auth refresh -h github.com -s write:packages,delete:packages"

NEW_TOKEN: Final = Fix("Make a classic token with just the rights needed", url=CLASSIC_PAGE)
ADD_SCOPE_BY_GH: Final = Fix("Let gh add the right to write packages", command=GH_REFRESH)
LOG_OUT: Final = Fix("Forget the login that is stored now", command="docker logout ghcr.io")
AUTHORISE_SSO: Final = Fix(
    "On GitHub's tokens page: Configure SSO, authorise the organisation", url=TOKENS_PAGE
)
PACKAGE_ACCESS: Final = Fix(
    "Ask whoever administers the package, or an owner of the organisation, for the role Write"
)
WORKFLOW_MAY_WRITE: Final = Fix(
    "In a workflow: `permissions: packages: write`, and read and write for workflows in the "
    "organisation's Actions settings; or push it the first time by a member's own token"
)

# A refusal in so many words, not a web page of somebody else with the same status.
_SAID = frozenset({Fault.NONE})
_PUSH = PUSH_STAGES | {Stage.BLOB}

GHCR_SIGNS: Final = (
    registry_down("GitHub", "https://www.githubstatus.com/"),
    Sign(
        "login.sso-required",
        message=r"\bSAML\b|\bSSO\b|single sign-on",
        fixes=(AUTHORISE_SSO,),
        source="registries.md A7 row 10; cli/cli#5174",
    ),
    Sign(
        "login.scope-missing",
        message=r"does not match expected scopes",
        fixes=(ADD_SCOPE_BY_GH, NEW_TOKEN),
        source="registries.md A7 row 2",
    ),
    Sign(
        "push.not-permitted",
        message=r"permission_denied:? write_package|installation not allowed to write",
        fixes=(PACKAGE_ACCESS,),
        source="registries.md A7 row 3",
    ),
    Sign(
        "push.not-permitted",
        message=r"installation not allowed to create",
        fixes=(WORKFLOW_MAY_WRITE,),
        source="registries.md A7 row 5",
    ),
    Sign(
        "push.policy",
        stages=PUSH_STAGES,
        message=r"create_package|package creation|visibility .* not allowed|quota",
        source="registries.md A4: organisations can forbid their members to make packages",
    ),
    Sign(
        "login.missing",
        message=r"user cannot be authenticated with the token provided",
        authenticated=False,
        fixes=(NEW_TOKEN,),
        source="registries.md A7 row 4",
    ),
    Sign(
        "login.rejected",
        message=r"user cannot be authenticated with the token provided",
        fixes=(LOG_OUT, NEW_TOKEN),
        source="registries.md A7 row 4",
    ),
    Sign(
        "reference.invalid",
        message=r"repository name .*must be lowercase",
        source="registries.md A7 row 6",
    ),
    Sign(
        "pull.private-or-missing",
        stages=PULL_STAGES,
        message=r"permission_denied:? read_package",
        source="registries.md A6: valid login, no access",
    ),
    Sign(
        "push.interrupted",
        message=r"maximum permissible limit of 4\.00 ?MiB",
        source="registries.md A7 row 11: a chunk too large for GHCR",
    ),
    # `denied: denied` is GHCR's whole answer to a credential that it does not know (A2).
    Sign(
        "login.rejected",
        # With a scheme before it in older engines, and said twice by newer ones.
        message=r"^(error[^:]*: |head \"[^\"]*\": )?denied:? denied$|^error from registry: denied$",
        fixes=(LOG_OUT, NEW_TOKEN),
        source="registries.md A7 row 1; openai/tart#277",
    ),
    Sign(
        "login.rejected",
        stages=frozenset({Stage.TOKEN, Stage.PING}),
        statuses=frozenset({401, 403}),
        faults=_SAID,
        authenticated=True,
        fixes=(LOG_OUT, NEW_TOKEN),
        source="registries.md A2: bad, expired and fine-grained tokens alike",
    ),
    Sign(
        "push.not-permitted",
        stages=_PUSH,
        message=r"unexpected status from (HEAD|POST|PUT) request.*403",
        fixes=(PACKAGE_ACCESS,),
        source="registries.md A5, A7 row 9; docker/build-push-action#981",
    ),
    Sign(
        "push.not-permitted",
        stages=PUSH_STAGES,
        statuses=frozenset({401, 403}),
        faults=_SAID,
        authenticated=True,
        fixes=(PACKAGE_ACCESS,),
        source="registries.md A3: the upload probe",
    ),
    Sign(
        "pull.missing-tag",
        message=r"manifest unknown",
        source="registries.md A7 row 8",
    ),
    Sign(
        "pull.private-or-missing",
        stages=PULL_STAGES | {Stage.TOKEN},
        message=r"(head|get) \"?https://ghcr\.io/.*(unauthorized|denied|40[13])",
        source="registries.md A7 row 7",
    ),
)
