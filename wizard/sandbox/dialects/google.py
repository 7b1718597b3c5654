"""Projects, repositories, policies and accounts: Google Cloud behind the practice registry.

An emulation (registries.md E3, E4, E6), seen by gar.py, google_api.py and google_oauth.py alike.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from wizard.sandbox.dialects.google_tokens import Tokens

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

EMAIL: Final = "ada@practice.test"
ADA: Final = f"user:{EMAIL}"
READER_EMAIL: Final = "rob@practice.test"
PROJECT: Final = "practice-project"
"""`ada` administers it."""
LOCKED_PROJECT: Final = "practice-locked"
"""As that one, in an organisation that allows nobody outside of it to be granted anything."""
DISABLED_PROJECT: Final = "practice-disabled"
"""The Artifact Registry API was never switched on."""
FOREIGN_PROJECT: Final = "practice-foreign"
"""`ada` has no role there; it has a repository `images`."""
REPOSITORY: Final = "images"
"""Where the practice prefix points; nobody has made it yet."""
PUSHER: Final = f"pusher@{PROJECT}.iam.gserviceaccount.com"
"""A service account that may push and delete; it has a key."""
NODES: Final = f"nodes@{FOREIGN_PROJECT}.iam.gserviceaccount.com"
"""A cluster's own account, which has no role here."""

READER: Final = "roles/artifactregistry.reader"
_RIGHTS = "artifactregistry."
_READ = frozenset(
    f"{_RIGHTS}{right}"
    for right in (
        "repositories.get",
        "repositories.list",
        "repositories.downloadArtifacts",
        "versions.get",
        "packages.get",
    )
)
_WRITE = _READ | {f"{_RIGHTS}repositories.uploadArtifacts"}
_DELETE = _WRITE | {
    f"{_RIGHTS}repositories.deleteArtifacts",
    f"{_RIGHTS}versions.delete",
    f"{_RIGHTS}packages.delete",
    f"{_RIGHTS}tags.delete",
}
_ADMIN = _DELETE | {
    f"{_RIGHTS}repositories.create",
    f"{_RIGHTS}repositories.getIamPolicy",
    f"{_RIGHTS}repositories.setIamPolicy",
}
ROLES: Final = {
    READER: _READ,
    "roles/artifactregistry.writer": _WRITE,
    "roles/artifactregistry.repoAdmin": _DELETE,
    "roles/artifactregistry.admin": _ADMIN,
}


@dataclass
class Project:
    id: str
    number: int
    roles: dict[str, str] = field(default_factory=dict)
    """Member to its one role in the whole project."""
    has_api: bool = True
    allows_strangers: bool = True
    """Else the organisation's policy restricts who may be granted anything (E6)."""


@dataclass
class GarRepository:
    project: str
    location: str
    id: str
    format: str = "DOCKER"
    mode: str = "STANDARD_REPOSITORY"
    bindings: list[dict[str, Any]] = field(default_factory=list)
    etag: str = "ACAB"
    unseen: int = 0
    """How many questions to the registry itself still find it missing after it was made."""

    @property
    def name(self) -> str:
        return f"projects/{self.project}/locations/{self.location}/repositories/{self.id}"

    @property
    def version(self) -> int:
        """Policies with conditions have version 3 (cloud.google.com/iam/docs/policies)."""
        return 3 if any("condition" in binding for binding in self.bindings) else 1

    def grant(self, role: str, member: str) -> None:
        for binding in self.bindings:
            if binding["role"] == role and "condition" not in binding:
                binding["members"] = sorted({*binding["members"], member})
                return
        self.bindings.append({"role": role, "members": [member]})

    def revoke(self, member: str) -> None:
        for binding in self.bindings:
            binding["members"] = [one for one in binding["members"] if one != member]
        self.bindings = [binding for binding in self.bindings if binding["members"]]


class Google:
    """What the registry, the management side and the token service all know."""

    def __init__(self) -> None:
        self.tokens = Tokens(ADA, f"user:{READER_EMAIL}")
        pusher = f"serviceAccount:{PUSHER}"
        members = {
            ADA: "roles/artifactregistry.admin",
            f"user:{READER_EMAIL}": READER,
            pusher: "roles/artifactregistry.repoAdmin",
        }
        self.projects = {
            project.id: project
            for project in (
                Project(PROJECT, 100000000001, dict(members)),
                Project(LOCKED_PROJECT, 100000000002, dict(members), allows_strangers=False),
                Project(DISABLED_PROJECT, 100000000003, dict(members), has_api=False),
                Project(FOREIGN_PROJECT, 100000000004),
            )
        }
        self.repositories: dict[tuple[str, str, str], GarRepository] = {}
        self.add(GarRepository(PROJECT, "us", "mirror", mode="REMOTE_REPOSITORY"))
        self.add(GarRepository(PROJECT, "us", "wheels", format="PYTHON"))
        self.add(GarRepository(FOREIGN_PROJECT, "us", REPOSITORY))
        self.impersonators = {PUSHER: {ADA}}
        """Service account to the members who may act as it."""

    def add(self, repository: GarRepository) -> None:
        self.repositories[repository.project, repository.location, repository.id] = repository

    def find(self, project: str, location: str, id_: str) -> GarRepository | None:
        return self.repositories.get((project, location, id_))

    def may(
        self, member: str, permission: str, project: str, repository: GarRepository | None
    ) -> bool:
        """By the project's roles and the repository's own; conditions are taken as not met."""
        known = self.projects.get(project)
        roles = {known.roles[member]} if known is not None and member in known.roles else set()
        bindings = repository.bindings if repository is not None else []
        everybody = {"allUsers", "allAuthenticatedUsers"} if member else {"allUsers"}
        for binding in bindings:
            if "condition" not in binding and {member, *everybody} & {*binding["members"]}:
                roles.add(binding["role"])
        return any(permission in ROLES.get(role, ()) for role in roles)

    def change_policy(self, repository: GarRepository, bindings: list[dict[str, Any]]) -> None:
        repository.bindings = [binding for binding in bindings if binding.get("members")]
        repository.etag = f"BwY{secrets.token_hex(4)}="

    # --- the service account's key, made when somebody wants one: that takes a moment ---------

    @cached_property
    def private_key(self) -> RSAPrivateKey:
        from cryptography.hazmat.primitives.asymmetric import rsa

        return rsa.generate_private_key(65537, 2048)

    @property
    def has_key(self) -> bool:
        return "private_key" in self.__dict__

    @cached_property
    def private_pem(self) -> str:
        from cryptography.hazmat.primitives import serialization

        form = serialization.PrivateFormat.PKCS8
        nothing = serialization.NoEncryption()
        return self.private_key.private_bytes(serialization.Encoding.PEM, form, nothing).decode()

    def key_file(self, token_uri: str) -> dict[str, str]:
        """What `gcloud iam service-accounts keys create` would write for PUSHER."""
        return {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "0123456789abcdef0123456789abcdef01234567",
            "private_key": self.private_pem,
            "client_email": PUSHER,
            "client_id": "100000000000000000001",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": token_uri,
            "universe_domain": "googleapis.com",
        }
