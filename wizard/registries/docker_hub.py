"""Docker Hub: names, endpoints and what its refusals mean (registries.md B)."""
# ruff: noqa: ARG002 - methods of the provider protocol, which not every registry needs whole

from __future__ import annotations

from collections.abc import Mapping

from wizard.core.diagnosis import Evidence, Fix, Problem, Stage
from wizard.core.fields import Field
from wizard.core.grants import may_push
from wizard.core.names import HUB_HOST, Digest, Reference, Repository
from wizard.core.ports import (
    Access,
    Audience,
    DeclaredVisibility,
    Endpoint,
    Identity,
    NewRepository,
    Outside,
    PullToken,
    Suggestion,
)
from wizard.core.prefix import Prefix, incomplete, invalid
from wizard.core.secret import AnyCredential, Credential, Secret
from wizard.core.text import clean
from wizard.registries import hub_login, hub_repository, hub_ways
from wizard.registries.generic import OciRegistry, depth_split
from wizard.registries.hub_api import HubSessions, facts_of
from wizard.registries.hub_names import REGISTRY_HOSTS, place_of_page, wrong_namespace
from wizard.registries.hub_signs import HUB_SIGNS

_PREFIX_PARTS = 1


class DockerHub(OciRegistry):
    """docker.io: its own host for the registry, another for tokens, a third key in config files."""

    kind = "dockerhub"
    title = "Docker Hub"
    about = (
        "Free for public images, one private repository; the first push makes each, mostly public.",
        "Pulls without a login are few per address and six hours; a cluster's nodes may share one.",
    )
    fields = (
        Field(
            "namespace",
            "Docker ID or organisation",
            example="acme",
            help="Images go to docker.io/NAMESPACE/IMAGE.",
            check=wrong_namespace,
        ),
    )
    only_host = HUB_HOST
    push_decides = "as the default privacy of the namespace says"
    signs = HUB_SIGNS
    ways_in = hub_ways.WAYS_IN

    def __init__(self) -> None:
        self._sessions = HubSessions()

    def claims(self, host: str) -> bool:
        return host in REGISTRY_HOSTS

    def from_page(self, host: str, path: str) -> tuple[str, str] | None:
        return place_of_page(host, path)

    def split_image(self, path: str, *, names_an_image: bool) -> tuple[str, str]:
        namespace, image = depth_split(path, _PREFIX_PARTS)
        if "/" in image:
            raise invalid(
                "on Docker Hub there is exactly one name between docker.io and the image",
                f"{HUB_HOST}/{namespace}",
            )
        return namespace, image

    def prefix(self, host: str, path: str) -> Prefix:
        if not path:
            raise incomplete(
                "after docker.io the Docker ID or organisation is missing", "docker.io/NAMESPACE"
            )
        if "/" in path:
            self.split_image(path, names_an_image=False)
            suggestion = f"{HUB_HOST}/{path.partition('/')[0]}"
            raise invalid("the image's name does not belong into the prefix", suggestion)
        if wrong := wrong_namespace(path):
            raise invalid(wrong)
        return super().prefix(HUB_HOST, path)

    def compose(self, answers: Mapping[str, str]) -> Prefix:
        return self.prefix(HUB_HOST, answers.get("namespace", "").strip().lower())

    def answers(self, prefix: Prefix) -> Mapping[str, str]:
        return {"namespace": prefix.path}

    def facts(self, repository: Repository) -> Mapping[str, str]:
        return {"cloud": "Docker Hub"}

    def endpoint(self, host: str) -> Endpoint:
        return Endpoint(
            HUB_HOST,
            "https://registry-1.docker.io",
            realms=("https://auth.docker.io/token",),
            docker_key="https://index.docker.io/v1/",
            podman_key=HUB_HOST,
            service="registry.docker.io",
        )

    # --- who one is -------------------------------------------------------------------------------

    def suggest_for(self, username: str) -> Suggestion | None:
        """The Docker ID of the login; an organisation's token bears the organisation's name."""
        name = username.strip().lower()
        if wrong_namespace(name):
            return None
        reason = f"docker is logged in as {clean(name, 64)}"
        return Suggestion({"namespace": name}, reason, is_logged_in=True)

    async def inspect(
        self, credential: Credential, repository: Repository, outside: Outside
    ) -> Identity:
        endpoint = self.endpoint(repository.host)
        return await hub_login.inspect(credential, repository, endpoint, outside)

    def pull_token(self, repository: Repository) -> PullToken:
        return hub_ways.pull_token(repository)

    def unfit_for_clusters(self, credential: Credential) -> str:
        return hub_ways.unfit_for_clusters(credential)

    # --- the repository ---------------------------------------------------------------------------

    async def rights(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> tuple[str, ...]:
        """By the token that the push itself needs: nothing more is asked."""
        if not isinstance(credential, Credential):
            return ()
        endpoint = self.endpoint(repository.host)
        granted = await hub_login.granted_actions(credential, repository, endpoint, outside)
        if granted is not None and not may_push(granted):
            raise hub_login.not_permitted(credential, granted, repository)
        namespace = repository.path.partition("/")[0]
        default = f"as the default privacy of {namespace} says"
        return (f"a missing {repository} is made by the push, public or private {default}",)

    async def missing_private(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> NewRepository | None:
        """A push would make it as the namespace's default says, so it is made before."""
        bearer = await self._sessions.bearer(credential, outside)
        if bearer is None:
            return None
        facts = await facts_of(repository, bearer, outside)
        if facts is not None and not facts.is_private:
            raise hub_repository.already_public(repository)
        return hub_repository.new_private(repository) if facts is None else None

    async def create_repository(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> str:
        bearer = await self._needed(repository, credential, outside)
        return await hub_repository.create_private(repository, bearer, outside)

    async def delete(
        self, pushed: Reference, digest: Digest, credential: AnyCredential, outside: Outside
    ) -> str | None:
        if not isinstance(credential, Credential):
            raise _no_login(pushed.repository)
        bearer = await self._sessions.bearer(credential, outside)
        endpoint = self.endpoint(pushed.repository.host)
        return await hub_repository.delete(pushed, digest, credential, bearer, endpoint, outside)

    # --- who may pull -----------------------------------------------------------------------------

    def known(self, audience: Audience) -> Audience:
        """No identity of AWS or Google is somebody here: clusters come with a token, or without."""
        return Audience()

    async def access(
        self,
        repository: Repository,
        audience: Audience,
        credential: AnyCredential,
        outside: Outside,
    ) -> Access | None:
        bearer = await self._sessions.bearer(credential, outside)
        return await hub_repository.access_for_everybody(repository, bearer, outside)

    async def open_to(
        self,
        repository: Repository,
        audience: Audience,
        credential: AnyCredential,
        outside: Outside,
    ) -> str:
        bearer = await self._needed(repository, credential, outside)
        return await hub_repository.make_public(repository, bearer, outside)

    async def declared_visibility(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> DeclaredVisibility | None:
        bearer = await self._sessions.bearer(credential, outside)
        facts = await facts_of(repository, bearer, outside)
        if facts is None:
            return None
        setting = "private" if facts.is_private else "public"
        page = hub_repository.settings_page(repository)
        return DeclaredVisibility(setting, page, f"Docker Hub says that it is {setting}")

    def publish_fixes(self, repository: Repository, owner_kind: str) -> tuple[Fix, ...]:
        return (
            hub_repository.publish_fix(repository),
            Fix(
                "For images to come, set Default privacy to Public in the settings of "
                f"{repository.path.partition('/')[0]}"
            ),
            Fix("Or keep it private and give the cluster an image-pull secret"),
        )

    async def _needed(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> Secret:
        bearer = await self._sessions.bearer(credential, outside)
        if bearer is None:
            raise _no_login(repository)
        return bearer


def _no_login(repository: Repository) -> Problem:
    words = "there is no login that Docker Hub's own interface takes"
    seen = Evidence(Stage.API, str(repository), words, HUB_HOST)
    return Problem(seen, cause="login.missing")
