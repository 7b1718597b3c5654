"""artifactregistry.googleapis.com v1: repositories, their policies, packages, versions, tags.

An emulation (registries.md E3-E6). An operation is done when it is asked about once.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote

from wizard.sandbox.dialects import google_policies as policies
from wizard.sandbox.dialects.google import READER, GarRepository, Google
from wizard.sandbox.dialects.google_oauth import UNAUTHENTICATED, api_error, bearer_of
from wizard.sandbox.dialects.google_tokens import AccessToken
from wizard.sandbox.exchange import Answer, Request, json_answer
from wizard.sandbox.store import Store

API_HOST: Final = "artifactregistry.googleapis.com"

_BASE = r"/v1/projects/(?P<project>[^/]+)/locations/(?P<location>[^/]+)"
_ONE = rf"{_BASE}/repositories/(?P<repository>[^/:]+)"
_PACKAGE = rf"{_ONE}/packages/(?P<package>[^/]+)"
_ID = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_RIGHT = "artifactregistry."
_UNSEEN_AFTER_CREATION = 1

_Found = re.Match[str]
_Handler = Callable[[Request, _Found, AccessToken], Answer]


class GoogleApi:
    def __init__(self, google: Google, store_of: Callable[[str], Store | None]) -> None:
        """`store_of` gives the images of a location."""
        self.google = google
        self._store_of = store_of
        self._operations: dict[str, dict[str, Any]] = {}
        table: tuple[tuple[str, str, _Handler], ...] = (
            ("GET", rf"{_BASE}/repositories", self._list),
            ("POST", rf"{_BASE}/repositories", self._create),
            ("GET", rf"{_BASE}/operations/(?P<operation>[^/]+)", self._operation),
            ("GET", _ONE, self._get),
            ("GET", rf"{_ONE}:getIamPolicy", self._policy),
            ("POST", rf"{_ONE}:setIamPolicy", self._set_policy),
            ("POST", rf"{_ONE}:testIamPermissions", self._test),
            ("GET", rf"{_PACKAGE}/versions/(?P<version>[^/]+)", self._version),
            ("DELETE", rf"{_PACKAGE}/versions/(?P<version>[^/]+)", self._delete_version),
            ("DELETE", rf"{_PACKAGE}/tags/(?P<tag>[^/]+)", self._delete_tag),
        )
        self._routes = tuple((method, re.compile(path), does) for method, path, does in table)

    def answer(self, request: Request) -> Answer:
        token = bearer_of(self.google, request)
        if token is None:
            return api_error(401, "UNAUTHENTICATED", UNAUTHENTICATED)
        if not token.has_cloud_scope:
            said = "Request had insufficient authentication scopes."
            return api_error(403, "PERMISSION_DENIED", said, [_reason("ACCESS_TOKEN_SCOPE")])
        path = request.path.replace("%3A", ":").replace("%3a", ":")
        for method, pattern, does in self._routes:
            found = pattern.fullmatch(path)
            if found is not None and method == request.method:
                return self._disabled(found["project"]) or does(request, found, token)
        return api_error(404, "NOT_FOUND", "Requested entity was not found.")

    def _disabled(self, id_: str) -> Answer | None:
        project = self.google.projects.get(id_)
        if project is None or project.has_api:
            return None
        page = f"https://console.developers.google.com/apis/api/{API_HOST}/overview?project={id_}"
        said = (
            f"Artifact Registry API has not been used in project {id_} before or it is disabled. "
            f"Enable it by visiting {page} then retry."
        )
        return api_error(403, "PERMISSION_DENIED", said, [_reason("SERVICE_DISABLED")])

    # --- repositories ---------------------------------------------------------------------------

    def _list(self, _request: Request, found: _Found, token: AccessToken) -> Answer:
        project, location = found["project"], found["location"]
        if not self.google.may(token.member, f"{_RIGHT}repositories.list", project, None):
            resource = f"projects/{project}/locations/{location}"
            return _denied("repositories.list", resource)
        here = [
            _document(one)
            for one in self.google.repositories.values()
            if one.project == project and location in ("-", one.location)
        ]
        return json_answer(200, {"repositories": here} if here else {})

    def _create(self, request: Request, found: _Found, token: AccessToken) -> Answer:
        project, location, id_ = found["project"], found["location"], request.first("repositoryId")
        parent = f"projects/{project}/locations/{location}"
        if not self.google.may(token.member, f"{_RIGHT}repositories.create", project, None):
            return _denied("repositories.create", parent)
        if not _ID.fullmatch(id_) or self._store_of(location) is None:
            return api_error(400, "INVALID_ARGUMENT", "Request contains an invalid argument.")
        if self.google.find(project, location, id_) is not None:
            return api_error(409, "ALREADY_EXISTS", "the repository already exists")
        kind = str(_body(request).get("format", "FORMAT_UNSPECIFIED"))
        made = GarRepository(project, location, id_, kind, unseen=_UNSEEN_AFTER_CREATION)
        self.google.add(made)
        return self._begin(parent, _document(made))

    def _get(self, _request: Request, found: _Found, token: AccessToken) -> Answer:
        repository, refusal = self._repository(found, token, "repositories.get")
        return refusal or json_answer(200, _document(repository))

    # --- policies -------------------------------------------------------------------------------

    def _policy(self, request: Request, found: _Found, token: AccessToken) -> Answer:
        repository, refusal = self._repository(found, token, "repositories.getIamPolicy")
        return refusal or policies.read(repository, request)

    def _set_policy(self, request: Request, found: _Found, token: AccessToken) -> Answer:
        repository, refusal = self._repository(found, token, "repositories.setIamPolicy")
        return refusal or policies.change(self.google, repository, _body(request).get("policy"))

    def _test(self, request: Request, found: _Found, token: AccessToken) -> Answer:
        where = found["project"], found["location"], found["repository"]
        repository = self.google.find(*where)
        asked = _body(request).get("permissions", [])
        names = [name for name in asked if isinstance(name, str)] if isinstance(asked, list) else []
        may = self.google.may
        granted = [name for name in names if may(token.member, name, found["project"], repository)]
        return json_answer(200, {"permissions": granted} if granted else {})

    # --- what is in them ------------------------------------------------------------------------

    def _version(self, _request: Request, found: _Found, token: AccessToken) -> Answer:
        repository, refusal = self._repository(found, token, "versions.get")
        if refusal:
            return refusal
        store, path = self._image(repository, found)
        digest = unquote(found["version"])
        if store is None or digest not in store.repository(path).manifests:
            return api_error(404, "NOT_FOUND", "Requested entity was not found.")
        package = f"{repository.name}/packages/{found['package']}"
        tags = [
            {"name": f"{package}/tags/{tag}", "version": f"{package}/versions/{digest}"}
            for tag in store.repository(path).tags_of(digest)
        ]
        document = {"name": f"{package}/versions/{digest}", "relatedTags": tags}
        return json_answer(200, document)

    def _delete_version(self, request: Request, found: _Found, token: AccessToken) -> Answer:
        repository, refusal = self._repository(found, token, "versions.delete")
        if refusal:
            return refusal
        store, path = self._image(repository, found)
        digest = unquote(found["version"])
        if store is None or digest not in store.repository(path).manifests:
            return api_error(404, "NOT_FOUND", "Requested entity was not found.")
        if store.repository(path).tags_of(digest) and request.first("force") != "true":
            said = "The version is tagged; delete its tags first, or use force."
            return api_error(400, "FAILED_PRECONDITION", said)
        store.remove_manifest(path, digest)
        parent = repository.name.rpartition("/repositories/")[0]
        return self._begin(parent, {"@type": "type.googleapis.com/google.protobuf.Empty"})

    def _delete_tag(self, _request: Request, found: _Found, token: AccessToken) -> Answer:
        repository, refusal = self._repository(found, token, "tags.delete")
        if refusal:
            return refusal
        store, path = self._image(repository, found)
        tag = unquote(found["tag"])
        if store is None or store.repository(path).tags.pop(tag, None) is None:
            return api_error(404, "NOT_FOUND", "Requested entity was not found.")
        return json_answer(200, {})

    # --- what they share ------------------------------------------------------------------------

    def _repository(
        self, found: _Found, token: AccessToken, right: str
    ) -> tuple[GarRepository, Answer | None]:
        """Who has the right in the project learns that it is missing; others learn nothing."""
        project, location, id_ = found["project"], found["location"], found["repository"]
        repository = self.google.find(project, location, id_)
        named = repository or GarRepository(project, location, id_)
        if not self.google.may(token.member, f"{_RIGHT}{right}", project, repository):
            return named, _denied(right, named.name)
        if repository is None:
            return named, api_error(404, "NOT_FOUND", "Requested entity was not found.")
        return repository, None

    def _image(self, repository: GarRepository, found: _Found) -> tuple[Store | None, str]:
        store = self._store_of(repository.location)
        path = f"{repository.project}/{repository.id}/{unquote(found['package'])}"
        return (store if store is not None and store.exists(path) else None), path

    def _begin(self, parent: str, response: dict[str, Any]) -> Answer:
        name = f"{parent}/operations/{secrets.token_hex(8)}"
        self._operations[name] = response
        return json_answer(200, {"name": name, "metadata": {}, "done": False})

    def _operation(self, request: Request, _found: _Found, _token: AccessToken) -> Answer:
        name = request.path.removeprefix("/v1/")
        response = self._operations.get(name)
        if response is None:
            return api_error(404, "NOT_FOUND", "Requested entity was not found.")
        return json_answer(200, {"name": name, "done": True, "response": response})


def publish(google: Google, repository: GarRepository) -> bool:
    """What an administrator does; False where the organisation forbids it."""
    if not google.projects[repository.project].allows_strangers:
        return False
    repository.grant(READER, "allUsers")
    return True


def _document(repository: GarRepository) -> dict[str, Any]:
    return {"name": repository.name, "format": repository.format, "mode": repository.mode}


def _denied(right: str, resource: str) -> Answer:
    said = f"Permission '{_RIGHT}{right}' denied on resource '//{API_HOST}/{resource}' "
    reason = _reason("IAM_PERMISSION_DENIED", permission=f"{_RIGHT}{right}", resource=resource)
    return api_error(403, "PERMISSION_DENIED", f"{said}(or it may not exist).", [reason])


def _reason(reason: str, **metadata: str) -> dict[str, Any]:
    kind = "type.googleapis.com/google.rpc.ErrorInfo"
    more = {"service": API_HOST, **metadata}
    return {"@type": kind, "reason": reason, "domain": "googleapis.com", "metadata": more}


def _body(request: Request) -> dict[str, Any]:
    try:
        found = json.loads(request.body[: 1 << 20])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
