"""A machine that was ready a moment ago: faults are injected into it, then it is examined.

Every fault begins with the same healthy machine, which is set up once for each place and then put
back from a copy: HOME with docker's login and the wizard's profile, the registry with its image.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.case import Breaks
from tests.faults.places import Place
from tests.journeys.person import Outcome, Person
from tests.lab.lab import Lab
from tests.lab.machine import Ran
from wizard.core.image import make_test_image
from wizard.core.names import LINUX_AMD64
from wizard.sandbox.app import Remembered

_OURS = (
    Path(".config/registry-wizard"),
    Path(".local/state/registry-wizard"),
    Path(".cache"),
    Path(".config/gcloud/logs"),
)
"""What the wizard, and gcloud, write of their own runs: that is no change of the machine."""


@dataclass(frozen=True)
class Healthy:
    """A place after `setup` has said that it is ready."""

    home: Path
    """A copy."""
    sandbox: Remembered
    reference: str
    """The image that was pushed; everybody can pull it."""
    image: str
    """The same on this machine's disk, as skopeo names it."""


class Healthies:
    """Each place's healthy state, set up when it is first asked for; one for each test process."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self._lab = lab
        self._folder = folder
        self._known: dict[str, Healthy] = {}
        self._serving = ExitStack()

    def close(self) -> None:
        self._serving.close()

    def of(self, place: Place) -> Healthy:
        if place.id not in self._known:
            self._known[place.id] = self._set_up(place)
        return self._known[place.id]

    def _set_up(self, place: Place) -> Healthy:
        lab = self._lab
        lab.reset()
        if place.serve is not None:
            self._serving.enter_context(place.serve(lab))
        person = Person(lab)
        outcome = _ready(person, place)
        # The image that plain docker pushes, later.
        lab.build(f"{place.prefix}/app:plain").succeeded()
        shutil.rmtree(person.temporary)
        for journal in lab.home.glob(".local/state/registry-wizard/journal*"):
            journal.unlink()  # what a fix changes is then all that there is to undo
        copy = self._folder / place.id
        shutil.copytree(lab.home, copy, symlinks=True)
        reference = outcome.document["image"]["reference"]
        image = f"dir:{self._folder / place.id}-image"
        # Also from a registry that speaks plain HTTP.
        copying = ("skopeo", "copy", "--src-tls-verify=false")
        lab.run([*copying, f"docker://{reference}", image]).succeeded()
        return Healthy(copy, lab.sandbox.remember(), reference, image)


def _ready(person: Person, place: Place) -> Outcome:
    username, secret = _login(person.lab, place)
    given: dict[str, Any] = {"secret": secret, "username": username} if secret else {}
    store = "plaintext" if secret else "none"
    options = {"engine": "docker", "env": place.env}
    outcome = person.set_up(place.prefix, *place.consent, store=store, **given, **options)
    if place.published:
        person.lab.sandbox.publish(place.published, place.host)
        outcome = person.set_up(place.prefix, *place.consent, **options)
    assert outcome.is_ready(), outcome.told()
    return outcome


def _login(lab: Lab, place: Place) -> tuple[str, str]:
    if place.secret or place.serve is not None:
        return place.username, place.secret
    account = lab.sandbox.account_for(place.host)
    return account.login, account.secret


@dataclass
class World:
    """What an injection is given, and what it changes."""

    lab: Lab
    person: Person
    place: Place
    healthy: Healthy
    env: dict[str, str] = field(default_factory=dict)
    clock: str = ""
    as_nobody: bool = False
    arguments: list[str] = field(default_factory=list)
    """More of them for `doctor`."""
    said: list[Ran] = field(default_factory=list)
    building: tuple[str, ...] = ()
    """Options of the plain `docker build`."""
    is_new: bool = False
    """What is pushed plainly is in no registry yet, and so has to be uploaded."""
    prefix: str = ""
    """Examined and pushed to instead of the place's own."""
    pulled: str = ""
    """What strangers pull instead of the proven image."""
    cluster: tuple[str, str] = ("", "")
    """User name and secret with which a node of the cluster pulls, where it has its own."""
    patience_s: float = 5.0
    """How long a plain command may take; less where it is known to hang."""

    @property
    def home(self) -> Path:
        return self.lab.home

    @property
    def reference(self) -> str:
        return self.healthy.reference

    @property
    def docker_config(self) -> Path:
        return self.person.config

    def switch_on(self, *faults: str) -> None:
        """Faults of the practice registries (wizard/sandbox/faults.py)."""
        for fault in faults:
            self.lab.sandbox.switch_fault(fault, on=True)

    def run(self, *argv: str, env: Mapping[str, str] | None = None, timeout_s: float = 60.0) -> Ran:
        """A plain command, as this machine is now."""
        ran = self.lab.run(
            argv,
            env={"TMPDIR": str(self.person.temporary), **self.env, **(env or {})},
            clock=self.clock,
            as_nobody=self.as_nobody,
            timeout_s=timeout_s,
        )
        self.said.append(ran)
        return ran

    def plain(self, breaks: Breaks) -> Ran:
        """The command of the world outside that the fault is to break."""
        return self.run("timeout", str(self.patience_s), *self._words(breaks))

    def _words(self, breaks: Breaks) -> tuple[str, ...]:
        if breaks is Breaks.DOCKER_BUILD:
            return self._build()
        image = f"{self.prefix or self.place.prefix}/app:plain"
        source = f"docker://{self.pulled or self.reference}"
        by = ":".join(self.cluster)
        return {
            Breaks.DOCKER_PUSH: ("docker", "push", image),
            Breaks.PODMAN_PUSH: ("podman", "push", image),
            Breaks.SKOPEO_PUSH: ("skopeo", "copy", self.an_image, f"docker://{image}"),
            Breaks.ANONYMOUS_PULL: ("skopeo", "copy", "--src-no-creds", source, self.spare),
            Breaks.CLUSTER_PULL: ("skopeo", "copy", "--src-creds", by, source, self.spare),
            Breaks.DOCKER_PULL: ("docker", "pull", self.reference),
            Breaks.DOCKER_LOGIN: ("docker", "login", self.place.host),
            Breaks.CURL: ("curl", "--silent", "--show-error", f"https://{self.place.host}/v2/"),
        }[breaks]

    def _build(self) -> tuple[str, ...]:
        folder = self.home / "build"
        folder.mkdir(exist_ok=True)
        (folder / "note").write_text("new\n" * 100_000)
        (folder / "Dockerfile").write_text("FROM scratch\nCOPY note /note\n")
        return ("docker", "build", *self.building, "build")

    @property
    def an_image(self) -> str:
        """Some image on this machine's disk, as skopeo names it."""
        return new_image(self.lab.machine.folder / "new") if self.is_new else self.healthy.image

    @property
    def spare(self) -> str:
        """Somewhere for an image that is pulled."""
        return f"dir:{self.lab.machine.folder / 'pulled'}-{self.place.id}"

    def doctor(self, *options: str, secret: str = "", username: str = "") -> Outcome:
        """`doctor --json` of the profile that this machine has."""
        given = ["--username", username, "--password-stdin"] if secret else []
        where = [self.prefix, "--image", "app"] if self.prefix else []
        return self.person.ask(
            "doctor",
            *where,
            *given,
            *self.arguments,
            *options,
            secret=secret,
            env=dict(self.place.env) | self.env,
            clock=self.clock,
            as_nobody=self.as_nobody,
        )

    def timed_doctor(self, *options: str) -> tuple[Outcome, float]:
        """The same, and how many seconds it took."""
        started = time.monotonic()
        seen = self.doctor(*options)
        return seen, time.monotonic() - started

    def good_login(self) -> tuple[str, str]:
        """User name and secret that this place takes; empty where it wants none."""
        return _login(self.lab, self.place)

    def files(self) -> dict[str, bytes]:
        """Every file of HOME by its name, but the wizard's own and what is temporary."""
        found = {}
        for path in sorted(self.home.rglob("*")):
            name = path.relative_to(self.home)
            is_own = any(name.is_relative_to(folder) for folder in (*_OURS, Path("tmp")))
            if path.is_file() and not path.is_symlink() and not is_own:
                found[str(name)] = path.read_bytes()
        return found


def new_image(folder: Path) -> str:
    """One that nobody has seen before, as skopeo names it."""
    image = make_test_image(LINUX_AMD64, {"title": "new"}, os.urandom(16))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "version").write_text("Directory Transport Version: 1.1\n")
    (folder / "manifest.json").write_bytes(image.manifest.body)
    for content in (image.config, image.layer):
        (folder / hashlib.sha256(content).hexdigest()).write_bytes(content)
    return f"dir:{folder}"


@contextmanager
def world_of(lab: Lab, healthies: Healthies, place: Place) -> Iterator[World]:
    """The healthy machine again. In the end no secret lies about, whatever was injected."""
    healthy = healthies.of(place)
    lab.reset()
    lab.sandbox.recall(healthy.sandbox)
    shutil.rmtree(lab.home)
    shutil.copytree(healthy.home, lab.home, symlinks=True)
    person = Person(lab)
    person.keeps.add(person.config)
    yield World(lab, person, place, healthy)
