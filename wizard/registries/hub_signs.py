"""What Docker Hub's refusals mean: every row of registries.md B7, and those of B2, B5, B6."""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import PULL_STAGES, PUSH_STAGES, Fix, Sign, Stage
from wizard.registries.status_pages import registry_down

TOKEN_PAGE: Final = "https://app.docker.com/settings/personal-access-tokens"  # noqa: S105
ORGANISATION_PAGE: Final = "https://app.docker.com"
"""Its organisations, and under each: Admin Console, Access tokens."""

NEW_TOKEN: Final = Fix("Make a personal access token with Read & Write", url=TOKEN_PAGE)
DOCKER_ID: Final = Fix(
    "Log in with your Docker ID, not an e-mail address, and a token", url=TOKEN_PAGE
)
LOG_OUT: Final = Fix("Forget the login that is stored now", command="docker logout")
LISTED: Final = Fix(
    "In the organisation's settings give its access token Image Push for this repository: such a "
    "token knows only the repositories listed in it",
    ask="an owner of {owner|the organisation}",
)
OWN_NAMESPACE: Final = Fix(
    "Name the image under your own Docker ID or an organisation of yours: "
    "docker.io/NAMESPACE/IMAGE (a name without a namespace belongs to Docker itself)"
)
PRIVATE_FULL: Final = Fix(
    "If the namespace is yours and its default privacy is Private: a personal plan holds one "
    "private repository. Make another one public, or set the default to Public"
)
NOT_BY_SUDO: Final = Fix(
    "Log in as the user who pushes, and push without sudo: root has a login file of its own",
    command="docker login",
)
LOGIN_FOR_QUOTA: Final = Fix(
    "Log in for pulling too: an account has a quota of its own", command="docker login"
)
ECR_PUBLIC_COPY: Final = Fix(
    "For a cluster: an image-pull secret, a pull-through cache, or a copy of the image in a "
    "registry without this limit, such as Amazon ECR Public"
)
STOP_THE_JOB: Final = Fix(
    "Find what keeps trying an old password, often a scheduled job, and stop it; then wait. "
    "Logging in again meanwhile only makes it longer"
)
WAIT_ALONE: Final = Fix(
    "Wait some minutes: this limit counts requests per address, with a login or without"
)

_TOKEN_STAGES: Final = frozenset({Stage.TOKEN, Stage.PING})
_TOO_MANY: Final = 429

HUB_SIGNS: Final = (
    registry_down("Docker", "https://www.dockerstatus.com/"),
    # Three limits share a status and ask for three different things (B2, B6).
    Sign(
        "network.rate-limited",
        message=r"pull rate limit|increase-rate-limit",
        fixes=(LOGIN_FOR_QUOTA, ECR_PUBLIC_COPY),
        source="registries.md B6, B7 row 6",
    ),
    Sign(
        "network.rate-limited",
        message=r"too many failed login attempts",
        fixes=(STOP_THE_JOB,),
        source="registries.md B2, B7 row 5; docker/hub-feedback#786",
    ),
    Sign(
        "network.rate-limited",
        message=r"too ?many ?requests",
        fixes=(WAIT_ALONE,),
        source="registries.md B6: the abuse limit",
    ),
    Sign(
        "network.rate-limited",
        statuses=frozenset({_TOO_MANY}),
        fixes=(WAIT_ALONE,),
        source="registries.md B6",
    ),
    Sign(
        "login.scope-missing",
        message=r"access token has insufficient scopes",
        fixes=(NEW_TOKEN,),
        source="registries.md B2, B7 row 3; moby/moby#45726",
    ),
    Sign(
        "login.token-kind",
        message=r"(use|must log in with a) personal access token|\bSSO\b|single sign-on",
        fixes=(NEW_TOKEN,),
        source="registries.md B3: a password with 2FA, or where SSO is enforced; "
        "docker/hub-feedback#1981, pinterest/querybook#1548",
    ),
    Sign(
        "login.rejected",
        message=r"incorrect username or password|incorrect authentication credentials",
        fixes=(DOCKER_ID, LOG_OUT),
        source="registries.md B2, B7 row 4",
    ),
    Sign(
        "pull.policy-forbids-public",
        stages=frozenset({Stage.API}),
        message=r"public repositor(y|ies)[^.]*(disabled|not allowed|forbidden)",
        source="registries.md B4: Disable public repositories (text unconfirmed)",
    ),
    Sign(
        "push.policy",
        stages=PUSH_STAGES | {Stage.API},
        message=r"private repositor(y|ies)[^.]*(limit|exceed|quota|upgrade)|limit of private",
        fixes=(PRIVATE_FULL,),
        source="registries.md B4 (text unconfirmed)",
    ),
    Sign(
        "login.missing",
        stages=PUSH_STAGES,
        message=r"push access denied|requested access to the resource is denied|no basic auth",
        authenticated=False,
        fixes=(NOT_BY_SUDO,),
        source="registries.md B7 rows 1, 2 and 10",
    ),
    # Who lacks the right gets 401 insufficient_scope; this one was granted it, and is refused.
    Sign(
        "push.policy",
        stages=PUSH_STAGES,
        statuses=frozenset({403}),
        codes=frozenset({"DENIED"}),
        message=r"requested access to the resource is denied",
        authenticated=True,
        fixes=(PRIVATE_FULL,),
        source="registries.md B4: the private quota, in the words of any refusal",
    ),
    Sign(
        "push.not-permitted",
        stages=PUSH_STAGES,
        message=r"push access denied|requested access to the resource is denied",
        fixes=(OWN_NAMESPACE, PRIVATE_FULL),
        source="registries.md B4, B7 rows 1 and 2",
    ),
    Sign(
        "push.not-permitted",
        stages=PUSH_STAGES,
        codes=frozenset({"DENIED"}),
        authenticated=True,
        fixes=(OWN_NAMESPACE, PRIVATE_FULL),
        source="registries.md B2: insufficient_scope after an empty grant",
    ),
    Sign(
        "pull.private-or-missing",
        stages=PULL_STAGES,
        message=r"pull access denied|insufficient_scope",
        source="registries.md B6, B7 row 7",
    ),
    Sign(
        "pull.missing-tag",
        stages=PULL_STAGES,
        message=r"manifest unknown",
        source="registries.md B6, B7 row 8",
    ),
    Sign(
        "network.intercepted",
        message=r"login attempt to https://(hub\.docker\.com|docker\.io)\S* failed",
        fixes=(Fix("Log in without naming a server", command="docker login"),),
        source="registries.md B7 row 9: neither is the registry's own name",
    ),
    Sign(
        "login.missing",
        message=r"cannot perform an interactive login from a non-tty device",
        fixes=(
            Fix(
                "Let docker read the token from standard input",
                command="docker login -u {username|DOCKER_ID} --password-stdin",
            ),
        ),
        source="registries.md B7 row 11",
    ),
    Sign(
        "store.helper-missing",
        message=r"docker-credential-\S+: executable file not found",
        source="registries.md B7 row 12",
    ),
    # A manifest that a tag still names is not deleted (B5): it harms nothing.
    Sign(
        "push.policy",
        stages=frozenset({Stage.DELETE}),
        statuses=frozenset({403, 405}),
        source="registries.md B5: 403 while still referenced by a tag",
    ),
)
