"""What is said when a login is missing or not taken.

Source: registries.md A7 to E7, engines.md 4.4.
"""

from __future__ import annotations

from typing import Final

from wizard.causes.messages.saying import BY_LOGIN, BY_RIGHTS, Saying, says, tells

_BY_STALE = (
    "`registry-wizard check {reference|REFERENCE}` asks with and without the stored login: if the "
    "image is served only without, the stored login is in the way."
)
_BY_CLOUD = (
    "`registry-wizard doctor` asks the cloud who you are and for a registry token, and names the "
    "first of the two that is refused."
)

_NONE: Final = (
    says(
        r"no basic auth credentials",
        "login.missing",
        "store.helper-missing",
        "store.helper-failing",
        apart=BY_LOGIN,
    ),
    says(
        r"cannot perform an interactive login from a non.?tty",
        "login.missing",
        "login.cloud-missing",
        apart=BY_LOGIN,
    ),
    tells(
        r"user cannot be authenticated with the token provided",
        "login.missing",
        "login.rejected",
        apart=BY_LOGIN,
    ),
    tells(
        r"don't have the needed permissions .*may have invalid credentials",
        "login.missing",
        "push.not-permitted",
        "login.rejected",
        apart=BY_LOGIN,
    ),
    tells(
        r"unauthenticated request",
        "login.missing",
        "pull.private-or-missing",
        apart=BY_LOGIN,
    ),
    tells(
        r"exists in \S+: unauthorized",
        "login.missing",
        "login.rejected",
        apart=BY_LOGIN,
    ),
)

_REFUSED: Final = (
    says(
        r"authentication required",
        "login.rejected",
        "login.missing",
        "pull.private-or-missing",
        apart=BY_LOGIN,
    ),
    says(
        r"incorrect (username or password|authentication credentials)",
        "login.rejected",
        "login.token-kind",
        "login.expired",
        apart=BY_LOGIN,
    ),
    says(
        r"failed authentication",
        "login.expired",
        "login.rejected",
        "login.token-kind",
        apart=BY_LOGIN,
    ),
    says(
        r"bad credentials|http basic: access denied|login attempt to \S+ failed.*\b401\b"
        r"|authorization token is invalid|invalid username or password"
        r"|logging into \S+: invalid username/password",
        "login.rejected",
        "login.expired",
        apart=BY_LOGIN,
    ),
    says(
        r"denied: denied",
        "login.rejected",
        "login.token-kind",
        "login.sso-required",
        apart=BY_LOGIN,
    ),
    tells(
        r"/manifests/\S+: denied: denied|fetch oauth token.*(403|forbidden)",
        "pull.stale-login",
        "login.rejected",
        "login.token-kind",
        apart=_BY_STALE,
    ),
    tells(
        r"^(?!.*failed to pull image).*pull access denied.*authorization token has expired",
        "pull.stale-login",
        "login.expired",
        apart=_BY_STALE,
    ),
    tells(
        r"authorization token has expired|token ((has|is) )?expired",
        "login.expired",
        "pull.stale-login",
        apart=_BY_STALE,
    ),
    tells(
        r"(writing|copying) blob.*requesting bearer token: .*\b40[13]\b"
        r"|reuse blob.*requesting bearer token: .*\b40[13]\b",
        "login.rejected",
        "login.missing",
        "push.not-permitted",
        "login.expired",
        apart=BY_LOGIN,
    ),
    tells(
        r"authenticating creds for \S+ .*\b40[13]\b",
        "login.rejected",
        "login.token-kind",
        "login.expired",
        apart=BY_LOGIN,
    ),
    tells(
        r"fetch oauth token.*pull(%2c|,)push.*401",
        "login.rejected",
        "login.expired",
        "login.scope-missing",
        apart=BY_LOGIN,
    ),
    # Podman and skopeo say so of nobody's login as well.
    says(
        r"unable to retrieve auth token: invalid username/password: unauthorized$"
        r"|(initiating layer upload|uploading manifest).*: unauthorized$",
        "login.missing",
        "login.rejected",
        "push.not-permitted",
        apart=BY_LOGIN,
    ),
    tells(
        r"access token has insufficient scopes|does not match expected scopes"
        r"|insufficient authentication scopes|may not write packages",
        "login.scope-missing",
    ),
    tells(r"unable to parse json key", "login.token-kind"),
    tells(
        r"personal access tokens \(classic\)|must log in with a personal access token",
        "login.token-kind",
    ),
    tells(r"\bsaml\b|single sign-on|configure sso|\bsso\b.{0,20}authori[sz]", "login.sso-required"),
)

_CLOUD: Final = (
    tells(
        r"unable to locate credentials|could not find default credentials"
        r"|default credentials were not found|could not automatically determine credentials"
        r"|you must specify a region|do not currently have an active account",
        "login.cloud-missing",
    ),
    tells(
        r"reauthentication (is )?(required|needed|failed)|\binvalid_grant\b"
        r"|sso session .*expired|token has expired and refresh|expiredtoken|invalidclienttokenid"
        r"|security token included in the request is invalid|error loading sso token",
        "login.cloud-expired",
        "login.cloud-missing",
        apart=_BY_CLOUD,
    ),
    tells(
        r"perform: (ecr(-public)?:getauthorizationtoken|sts:getservicebearertoken)"
        r"|accessdenied\w* .*getauthorizationtoken",
        "login.cloud-denied",
        "login.cloud-expired",
        apart=_BY_CLOUD,
    ),
)

_RIGHT_OR_ROLE: Final = (
    tells(
        r"permission_denied:? write_package",
        "push.not-permitted",
        "login.scope-missing",
        apart=BY_RIGHTS,
    ),
)

SAYINGS: Final[tuple[Saying, ...]] = (*_NONE, *_REFUSED, *_CLOUD, *_RIGHT_OR_ROLE)
