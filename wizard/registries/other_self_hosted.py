"""Registries that companies run by themselves: Harbor, Artifactory, Nexus; and local ones.

Their hosts say nothing; their first answer does (registries.md 9).
"""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import Fix
from wizard.core.ports import PullToken, WayIn
from wizard.registries.products import Product, UserForm

_PASSWORD = WayIn("password", "User name and password", "The account's own password.")

FLYTE_DEMO: Final = Product(
    "flyte-demo",
    "the registry inside Flyte's local demo cluster",
    hosts=r"(localhost|127\.0\.0\.1|\[::1\]):30000",
    remarks=(
        "It is there for the demo cluster on this machine: no cluster elsewhere can pull from it.",
        "docker reaches it without TLS; a buildx builder needs --driver-opt network=host for that.",
    ),
    publish=(
        Fix("The demo cluster on this machine pulls without a login: there is nothing to change"),
        Fix("For a cluster elsewhere choose another registry", command="registry-wizard setup"),
    ),
    is_local=True,
    source="registries.md 9; flyteorg/flyte-sdk#893, flyteorg/flyte#3985",
)

LOCAL: Final = Product(
    "local",
    "a registry on this machine",
    hosts=r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?",
    remarks=("localhost is another machine for everybody: no cluster elsewhere can pull from it.",),
    publish=(
        Fix("For a cluster elsewhere choose another registry", command="registry-wizard setup"),
    ),
    is_local=True,
)

HARBOR: Final = Product(
    "harbor",
    "Harbor",
    traits={"service": r"^harbor-registry$", "realm": r"/service/token$"},
    remarks=(
        "The first part of the path is a project, which must exist before the first push.",
        "A whole project is public or not; its administrator decides that.",
        "With single sign-on the password is the CLI secret of your user profile.",
    ),
    publish=(
        Fix(
            "In the project {project}, Configuration: tick Public (all its images become public)",
            url="https://{web}/harbor/projects",
        ),
    ),
    ways=(
        WayIn(
            "robot",
            "A robot account of the project",
            "The user name is shown once with its secret, mostly robot$PROJECT+NAME. In a shell "
            "put it in single quotes: a dollar sign is lost otherwise.",
            url="https://{web}/harbor/projects",
        ),
        WayIn(
            "token",
            "Your user name and CLI secret",
            "The CLI secret stands in your user profile, at the top right.",
        ),
        _PASSWORD,
    ),
    users=(UserForm("robot account", username=r"robot[$@].+"),),
    token=PullToken(
        "a robot account of the project {project} that may only pull",
        lasts="until the date you choose",
        fixes=(
            Fix(
                "Make a robot account with Pull Artifact alone",
                url="https://{web}/harbor/projects",
            ),
        ),
    ),
    source="registries.md 9; goharbor/harbor#15757, #7464",
)

ARTIFACTORY: Final = Product(
    "artifactory",
    "JFrog Artifactory",
    hosts=r"[a-z0-9-]+\.jfrog\.io",
    traits={
        "realm": r"Artifactory Realm|/api/docker/",
        "server": r"^Artifactory",
        "x-jfrog-version": r".",
        "x-artifactory-id": r".",
    },
    remarks=(
        "The first part of the path names a repository, which its administrator makes.",
        "Pulling without a login is allowed per repository, where anonymous access is on at all.",
    ),
    publish=(
        Fix(
            "Ask for anonymous read of {project}: allow anonymous access, and give the user "
            "anonymous Read on that repository",
            ask="an administrator of Artifactory",
        ),
    ),
    ways=(
        WayIn(
            "token",
            "User name and identity token",
            "In your profile: Generate an Identity Token. API keys are going away.",
            url="https://{web}/ui/user_profile",
        ),
        _PASSWORD,
    ),
    source="registries.md 9; earthly/earthly#1017",
)

NEXUS: Final = Product(
    "nexus",
    "Sonatype Nexus",
    traits={"realm": r"Sonatype Nexus", "server": r"^Nexus"},
    remarks=(
        "The port or the first part of the path names a repository, made by its administrator.",
        "Pulling without a login needs anonymous access and the Docker Bearer Token Realm.",
    ),
    publish=(
        Fix(
            "Ask for anonymous docker pulls: anonymous access on, the Docker Bearer Token Realm "
            "active, and forceBasicAuth off for this repository",
            ask="an administrator of Nexus",
        ),
    ),
    source="registries.md 9; sonatype/nexus-public#921",
)
