"""Names at Google: hosts, projects, repositories, and where the management side has them (E1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from wizard.core.names import Repository, is_path

SHAPE: Final = "LOCATION-docker.pkg.dev/PROJECT/REPOSITORY"
_LOCATION = r"[a-z]+(?:-[a-z]+\d{1,2})?"
HOST: Final = re.compile(rf"({_LOCATION})-docker\.pkg\.dev|docker\.({_LOCATION})\.rep\.pkg\.dev")
OLD_HOST: Final = re.compile(r"(?:(us|eu|asia)\.)?gcr\.io")
_PROJECT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Place:
    """A repository of Artifact Registry, and the image in it."""

    location: str
    project: str
    """As Google writes it: `example.com:proj-1`."""
    name: str
    package: str = ""
    """The image's own name, which pushing makes."""

    @property
    def parent(self) -> str:
        return f"projects/{self.project}/locations/{self.location}"

    @property
    def resource(self) -> str:
        """How the management side names the repository."""
        return f"{self.parent}/repositories/{self.name}"

    @property
    def package_path(self) -> str:
        return f"{self.resource}/packages/{quote(self.package, safe='')}"

    @property
    def flags(self) -> str:
        """What gcloud's commands want after the repository's name."""
        return f"--location={self.location} --project={self.project}"

    @property
    def console(self) -> str:
        """The repository's page, of the image where there is one."""
        path = "/".join(filter(None, (self.project, self.location, self.name, self.package)))
        page = f"https://console.cloud.google.com/artifacts/docker/{quote(path, safe='/:')}"
        return f"{page}?project={quote(self.project, safe=':')}"

    @property
    def facts(self) -> dict[str, str]:
        """For `{name}` in the catalogue's sentences and commands."""
        return {"name": self.name, "location": self.location, "project": self.project}


def place_of(repository: Repository) -> Place:
    """Where an image's repository lies. Pure; hosts that are none of ours give empty parts."""
    found = HOST.fullmatch(repository.host)
    location = (found[1] or found[2]) if found else ""
    parts = repository.path.split("/")
    count = project_parts(repository.path)
    project = ":".join(parts[:count])
    name = parts[count] if len(parts) > count else ""
    return Place(location, project, name, "/".join(parts[count + 1 :]))


def project_parts(path: str) -> int:
    """Domain-scoped projects take two parts of the path, others one."""
    return 2 if "." in path.partition("/")[0] else 1


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
