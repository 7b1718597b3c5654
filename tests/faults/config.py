"""Faults of configuration files and of the environment."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.faults.case import Breaks, Case, Inject
from tests.faults.engine import without_docker
from tests.faults.login import put_login
from tests.faults.world import World
from tests.journeys.canary import new_canary
from tests.support.logins import auth

LOGIN, SKOPEO = Breaks.DOCKER_LOGIN, Breaks.SKOPEO_PUSH
MALFORMED, SHADOWS = "config.docker-malformed", "config.environment-shadows"
NOT_THERE = "login.missing"


def spoiled(how: Callable[[bytes], bytes]) -> Inject:
    """Docker's file with its good login, damaged."""

    def inject(world: World) -> None:
        world.docker_config.write_bytes(how(world.docker_config.read_bytes()))

    return inject


def entry(value: object) -> Inject:
    """What stands in `auths` for this registry."""

    def inject(world: World) -> None:
        document = {"auths": {world.place.host: value}}
        world.docker_config.write_text(json.dumps(document))

    return inject


def written(content: object) -> Inject:
    return lambda world: put(world, json.dumps(content))


def put(world: World, text: str) -> None:
    world.docker_config.write_text(text)


def _conflict(content: bytes) -> bytes:
    return b"<<<<<<< HEAD\n" + content + b"\n=======\n{}\n>>>>>>> laptop\n"


def _a_folder(world: World) -> None:
    """As `docker run -v ~/.docker/config.json:…` makes it where there is none."""
    world.docker_config.unlink()
    world.docker_config.mkdir()


def _a_pipe(world: World) -> None:
    world.patience_s = 1
    world.docker_config.unlink()
    os.mkfifo(world.docker_config)


def _a_loop(world: World) -> None:
    world.docker_config.unlink()
    world.docker_config.symlink_to("config.json")


def _elsewhere(world: World) -> None:
    """DOCKER_CONFIG names a folder in which there is nothing."""
    world.env["DOCKER_CONFIG"] = str(world.home / "ci")


def _elsewhere_with_another(world: World) -> None:
    folder = world.home / "ci"
    folder.mkdir()
    _keep_revoked(world, folder / "config.json")
    world.env["DOCKER_CONFIG"] = str(folder)


def _by_podmans_variable(world: World) -> None:
    file = world.home / "ci-auth.json"
    _keep_revoked(world, file)
    world.env["REGISTRY_AUTH_FILE"] = str(file)


def podmans_file(world: World) -> Path:
    world.env["XDG_RUNTIME_DIR"] = str(world.home / "run")
    file = world.home / "run" / "containers" / "auth.json"
    file.parent.mkdir(parents=True)
    return file


def _podmans_own(world: World) -> None:
    _keep_revoked(world, podmans_file(world))


def _podmans_own_alone(world: World) -> AbstractContextManager[None]:
    """Nobody has to name an engine where there is but one, whose own file comes first."""
    _podmans_own(world)
    return without_docker(world, "podman", "runc", "conmon", "skopeo")


def _podmans_cut_off(world: World) -> None:
    podmans_file(world).write_text('{"auths": {"ghcr.io": {"auth"')


def _keep_revoked(world: World, file: Path) -> None:
    secret = new_canary("ghp_")
    world.person.secrets[secret] = "practice"
    world.person.keeps.add(file)
    file.write_text(json.dumps({"auths": {world.place.host: {"auth": auth("practice", secret)}}}))


def _misspelt(world: World) -> None:
    """`docker login gchr.io`: it said "Login Succeeded" to nobody that is here."""
    put(world, '{"auths": {}}')
    username, secret = world.good_login()
    put_login(world, username, secret, "gchr.io")


@contextmanager
def _home_is_another(world: World) -> Iterator[None]:
    """`sudo registry-wizard`, and `sudo docker`: root has no login."""
    theirs = world.home / "root"
    for folder in (".config", ".local"):
        source = world.home / folder
        if source.exists():
            theirs.mkdir(exist_ok=True)
            (theirs / folder).symlink_to(source)
    world.env["HOME"] = str(theirs)
    yield


FAULTS: tuple[Case, ...] = (
    Case("comment-in-it", MALFORMED, spoiled(lambda c: b"// mine\n" + c), SKOPEO),
    Case("cut-off", MALFORMED, spoiled(lambda c: c[: len(c) // 2]), SKOPEO),
    Case("comma-too-many", MALFORMED, spoiled(lambda c: c.rstrip()[:-1] + b",}"), SKOPEO),
    Case("merge-conflict", MALFORMED, spoiled(_conflict), SKOPEO),
    Case("byte-order-mark", MALFORMED, spoiled(lambda c: b"\xef\xbb\xbf" + c), SKOPEO),
    Case("utf-16", MALFORMED, spoiled(lambda c: c.decode().encode("utf-16")), SKOPEO),
    Case("zero-bytes", MALFORMED, spoiled(lambda c: bytes(len(c))), SKOPEO),
    Case("two-documents", MALFORMED, spoiled(lambda c: c + b"{}"), SKOPEO),
    Case("deeper-than-anybody-reads", MALFORMED, spoiled(lambda _: b"[" * 100_000), SKOPEO),
    Case("a-list", MALFORMED, written([]), SKOPEO),
    Case("logins-are-a-list", MALFORMED, written({"auths": []}), SKOPEO),
    Case("helper-is-a-number", MALFORMED, written({"credHelpers": {"ghcr.io": 7}}), SKOPEO),
    Case("login-is-a-text", MALFORMED, entry("ada:secret"), SKOPEO),
    Case("login-is-not-base64", MALFORMED, entry({"auth": "!!!"}), SKOPEO),
    Case("login-without-a-colon", MALFORMED, entry({"auth": "bm9jb2xvbg=="}), SKOPEO),
    Case("a-folder", MALFORMED, _a_folder, SKOPEO),
    Case("a-named-pipe", MALFORMED, _a_pipe, SKOPEO),
    Case("a-link-to-itself", MALFORMED, _a_loop, SKOPEO),
    Case("emptied", NOT_THERE, spoiled(lambda _: b""), SKOPEO),
    Case("logged-in-at-a-misspelt-host", NOT_THERE, _misspelt, SKOPEO),
    Case("login-of-another-home", NOT_THERE, _home_is_another, LOGIN),
    Case("docker-config-leads-nowhere", NOT_THERE, _elsewhere, LOGIN),
    Case("docker-config-has-a-revoked-one", "login.rejected", _elsewhere_with_another, LOGIN),
    Case(
        "podmans-variable-has-a-revoked-one",
        SHADOWS,
        _by_podmans_variable,
        SKOPEO,
        options=("--engine", "podman"),
    ),
    Case(
        "podman-is-logged-in-otherwise",
        "config.podman-shadows",
        _podmans_own,
        SKOPEO,
        options=("--engine", "podman"),
    ),
    Case(
        "podman-alone-is-logged-in-otherwise",
        "config.podman-shadows",
        _podmans_own_alone,
        SKOPEO,
        options=("--engine", "auto"),
    ),
    Case(
        "podmans-file-cut-off", MALFORMED, _podmans_cut_off, SKOPEO, options=("--engine", "podman")
    ),
)
