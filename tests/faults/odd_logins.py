"""Healthy logins and images that look odd: nothing about them is broken."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from tests.faults.case import Control
from tests.faults.login import logged_out, put_entry
from tests.faults.places import DOCKER_HUB, ECR, GAR, GHCR, Place
from tests.faults.push_own import amending, located
from tests.faults.registries import BASIC, BEARER
from tests.faults.store import named, programs
from tests.faults.world import World
from tests.journeys.canary import new_canary
from tests.support.credential_helpers import FakeStore
from wizard.core.image import OCI_INDEX
from wizard.sandbox import accounts
from wizard.sandbox.exchange import Answer, Request, error
from wizard.sandbox.faults import PracticeFault


def _two_more_logins(world: World) -> None:
    """Of other hosts, one of them revoked: neither is anybody's business here."""
    put_entry(world, "ada", new_canary(), "quay.io")
    put_entry(world, "ada", new_canary(), "registry.lab.test:5000")


def _by_a_helper(world: World) -> None:
    username, secret = world.good_login()
    helper = FakeStore(programs(world), "corp")
    helper.keep(world.place.host, username, secret)
    world.person.secrets[secret] = username
    world.person.keeps.add(helper.file)
    named(world, "corp")


def _under_its_address(world: World) -> None:
    """As very old versions of docker wrote it: they and all others still find it."""
    logged_out(world)
    put_entry(world, *world.good_login(), "https://ghcr.io/v1/")


def _under_another_name(world: World) -> None:
    """GitHub looks at the token alone."""
    _, secret = world.good_login()
    put_entry(world, "somebody", secret, world.place.host)


def _session_of_gh_too(world: World) -> None:
    """It lacks the right to push packages, and is not what docker uses."""
    world.env["GH_TOKEN"] = accounts.GH_TOKEN


def _api_down(world: World) -> None:
    """GitHub's pages are ill; the registry is not, and docker never asks them."""

    def instead(request: Request) -> Answer | None:
        if request.host != "api.github.com":
            return None
        return error(503, "UNAVAILABLE", "No server is currently available")

    world.lab.sandbox.set_fault(PracticeFault("api-down", "", "", instead=instead), on=True)


def _in_capitals(world: World) -> None:
    world.arguments += ["Docker.io/Practice", "--image", world.reference.rpartition("/")[2]]


def _for_three_platforms(world: World) -> None:
    """An index under the tag that was proven."""
    folder = Path(world.an_image.partition(":")[2])
    copy = world.lab.machine.folder / "index"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    own = (copy / "manifest.json").read_bytes()
    digest = hashlib.sha256(own).hexdigest()
    (copy / f"{digest}.manifest.json").write_bytes(own)
    child = {
        "mediaType": json.loads(own)["mediaType"],
        "digest": f"sha256:{digest}",
        "size": len(own),
    }
    architectures = ("arm64", "amd64", "unknown")
    platforms = [{"os": "linux", "architecture": name} for name in architectures]
    children = [{**child, "platform": platform} for platform in platforms]
    index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": children}
    (copy / "manifest.json").write_text(json.dumps(index))
    to = f"docker://{world.reference}"
    world.run("skopeo", "copy", "--all", f"dir:{copy}", to).succeeded()


def _without_keys(world: World) -> None:
    """The login of this morning still works, whatever has become of the keys."""
    world.env |= {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}


def _also_of_google(world: World) -> None:
    """Another host of Google's has a login that has ended."""
    put_entry(world, "oauth2accesstoken", new_canary("ya29."), "europe-docker.pkg.dev")


def _relative(_world: World) -> object:
    return amending(located("https://registry.lab.test:5011", ""))(_world)


def _case(id_: str, arrange: object, place: Place = GHCR, *options: str) -> Control:
    return Control(id_, arrange, place, options)  # type: ignore[arg-type]


CONTROLS: tuple[Control, ...] = (
    _case("logins-of-other-hosts", _two_more_logins),
    _case("login-in-a-helper", _by_a_helper),
    _case("login-under-an-old-address", _under_its_address),
    _case("login-under-another-name", _under_another_name),
    _case("session-of-gh-too", _session_of_gh_too),
    _case("api-of-github-down", _api_down),
    _case("image-for-three-platforms", _for_three_platforms),
    _case("name-in-capitals", _in_capitals, DOCKER_HUB),
    _case("logins-of-other-hosts", _two_more_logins, BASIC),
    _case("uploads-located-relatively", _relative, BEARER, "--push"),
    _case("keys-gone-and-login-good", _without_keys, ECR),
    _case("login-of-another-location", _also_of_google, GAR),
)
