"""Google Artifact Registry: names, endpoints and what its refusals mean (registries.md E)."""
# ruff: noqa: ARG002 - methods of the provider protocol, which not every registry needs whole

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from wizard.core.diagnosis import PULL_STAGES, PUSH_STAGES, Fix, Sign, Stage
from wizard.core.fields import Field
from wizard.core.names import Repository, is_path
from wizard.core.ports import Endpoint
from wizard.core.prefix import Prefix, incomplete, invalid
from wizard.core.typed import shown
from wizard.registries.generic import OciRegistry, depth_split

_LOCATION = r"[a-z]+(?:-[a-z]+\d{1,2})?"
_HOST = re.compile(rf"({_LOCATION})-docker\.pkg\.dev|docker\.({_LOCATION})\.rep\.pkg\.dev")
_OLD_HOST = re.compile(r"(?:(us|eu|asia)\.)?gcr\.io")
_PROJECT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
_PREFIX_PARTS = 2
SHAPE: Final = "LOCATION-docker.pkg.dev/PROJECT/REPOSITORY"

_UPLOAD = r"artifactregistry\.repositories\.uploadArtifacts"

GAR_SIGNS: Final = (
    Sign(
        "login.missing",
        message=rf"unauthenticated request.*{_UPLOAD}",
        source="registries.md E7 row 1",
    ),
    Sign(
        "push.not-permitted",
        message=_UPLOAD,
        source="registries.md E7 row 2: or the path is misspelt, Google does not say which",
    ),
    Sign(
        "pull.private-or-missing",
        stages=PULL_STAGES | {Stage.TOKEN},
        message=r"artifactregistry\.repositories\.downloadArtifacts",
        source="registries.md E6",
    ),
    Sign(
        "login.rejected",
        message=r"failed authentication|unable to parse json key",
        source="registries.md E7 rows 6 and 7",
    ),
    Sign(
        "reference.incomplete",
        message=r"missing image name",
        source="registries.md E1",
    ),
    Sign(
        "push.repository-missing",
        stages=PUSH_STAGES | {Stage.TOKEN},
        message=r"repository .* not found",
        source="registries.md E7 row 3",
    ),
    Sign(
        "pull.missing-repository",
        stages=PULL_STAGES,
        message=r"repository .* not found",
        source="registries.md E7 row 3",
    ),
)


def wrong_location(text: str) -> str:
    """What is wrong with a location, or nothing."""
    if re.fullmatch(_LOCATION, text.strip().lower()):
        return ""
    return "a location is a region such as us-central1, or us, europe, asia"


def wrong_project(text: str) -> str:
    """What is wrong with a project id, or nothing."""
    project = text.strip().lower().replace(":", "/").rpartition("/")[2]
    if project.isdigit():
        return "that is a project number: the project id is needed"
    if not _PROJECT.fullmatch(project):
        return "a project id has 6 to 30 letters, digits and dashes, and begins with a letter"
    return ""


def wrong_gar_repository(text: str) -> str:
    """What is wrong with the name of a repository in Artifact Registry, or nothing."""
    name = text.strip().lower()
    if not name:
        return "the repository's name is missing"
    if "/" in name or not is_path(name):
        return "a repository's name has lower-case letters, digits and dashes"
    return ""


class Gar(OciRegistry):
    """LOCATION-docker.pkg.dev; gcr.io is known only to say what came after it."""

    kind = "gar"
    title = "Google Artifact Registry"
    about = (
        "Belongs to a Google Cloud project. Private unless everybody is granted to read.",
        "The repository must exist before the first push; images in it are made by pushing.",
    )
    fields = (
        Field("location", "Location", example="us-central1", check=wrong_location),
        Field(
            "project",
            "Project id",
            example="proj-1",
            help="The id, not the number and not the display name.",
            check=wrong_project,
        ),
        Field(
            "gar_repository",
            "Repository",
            example="images",
            help="A Docker repository of that project in that location.",
            check=wrong_gar_repository,
        ),
    )
    signs = GAR_SIGNS

    def claims(self, host: str) -> bool:
        return host == "pkg.dev" or host.endswith((".pkg.dev", ".gcr.io")) or host == "gcr.io"

    def split_image(self, path: str, *, names_an_image: bool) -> tuple[str, str]:
        # `example.com:project` is written `example.com/project` in image names (E1).
        path = path.replace(":", "/")
        return depth_split(path, _project_parts(path) + 1)

    def prefix(self, host: str, path: str) -> Prefix:
        if not _HOST.fullmatch(host):
            raise self._other_host(host, path)
        parts = path.split("/") if path else []
        wanted = _project_parts(path) + 1
        if len(parts) < wanted:
            missing = "project and repository are" if not parts else "the repository is"
            shape = f"{host}/{path or 'PROJECT'}/REPOSITORY"
            raise incomplete(f"after {shown(path or host)} {missing} missing", shape)
        if len(parts) > wanted:
            suggestion = f"{host}/{'/'.join(parts[:wanted])}"
            raise invalid("the image's name does not belong into the prefix", suggestion)
        if wrong := wrong_project("/".join(parts[:-1])) or wrong_gar_repository(parts[-1]):
            raise invalid(wrong)
        return super().prefix(host, path)

    def _other_host(self, host: str, path: str) -> Exception:
        old = _OLD_HOST.fullmatch(host)
        if old:
            project = path.partition("/")[0] or "PROJECT"
            location = {"eu": "europe"}.get(old[1] or "us", old[1] or "us")
            return invalid(
                "Container Registry (gcr.io) was shut down; Artifact Registry took its place",
                f"{location}-docker.pkg.dev/{project}/REPOSITORY",
            )
        return invalid(f"{shown(host)} is not the host of a Docker repository at Google", SHAPE)

    def compose(self, answers: Mapping[str, str]) -> Prefix:
        location = answers.get("location", "").strip().lower()
        if wrong := wrong_location(location):
            raise invalid(wrong, SHAPE)
        project = answers.get("project", "").strip().lower().replace(":", "/")
        name = answers.get("gar_repository", "").strip().lower()
        path = "/".join(part for part in (project, name) if part)
        return self.prefix(f"{location}-docker.pkg.dev", path)

    def endpoint(self, host: str) -> Endpoint:
        return Endpoint(host, f"https://{host}", realms=(f"https://{host}/v2/token",))

    def publish_fixes(self, repository: Repository, owner_kind: str) -> tuple[Fix, ...]:
        found = _HOST.fullmatch(repository.host)
        prefix, _ = self.split_image(repository.path, names_an_image=True)
        project, _, name = prefix.rpartition("/")
        location = (found[1] or found[2]) if found else "LOCATION"
        return (
            Fix(
                "Let everybody read the repository (all images in it become public)",
                command=f"gcloud artifacts repositories add-iam-policy-binding {name} "
                f"--location={location} --project={project.replace('/', ':')} "
                "--member=allUsers --role=roles/artifactregistry.reader",
            ),
            Fix("Or grant the cluster's own service account to read it"),
        )


def _project_parts(path: str) -> int:
    """Domain-scoped projects take two parts of the path, others one."""
    return 2 if "." in path.partition("/")[0] else 1
