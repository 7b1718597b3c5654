"""What the recognised products say to a refusal, in words of their own (registries.md 9).

Each row is told by its words: the host says nothing about what runs behind it.
"""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import PULL_STAGES, PUSH_STAGES, Fix, Sign, Stage

_LOGIN: Final = frozenset({Stage.TOKEN, Stage.PING})

ACR_ROLE: Final = Fix(
    "In Azure: the role AcrPush on this registry, or a token whose scope map holds this repository",
    ask="an owner of the Azure subscription",
)
ACR_PUBLIC: Final = Fix(
    "Without a login an Azure registry serves only when the whole of it allows that (Standard or "
    "Premium): az acr update --name REGISTRY --anonymous-pull-enabled true"
)
ACR_LOGIN: Final = Fix(
    "A token of az lasts three hours: make a new one; a service principal's secret may have run out"
)
HARBOR_ROLE: Final = Fix(
    "In Harbor: be a Developer or more of the project {owner|that the path begins with}, or use a "
    "robot account with Push Artifact",
    ask="an administrator of the project",
)
HARBOR_PROJECT: Final = Fix(
    "Make the project {owner|that the path begins with} first, under Projects, New Project"
)
HARBOR_PUBLIC: Final = Fix("In Harbor the whole project is public or not: Configuration, Public")
QUAY_OR_NEXUS: Final = Fix(
    "On Quay: give the robot account or the team Write on this repository, or the right to create "
    "repositories. On Nexus: the role that may edit this repository"
)
QUAY_PUBLIC: Final = Fix(
    "On Quay new repositories are private: Settings, Make Public. On Nexus: anonymous access and "
    "the Docker Bearer Token Realm"
)
QUAY_USER: Final = Fix(
    "A robot's user name is NAMESPACE+ROBOT; a person uses an encrypted password, made under "
    "Account Settings, Generate Encrypted Password"
)
GITLAB_TOKEN: Final = Fix(
    "Use a personal access token with read_registry and write_registry, not the password; even "
    "public images are refused to a wrong login"
)
GITLAB_SCOPES: Final = Fix(
    "The token needs read_registry and write_registry, and you the role Developer or more in the "
    "project; the project must exist"
)
ARTIFACTORY_DELETE: Final = Fix(
    "Overwriting needs Delete/Overwrite in Artifactory: push under a new tag, or ask for that right"
)

_ACR = r"aka\.ms/acr/authorization"
_HARBOR = r"unauthorized to access repository"
_NOT_AUTHORIZED = r"access to the requested resource is not authorized"

OTHER_SIGNS: Final = (
    # Azure says the same to a wrong login, to a missing right, and to nobody: the stage decides.
    Sign(
        "login.rejected",
        stages=_LOGIN,
        message=_ACR,
        authenticated=True,
        fixes=(ACR_LOGIN,),
        source="registries.md 9: ACR",
    ),
    Sign(
        "login.missing",
        stages=PUSH_STAGES,
        message=_ACR,
        authenticated=False,
        source="registries.md 9: ACR",
    ),
    Sign(
        "push.not-permitted",
        stages=PUSH_STAGES | {Stage.DELETE},
        message=_ACR,
        fixes=(ACR_ROLE,),
        source="registries.md 9: ACR",
    ),
    Sign(
        "pull.private-or-missing",
        stages=PULL_STAGES | _LOGIN,
        message=_ACR,
        fixes=(ACR_PUBLIC,),
        source="registries.md 9: ACR",
    ),
    Sign(
        "login.missing",
        stages=PUSH_STAGES,
        message=_HARBOR,
        authenticated=False,
        source="registries.md 9: Harbor",
    ),
    Sign(
        "push.not-permitted",
        stages=PUSH_STAGES | {Stage.DELETE},
        message=_HARBOR,
        fixes=(HARBOR_ROLE, HARBOR_PROJECT),
        source="registries.md 9: Harbor; it says so of a missing project too",
    ),
    Sign(
        "push.repository-missing",
        stages=PUSH_STAGES,
        message=r"project \S+ not found",
        fixes=(HARBOR_PROJECT,),
        source="registries.md 9: Harbor, project must exist (text unconfirmed)",
    ),
    Sign(
        "pull.private-or-missing",
        stages=PULL_STAGES,
        message=_HARBOR,
        fixes=(HARBOR_PUBLIC,),
        source="registries.md 9: Harbor",
    ),
    Sign(
        "login.rejected",
        stages=_LOGIN,
        message=r"could not find robot|invalid username or password",
        authenticated=True,
        fixes=(QUAY_USER,),
        source="registries.md 9: Quay (text unconfirmed)",
    ),
    Sign(
        "login.missing",
        stages=PUSH_STAGES,
        message=_NOT_AUTHORIZED,
        authenticated=False,
        source="registries.md 9: Quay, Nexus",
    ),
    Sign(
        "push.not-permitted",
        stages=PUSH_STAGES | {Stage.DELETE},
        message=_NOT_AUTHORIZED,
        fixes=(QUAY_OR_NEXUS,),
        source="registries.md 9: Quay, Nexus",
    ),
    Sign(
        "pull.private-or-missing",
        stages=PULL_STAGES,
        message=_NOT_AUTHORIZED,
        fixes=(QUAY_PUBLIC,),
        source="registries.md 9: Quay, Nexus",
    ),
    Sign(
        "login.rejected",
        message=r"HTTP Basic: Access denied",
        fixes=(GITLAB_TOKEN,),
        source="registries.md 9: GitLab; basecamp/kamal#1498",
    ),
    Sign(
        "push.not-permitted",
        stages=PUSH_STAGES | _LOGIN,
        message=r"\baccess forbidden\b",
        authenticated=True,
        fixes=(GITLAB_SCOPES,),
        source="registries.md 9: GitLab (text unconfirmed)",
    ),
    Sign(
        "login.rejected",
        stages=_LOGIN,
        message=r"bad.credentials?",
        authenticated=True,
        source="registries.md 9: Artifactory (text unconfirmed)",
    ),
    Sign(
        "push.tag-immutable",
        stages=PUSH_STAGES,
        message=r"not enough permissions to delete/overwrite",
        fixes=(ARTIFACTORY_DELETE,),
        source="registries.md 9: Artifactory (text unconfirmed)",
    ),
)
