"""Registries that their makers run: Azure, Quay, GitLab (registries.md 9)."""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import Fix
from wizard.core.ports import PullToken, WayIn
from wizard.registries.products import Product, UserForm

AZURE_TOKEN_USER: Final = "00000000-0000-0000-0000-000000000000"  # noqa: S105 - a user name

ACR: Final = Product(
    "acr",
    "Azure Container Registry",
    hosts=r"[a-z0-9-]+\.azurecr\.(io|cn|us)",
    traits={"service": r"\.azurecr\.(io|cn|us)$"},
    remarks=(
        "A push makes the repository by itself.",
        "Pulling without a login is allowed for the whole registry or not at all, by its plan.",
    ),
    publish=(
        Fix(
            "Let everybody pull everything in this registry (Standard or Premium)",
            command="az acr update --name {name} --anonymous-pull-enabled true",
        ),
        Fix(
            "Or let a cluster in Azure pull by its own identity (AKS_CLUSTER and GROUP stand for "
            "its names)",
            command="az aks update --name AKS_CLUSTER --resource-group GROUP --attach-acr {name}",
        ),
    ),
    ways=(
        WayIn(
            "az",
            "The session of Azure's own program, az",
            "Nothing to copy. The login made from it ends after three hours.",
            command="az login",
            needs_username=False,
            wants_secret=False,
        ),
        WayIn(
            "token",
            "A token of this registry, or a service principal",
            "The user name is the token's name, or the service principal's application id. A token "
            "can be limited to one repository, and to pulling or pushing.",
        ),
        WayIn(
            "password",
            "The registry's admin user",
            "The user name is {name}. It may do everything here and is off unless somebody "
            "switched it on; a token is better.",
        ),
    ),
    users=(
        UserForm(
            "token of az",
            username=AZURE_TOKEN_USER,
            note="a token of az ends after three hours",
        ),
        UserForm("service principal", username=r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ),
    token=PullToken(
        "a token of this registry that may only pull (scope map _repositories_pull)",
        lasts="until the date you choose",
        fixes=(
            Fix(
                "Make a token that may only pull",
                command="az acr token create --name wizard-pull --registry {name} "
                "--scope-map _repositories_pull",
            ),
        ),
    ),
    source="registries.md 9: learn.microsoft.com ACR, azure-sdk recordings",
)

QUAY: Final = Product(
    "quay",
    "Quay",
    hosts=r"quay\.io",
    traits={"service": r"^quay\.io$", "realm": r"^https://[^/]+/v2/auth$"},
    remarks=(
        "The first push makes the repository, as a private one; its settings make it public.",
        "Best for pushing is a robot account: its user name is NAMESPACE+ROBOT.",
    ),
    publish=(
        Fix(
            "Open the repository's settings: Repository Visibility, Make Public",
            url="https://{web}/repository/{path}?tab=settings",
        ),
    ),
    ways=(
        WayIn(
            "robot",
            "A robot account",
            "The user name is NAMESPACE+ROBOT, with the plus sign. Make it under Robot Accounts "
            "and give it Write on the repository, or the right to create repositories.",
            url="https://{web}/repository/",
        ),
        WayIn(
            "password",
            "User name and encrypted password",
            "Account Settings, Generate Encrypted Password: what it shows stands for the password.",
            url="https://{web}/repository/",
        ),
    ),
    users=(
        UserForm("robot account", username=r"[a-z0-9_.-]+\+[a-z0-9_.-]+"),
        UserForm("OAuth token", username=r"\$oauthtoken"),
    ),
    token=PullToken(
        "a robot account with Read on this repository alone",
        lasts="until it is deleted",
        fixes=(
            Fix(
                "Make a robot account and give it Read",
                url="https://{web}/repository/{path}?tab=settings",
            ),
        ),
    ),
    realms=("https://quay.io/v2/auth",),
    service="quay.io",
    # Asking for `delete` breaks the token request; `*` works (containers/image).
    delete_actions=("*",),
    source="registries.md 8.3 and 9",
)

GITLAB: Final = Product(
    "gitlab",
    "GitLab",
    hosts=r"registry\.gitlab\.com",
    traits={
        "service": r"^container_registry$",
        "realm": r"/jwt/auth$",
        "gitlab-container-registry-version": r".",
    },
    remarks=(
        "Images belong to a project, GROUP/PROJECT[/IMAGE], which must exist before a push.",
        "Whoever may see the project may pull: a public project has public images.",
    ),
    publish=(
        Fix(
            "In the project's settings, General, Visibility: Public, and Container registry: "
            "Everyone with access",
            url="https://{web}/{two}/edit",
        ),
    ),
    ways=(
        WayIn(
            "token",
            "A personal access token",
            "The user name is your GitLab user name. The page opens with the two rights needed "
            "ticked: read_registry and write_registry.",
            url="https://{web}/-/user_settings/personal_access_tokens"
            "?name=registry-wizard&scopes=read_registry,write_registry",
        ),
        WayIn(
            "deploy-token",
            "A deploy token of the project",
            "The user name is the one shown with the token. In the project: Settings, Repository, "
            "Deploy tokens, with read_registry and write_registry.",
        ),
        WayIn(
            "password",
            "User name and password",
            "Does not work where two-factor sign-in is on. A token is better in every way.",
        ),
    ),
    users=(
        UserForm("deploy token", username=r"gitlab\+deploy-token-\d+"),
        UserForm("deploy token", secret=r"gldt-.+"),  # noqa: S106 - a pattern
        UserForm("personal access token", secret=r"glpat-.+"),  # noqa: S106
        UserForm(
            "token of a pipeline's job",
            username="gitlab-ci-token",
            note="a job's token ends with its job",
        ),
    ),
    token=PullToken(
        "a deploy token of the project with read_registry alone",
        lasts="until the date you choose",
        fixes=(
            Fix(
                "Make a deploy token with read_registry, under Deploy tokens",
                url="https://{web}/{two}/-/settings/repository",
            ),
        ),
    ),
    realms=("https://gitlab.com/jwt/auth",),
    service="container_registry",
    delete_tag=True,
    source="registries.md 9; getwud/wud#1165",
)
