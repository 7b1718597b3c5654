"""Google Artifact Registry: LOCATION-docker.pkg.dev, and what of Google Cloud stands around it.

An emulation (registries.md E, 11). Where a source is unsure, the docstring says what is practised.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from wizard.sandbox.accounts import PracticeAccount
from wizard.sandbox.core import Core
from wizard.sandbox.dialects.dialect import PracticeRefusedError
from wizard.sandbox.dialects.google import PROJECT, PUSHER, REPOSITORY, GarRepository, Google
from wizard.sandbox.dialects.google_api import API_HOST, GoogleApi, publish
from wizard.sandbox.dialects.google_oauth import (
    HOSTS,
    IAM_HOST,
    METADATA_HOST,
    OAUTH_HOST,
    STS_HOST,
    GoogleOauth,
)
from wizard.sandbox.dialects.google_tokens import WRITE_TOKEN
from wizard.sandbox.exchange import Answer, Request, error, json_answer
from wizard.sandbox.refusals import NOT_FOUND, Habits, denied, unauthorized
from wizard.sandbox.routes import DIGEST, Kind, Route, read_route
from wizard.sandbox.store import Store
from wizard.sandbox.tokens import TokenBook, read_scopes

HOST: Final = "us-docker.pkg.dev"
LOCATIONS: Final = ("us", "europe", "us-central1")

_TOKEN_USERS = re.compile(r"oauth2accesstoken|_dcgcloud_token|_dcgcr_[\w.]*_token")
_PERMISSIONS = {
    "pull": "repositories.downloadArtifacts",
    "push": "repositories.uploadArtifacts",
    "delete": "versions.delete",
}
_PATH_PARTS = 3


class Gar:
    kind = "gar"
    hosts: tuple[str, ...] = (*(f"{one}-docker.pkg.dev" for one in LOCATIONS), API_HOST, *HOSTS)
    prefix = f"{HOST}/{PROJECT}/{REPOSITORY}"

    def __init__(self) -> None:
        about = "an access token of Google, as gcloud gives it"
        self.account = PracticeAccount("oauth2accesstoken", WRITE_TOKEN, about)
        self.google = Google()
        self.cores = {one: Core(Store(), Habits(mounts=True)) for one in LOCATIONS}
        self.api = GoogleApi(
            self.google, lambda one: self.cores[one].store if one in self.cores else None
        )
        self.oauth = GoogleOauth(self.google)
        self.tokens = TokenBook()

    def answer(self, request: Request) -> Answer:
        if request.host == API_HOST:
            return self.api.answer(request)
        if request.host in HOSTS:
            return self.oauth.answer(request)
        if request.path == "/v2/token":
            # As for GCR: no POST (buildkit's authorizer).
            return self._token(request) if request.method == "GET" else NOT_FOUND
        route = read_route(request)
        if route is None:
            return NOT_FOUND
        return self._refusal(route, request) or self._served(route, request)

    def environ(self, base_url: str) -> Mapping[str, str]:
        """google-auth finds the practice session as a machine at Google finds its own: no file."""
        return {"GCE_METADATA_HOST": urlsplit(base_url).netloc}

    def host_of(self, path: str, headers: Mapping[str, str]) -> str:
        """By path: key files, credential files and GCE_METADATA_HOST name the bare address."""
        if headers.get("metadata-flavor") == "Google":
            return METADATA_HOST
        if path.endswith(":generateAccessToken"):
            return IAM_HOST
        return {"/token": OAUTH_HOST, "/v1/token": STS_HOST}.get(path, "")

    def publish(self, path: str) -> None:
        """Raises PracticeRefusedError."""
        repository = self._named(path)
        if not publish(self.google, repository):
            raise PracticeRefusedError("the organisation's policy lets nobody outside of it read")

    def unpublish(self, path: str) -> None:
        """Raises PracticeRefusedError."""
        self._named(path).revoke("allUsers")

    def _named(self, path: str) -> GarRepository:
        project, id_, *_ = [*path.split("/"), "", ""]
        found = (self.google.find(project, one, id_) for one in LOCATIONS)
        repository = next(filter(None, found), None)
        if repository is None:
            raise PracticeRefusedError(f"there is no repository {id_} in {project} yet")
        return repository

    # --- the token service: all is decided here (E2) ---------------------------------------------

    def _token(self, request: Request) -> Answer:
        member = ""
        if request.basic is not None:
            member, refusal = self._member(*request.basic)
            if refusal is not None:
                return refusal
        request.login = member.partition(":")[2]
        asked = read_scopes(request.query.get("scope", []))
        for path, actions in asked.items():
            refusal = self._denied(member, path, sorted(actions, key=_strength), request.host)
            if refusal is not None:
                return refusal
        token = self.tokens.issue(member, asked)
        return json_answer(200, {"token": token, "expires_in": 3600})

    def _member(self, username: str, secret: str) -> tuple[str, Answer | None]:
        """Whose login it is. Practised: 400 for a key that is no JSON (E7 row 7 has no status)."""
        wrong = error(401, "UNAUTHORIZED", "failed authentication")
        if _TOKEN_USERS.fullmatch(username):
            found = self.google.tokens.find(secret)
            if found is not None and not found.has_cloud_scope:
                return "", denied("Request had insufficient authentication scopes.")
            return (found.member, None) if found is not None else ("", wrong)
        if username not in ("_json_key", "_json_key_base64"):
            return "", wrong
        key = _key(secret, is_encoded=username == "_json_key_base64")
        if key is None:
            return "", error(400, "UNKNOWN", "Unable to parse json key.")
        is_ours = self.google.has_key and key.get("private_key") == self.google.private_pem
        if key.get("client_email") != PUSHER or not is_ours:
            return "", wrong
        return f"serviceAccount:{PUSHER}", None

    def _denied(self, member: str, path: str, actions: list[str], host: str) -> Answer | None:
        """Practised: names that are too short are left to the registry to refuse."""
        parts = path.split("/")
        if len(parts) < _PATH_PARTS:
            return None
        project, id_ = parts[:2]
        location = _location(host)
        repository = self.google.find(project, location, id_)
        for action in actions:
            permission = f"artifactregistry.{_PERMISSIONS.get(action, _PERMISSIONS['delete'])}"
            if self.google.may(member, permission, project, repository):
                continue
            resource = f"projects/{project}/locations/{location}/repositories/{id_}"
            if member:
                return denied(
                    f'Permission "{permission}" denied on resource "{resource}" '
                    "(or it may not exist)"
                )
            return denied(
                "Unauthenticated request. Unauthenticated requests do not have permission "
                f'"{permission}" on resource "{resource}" (or it may not exist)'
            )
        return None

    # --- the registry ------------------------------------------------------------------------

    def _refusal(self, route: Route, request: Request) -> Answer | None:
        """A token of ours, or Google's own access token as it is (E2)."""
        granted = self.tokens.find(request.bearer)
        access = self.google.tokens.find(request.bearer)
        if granted is None and access is None:
            answer = unauthorized(f'Bearer realm="https://{request.host}/v2/token"')
            return answer.adding(docker_distribution_api_version="registry/2.0")
        member = access.member if access is not None else granted.login if granted else ""
        request.login = member.partition(":")[2]
        if route.kind is Kind.PING:
            return None
        if route.repository.count("/") + 1 < _PATH_PARTS:
            said = (
                "Missing image name. Pushes should be of the form "
                "docker push HOST-NAME/PROJECT-ID/REPOSITORY/IMAGE"
            )
            return error(400, "NAME_INVALID", said)
        if granted is not None and not granted.allows(route.repository, route.action):
            return unauthorized(f'Bearer realm="https://{request.host}/v2/token"')
        return self._denied(member, route.repository, [route.action], request.host)

    def _served(self, route: Route, request: Request) -> Answer:
        core = self.cores[_location(request.host)]
        if route.kind is Kind.PING:
            return core.answer(route, request)
        project, id_ = route.repository.split("/")[:2]
        repository = self.google.find(project, _location(request.host), id_)
        if repository is None or repository.unseen:
            if repository is not None:
                repository.unseen -= 1
            return error(404, "NAME_UNKNOWN", f'Repository "{id_}" not found')
        if route.action == "push" and not _takes_pushes(repository):
            # Practised: no source says how it refuses.
            said = f"{repository.format} {repository.mode} {id_} takes no docker push"
            return error(400, "UNSUPPORTED", said)
        if route.action == "delete" and DIGEST.fullmatch(route.reference):
            tags = core.store.repository(route.repository).tags_of(route.reference)
            if tags:
                said = f"Manifest is still referenced by tag: {tags[0]}"
                return error(400, "GOOGLE_MANIFEST_DANGLING_TAG", said)
        if request.first("from"):
            request.query = _without_foreign_mount(request, self, route)
        answer = core.answer(route, request)
        is_missing = answer.status == 404 and route.kind is Kind.MANIFEST  # noqa: PLR2004
        if is_missing:
            words = error(404, "MANIFEST_UNKNOWN", f'Failed to fetch "{route.reference}".')
            answer = replace(answer, body=words.body, headers=words.headers)
        return answer.adding(docker_distribution_api_version="registry/2.0")


def _without_foreign_mount(request: Request, gar: Gar, route: Route) -> Mapping[str, list[str]]:
    """A mount from where one may not read begins a plain upload."""
    granted = gar.tokens.find(request.bearer)
    source = request.first("from")
    may = granted is None or granted.allows(source, "pull") or source == route.repository
    return request.query if may else {}


def _location(host: str) -> str:
    return host.partition("-docker.pkg.dev")[0]


def _strength(action: str) -> int:
    """What is asked for last is what a refusal names: the stronger right."""
    order = ("delete", "push", "pull")
    return order.index(action) if action in order else 0


def _takes_pushes(repository: GarRepository) -> bool:
    return repository.format == "DOCKER" and repository.mode == "STANDARD_REPOSITORY"


def _key(secret: str, *, is_encoded: bool) -> dict[str, Any] | None:
    try:
        text = base64.b64decode(secret, validate=True).decode() if is_encoded else secret
        found = json.loads(text)
    except (binascii.Error, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
