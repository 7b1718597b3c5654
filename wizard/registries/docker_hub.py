"""Docker Hub: names, endpoints and what its refusals mean (registries.md B)."""
# ruff: noqa: ARG002 - methods of the provider protocol, which not every registry needs whole

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.core.diagnosis import PUSH_STAGES, Fix, Sign, Stage
from wizard.core.fields import Field
from wizard.core.names import HUB_HOST, Repository, is_path
from wizard.core.ports import Endpoint
from wizard.core.prefix import Prefix, incomplete, invalid
from wizard.registries.generic import OciRegistry, depth_split

TOKEN_PAGE: Final = "https://app.docker.com/settings/personal-access-tokens"  # noqa: S105

_REGISTRY_HOSTS = frozenset(
    {HUB_HOST, "index.docker.io", "registry-1.docker.io", "registry.docker.io"}
)
_WEB_HOSTS = frozenset(
    {"hub.docker.com", "registry.hub.docker.com", "docker.com", "www.docker.com"}
)
# What stands before the namespace in the addresses of hub.docker.com.
_PAGES = ("repository/docker", "repositories", "layers", "orgs", "r", "u")
_PREFIX_PARTS = 1

HUB_SIGNS: Final = (
    Sign(
        "network.rate-limited",
        message=r"pull rate limit|too many failed login attempts|too many requests",
        source="registries.md B6, B7 rows 5 and 6",
    ),
    Sign(
        "login.scope-missing",
        message=r"access token has insufficient scopes",
        fixes=(Fix("Make a token with Read & Write", url=TOKEN_PAGE),),
        source="registries.md B7 row 3",
    ),
    Sign(
        "login.rejected",
        message=r"incorrect username or password|incorrect authentication credentials",
        fixes=(
            Fix("Log in with your Docker ID, not an e-mail address, and a token", url=TOKEN_PAGE),
        ),
        source="registries.md B7 row 4",
    ),
    Sign(
        "push.not-permitted",
        stages=PUSH_STAGES,
        message=r"push access denied|requested access to the resource is denied",
        authenticated=True,
        source="registries.md B7 rows 1 and 2",
    ),
    Sign(
        "pull.private-or-missing",
        stages=frozenset({Stage.MANIFEST, Stage.BLOB}),
        message=r"pull access denied|insufficient_scope",
        source="registries.md B6, B7 row 7",
    ),
)


def wrong_namespace(text: str) -> str:
    """What is wrong with a Docker Hub namespace, or nothing."""
    name = text.strip()
    if not name:
        return "your Docker ID or organisation is missing"
    if "@" in name:
        return "that is an e-mail address: the Docker ID stands under your picture on Docker Hub"
    if "/" in name or not is_path(name.lower()):
        return "a Docker ID has only letters, digits, dashes and underscores"
    if name.lower() == "library":
        return "library belongs to Docker itself"
    return ""


class DockerHub(OciRegistry):
    """docker.io: its own host for the registry, another for tokens, a third key in config files."""

    kind = "dockerhub"
    title = "Docker Hub"
    about = (
        "Free for public images; one private repository. Repositories are made by the first push,",
        "public unless your account says otherwise. Anonymous pulls are limited per address.",
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
    signs = HUB_SIGNS

    def claims(self, host: str) -> bool:
        return host in _REGISTRY_HOSTS

    def from_page(self, host: str, path: str) -> tuple[str, str] | None:
        if host in _REGISTRY_HOSTS and host != HUB_HOST:
            return HUB_HOST, path
        if host not in _WEB_HOSTS:
            return None
        if path.startswith("_/"):
            raise invalid("that is the page of an image of Docker's own, not a place to push to")
        for page in _PAGES:
            if path == page or path.startswith(f"{page}/"):
                # Behind the repository the page says which of its tabs is open.
                kept = 1 if page in {"orgs", "u"} else 2
                return HUB_HOST, depth_split(path[len(page) + 1 :], kept)[0]
        return HUB_HOST, path

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

    def endpoint(self, host: str) -> Endpoint:
        return Endpoint(
            HUB_HOST,
            "https://registry-1.docker.io",
            realms=("https://auth.docker.io/token",),
            docker_key="https://index.docker.io/v1/",
            podman_key=HUB_HOST,
            service="registry.docker.io",
        )

    def publish_fixes(self, repository: Repository, owner_kind: str) -> tuple[Fix, ...]:
        return (
            Fix(
                "Open the repository's settings and choose: Make public",
                url=f"https://hub.docker.com/repository/docker/{repository.path}/settings",
            ),
            Fix("Or keep it private and give the cluster an image-pull secret"),
        )
