"""Docker Hub's hosts, its pages, and how its users may be called (registries.md B1)."""

from __future__ import annotations

from wizard.core.names import HUB_HOST, is_path
from wizard.core.prefix import invalid
from wizard.registries.generic import depth_split

REGISTRY_HOSTS = frozenset(
    {HUB_HOST, "index.docker.io", "registry-1.docker.io", "registry.docker.io"}
)
_WEB_HOSTS = frozenset(
    {"hub.docker.com", "registry.hub.docker.com", "docker.com", "www.docker.com"}
)
# What stands before the namespace in the addresses of hub.docker.com.
_PAGES = ("repository/docker", "repositories", "layers", "orgs", "r", "u")


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


def place_of_page(host: str, path: str) -> tuple[str, str] | None:
    """Host and path that one of its pages is about; None when it is none. Raises PrefixError."""
    if host in REGISTRY_HOSTS and host != HUB_HOST:
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
