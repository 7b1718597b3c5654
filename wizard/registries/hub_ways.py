"""How one gets a login for Docker Hub, and what a cluster should be given (registries.md B3)."""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import Fix
from wizard.core.names import Repository
from wizard.core.ports import PullToken, WayIn
from wizard.core.secret import Credential
from wizard.registries.hub_login import IDENTITY, kind_of
from wizard.registries.hub_signs import ORGANISATION_PAGE, TOKEN_PAGE

WAYS_IN: Final = (
    WayIn(
        "personal-token",
        "A personal access token",
        "The user name is your Docker ID, not your e-mail address. On the page: Generate token, "
        "an expiry date, Read & Write (Read, Write, Delete if the wizard shall clean up), copy.",
        url=TOKEN_PAGE,
    ),
    WayIn(
        "organisation-token",
        "An organisation access token",
        "For Team and Business plans: the user name is the organisation's name. Its owner makes it "
        "under Admin Console, Access tokens, with Image Push for the repositories that it lists.",
        url=ORGANISATION_PAGE,
    ),
    WayIn(
        "password",
        "The account's password",
        "Opens the whole account, cannot be limited, and does not work with two-factor sign-in or "
        "where an organisation wants SSO. A token is better in every way.",
    ),
)


def pull_token(repository: Repository) -> PullToken:
    namespace = repository.path.partition("/")[0]
    return PullToken(
        "a personal access token with Read-only, or an organisation access token with Image Pull "
        "for this repository alone",
        lasts="until the date you choose when you make it",
        fixes=(
            Fix("Make a personal access token with Read-only", url=TOKEN_PAGE),
            Fix(
                f"Or let {namespace} make an organisation access token with Image Pull",
                url=ORGANISATION_PAGE,
                ask=f"an owner of {namespace}",
            ),
        ),
    )


def unfit_for_clusters(credential: Credential) -> str:
    if kind_of(credential) == IDENTITY:
        return (
            "docker login keeps an identity token here, which only docker itself can use: a "
            "cluster's nodes want a user name and a token"
        )
    return ""
