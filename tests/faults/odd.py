"""Machines that look ill to a careless eye: odd engines, files and variables that break nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.faults import stand_in
from tests.faults.case import Control, Inject
from tests.faults.endpoints import context_to, put_context, stopped, use_context, with_env
from tests.faults.store import FakeStore, named, programs
from tests.faults.world import World
from tests.journeys.canary import new_canary
from tests.support.logins import auth
from tests.support.sockets import stale


def with_keys(**keys: Any) -> Inject:
    """More of them in docker's file, beside the good login."""

    def inject(world: World) -> None:
        document = json.loads(world.docker_config.read_text())
        world.docker_config.write_text(json.dumps({**document, **keys}))

    return inject


@contextmanager
def _second_engine_hangs(world: World) -> Iterator[None]:
    path = world.lab.machine.run_folder / "other.sock"
    with stand_in.hung(path):
        put_context(world, context_to("unix:///run/other.sock"))
        use_context(world, "default")
        yield


def _second_engine_is_off(world: World) -> None:
    put_context(world, context_to("unix:///run/colima/docker.sock", "colima"), "colima")
    use_context(world, "default")


def _unused_context_is_damaged(world: World) -> None:
    put_context(world, '{"Name": "old')
    use_context(world, "default")


def _no_contexts(world: World) -> None:
    (world.docker_config.parent / "contexts" / "meta").mkdir(parents=True)


def _podman_is_off(world: World) -> None:
    """Its socket was left behind, and docker is what is used."""
    folder = world.home / "run" / "podman"
    folder.mkdir(parents=True)
    stale(folder / "podman.sock")
    world.env["XDG_RUNTIME_DIR"] = str(world.home / "run")


def _file_is_a_link(world: World) -> None:
    """Kept with other dot files."""
    kept = world.home / "dotfiles.json"
    world.docker_config.rename(kept)
    world.docker_config.symlink_to(kept)
    world.person.keeps.add(kept)


def _usual_folder_by_name(world: World) -> None:
    world.env["DOCKER_CONFIG"] = f"{world.docker_config.parent}/"


def _cache_is_a_file(world: World) -> None:
    (world.home / ".cache").write_text("no room for folders here\n")


def _login_in_a_helper(world: World) -> None:
    helper = FakeStore(programs(world), "corp")
    username, secret = world.good_login()
    helper.keep(world.place.host, username, secret)
    world.person.secrets[secret] = username
    world.person.keeps |= {helper.file}
    named(world, "corp", "credsStore")


def _variable_that_is_passed_over(world: World) -> None:
    """Docker reads DOCKER_AUTH_CONFIG from 28.3 on: a revoked login in it spoils nothing before."""
    version = world.run("docker", "version", "--format", "{{.Client.Version}}").stdout.split(".")
    if (int(version[0]), int(version[1])) < (28, 3):
        secret = new_canary("ghp_")
        world.person.secrets[secret] = "practice"
        entry = {world.place.host: {"auth": auth("practice", secret)}}
        world.env["DOCKER_AUTH_CONFIG"] = json.dumps({"auths": entry})


_STRANGE = {"futureKey": {"a": [1, None]}, "psFormat": "table {{.ID}}", "aliases": {"builder": "x"}}

ODD = (
    Control("second-engine-hangs", _second_engine_hangs),
    Control("second-engine-is-off", _second_engine_is_off),
    Control("unused-context-is-damaged", _unused_context_is_damaged),
    Control("empty-folder-of-contexts", _no_contexts),
    Control("podman-is-off", _podman_is_off),
    Control("unknown-keys", with_keys(**_STRANGE)),
    Control("missing-helper-of-another-host", with_keys(credHelpers={"other.test": "gone"})),
    Control("file-is-a-link", _file_is_a_link),
    Control("usual-folder-by-name", _usual_folder_by_name),
    Control("cache-is-a-file", _cache_is_a_file),
    Control("login-in-a-helper", _login_in_a_helper),
    Control("variable-that-docker-passes-over", _variable_that_is_passed_over),
    Control("usual-socket-by-variable", with_env(DOCKER_HOST="unix:///var/run/docker.sock")),
    Control("version-pinned-within-reach", with_env(DOCKER_API_VERSION="1.41")),
    Control("no-engine-wanted", stopped, options=("--engine", "none")),
)
