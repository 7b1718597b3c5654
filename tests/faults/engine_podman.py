"""Faults of Podman: files of its own decide where it keeps images, and what it may push where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from tests.faults.case import Breaks, Case, Inject
from tests.faults.places import GHCR, PLAIN, Place
from tests.faults.world import World

INVALID: Final = "engine.settings-invalid"
POLICY: Final = "engine.policy"
_STORAGE: Final = '[storage]\ndriver = "{driver}"\ngraphroot = "{at}/root"\nrunroot = "{at}/run"\n'
_ACCEPT: Final = '{"default": [{"type": "insecureAcceptAnything"}]}'
_REJECT: Final = '{"default": [{"type": "reject"}]}'
_BLOCKED: Final = '[[registry]]\nprefix = "{host}"\nlocation = "{host}"\nblocked = true\n'


def settings(world: World, name: str) -> Path:
    """A file of the person's, which counts before the machine's."""
    path = world.home / ".config" / "containers" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def keeping(world: World, driver: str = "vfs") -> None:
    """Images in HOME, as people with one large disk have it."""
    folder = world.home / "storage"
    folder.mkdir(exist_ok=True)
    file = folder / "storage.conf"
    file.write_text(_STORAGE.format(driver=driver, at=folder))
    world.env |= {"CONTAINERS_STORAGE_CONF": str(file)}


def with_podman(inject: Inject) -> Inject:
    """What is pushed plainly is there first, and then the fault."""

    def both(world: World) -> AbstractContextManager[object] | None:
        keeping(world)
        settings(world, "policy.json").write_text(_ACCEPT)
        pull = ("podman", "pull", "--quiet", world.healthy.image)
        image = world.run(*pull).succeeded().stdout.split()[-1]
        world.run("podman", "tag", image, f"{world.place.prefix}/app:plain").succeeded()
        return inject(world)

    return both


def holding(name: str, text: str) -> Inject:
    """This file, with `{host}` as the registry's."""

    def inject(world: World) -> None:
        settings(world, name).write_text(text.replace("{host}", world.place.host))

    return inject


@contextmanager
def _without_a_policy(world: World) -> Iterator[None]:
    """Neither the person's nor the machine's: so a Podman comes that was unpacked by hand."""
    settings(world, "policy.json").unlink()
    machines = world.lab.machine.etc / "containers" / "policy.json"
    aside = machines.rename(machines.with_suffix(".aside"))
    try:
        yield
    finally:
        aside.rename(machines)


def _storage_cut_off(world: World) -> None:
    (world.home / "storage" / "storage.conf").write_text('[storage\ndriver = "vfs"\n')


def _storage_of_no_kind(world: World) -> None:
    """Before Podman has written down which one it uses."""
    keeping(world, "zfsx")
    for name in ("root", "run"):
        (world.home / "storage" / name).rename(world.home / f"storage-{name}")


def _row(
    id: str,  # noqa: A002 - as Case has it
    cause: str,
    inject: Inject,
    place: Place = GHCR,
) -> Case:
    options = ("--engine", "podman", "--push")
    return Case(f"podman-{id}", cause, with_podman(inject), Breaks.PODMAN_PUSH, place, options)


FAULTS: tuple[Case, ...] = (
    _row("registry-blocked", POLICY, holding("registries.conf", _BLOCKED)),
    _row("policy-rejects", POLICY, holding("policy.json", _REJECT)),
    _row("policy-cut-off", INVALID, holding("policy.json", _ACCEPT[:20])),
    _row("policy-of-no-kind", INVALID, holding("policy.json", _ACCEPT.replace("insecure", ""))),
    _row("policy-nowhere", INVALID, _without_a_policy),
    _row("registries-cut-off", INVALID, holding("registries.conf", "[[registry\n")),
    _row(
        "registries-by-address",
        INVALID,
        holding("registries.conf", '[[registry]]\nlocation = "https://{host}"\n'),
    ),
    _row("storage-cut-off", INVALID, _storage_cut_off),
    _row("storage-of-no-kind", INVALID, _storage_of_no_kind),
    _row("plain-http", "engine.registry-plain-http", lambda _: None, PLAIN),
)
