"""A lab: real engines and the registries' real names on one machine without a network.

    def test_something(lab: Lab) -> None:
        lab.run(["docker", "push", "ghcr.io/practice/app:1"]).succeeded()
        lab.sandbox.publish("practice/app")

Inside, `ghcr.io`, `api.github.com` and every other practice registry are the product's own
sandbox behind TLS on 192.0.2.2:443, with a certificate that the whole machine trusts. Nothing else
resolves. See lab.md for what had to be found out.

The fixture `lab` shares one machine per test session: it starts each test with an empty sandbox,
no fault, a running dockerd and an empty HOME. `new_lab(...)` makes one with other options, for
faults that cannot be taken back; it costs a second or two.
"""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from tests.lab import authority
from tests.lab.dockerd import Dockerd, docker_program
from tests.lab.machine import ADDRESS, Machine, Ran
from tests.lab.served import ServedSandbox
from tests.support.certificates import Authority, Leaf
from wizard.sandbox.accounts import People
from wizard.sandbox.dialects import practice_dialects
from wizard.sandbox.server import Sandbox

REPOSITORY: Final = Path(__file__).parents[2]
PORT: Final = 443
REGISTRY_HOST: Final = "registry.lab.test"
"""For real docker-registries on any port; in the certificate as well."""


class Lab:
    """What a test holds. Made by `open_lab`."""

    def __init__(self, machine: Machine, sandbox: Sandbox, ca: Authority, leaf: Leaf) -> None:
        self.machine = machine
        self.sandbox = sandbox
        self.authority = ca
        """`authority.certificate` is its PEM file, readable inside by the same path."""
        self.leaf = leaf
        """For another TLS server under the same names."""
        self.docker: Dockerd | None = None

    @property
    def home(self) -> Path:
        """HOME of what is run, by the same path inside and outside."""
        return self.machine.home

    def run(self, argv: Sequence[str], **options: Any) -> Ran:
        """Run a command in the machine. Options are Machine.run's: `env`, `input`, `clock`."""
        return self.machine.run(argv, **options)

    def wizard(self, *arguments: str, env: Mapping[str, str] | None = None, **options: Any) -> Ran:
        """Run the unmodified registry-wizard in the machine."""
        argv = [sys.executable, "-m", "wizard", *arguments]
        return self.run(argv, env={"PYTHONPATH": str(REPOSITORY), **(env or {})}, **options)

    def docker_login(self, host: str = "ghcr.io", username: str = "", secret: str = "") -> Ran:
        """`docker login` in plain text: a config.json with an entry stops docker's own choice."""
        docker_program()
        config = self.home / ".docker" / "config.json"
        if not config.exists():
            config.parent.mkdir(exist_ok=True)
            config.write_text('{"auths": {"lab.invalid": {}}}')
        account = self.sandbox.account_for(host)
        user = ["--username", username or account.login, "--password-stdin"]
        return self.run(["docker", "login", host, *user], input=secret or account.secret)

    def build(self, reference: str) -> Ran:
        """Build a small image from scratch with the machine's own docker."""
        folder = self.home / "build"
        folder.mkdir(exist_ok=True)
        (folder / "Dockerfile").write_text('FROM scratch\nCOPY note /note\nCMD ["/note"]\n')
        (folder / "note").write_text(f"{reference}\n")
        return self.run(["docker", "build", "--tag", reference, str(folder)])

    def reset(self) -> None:
        """As at the start of a test."""
        self.sandbox.reset()
        shutil.rmtree(self.home)
        self.home.mkdir()
        if self.docker is not None:
            if self.docker.is_running():
                self.docker.thaw()
            else:
                self.docker.start()


@contextmanager
def open_lab(
    folder: Path,
    *,
    trusted: bool = True,
    docker: bool = True,
    docker_trusts: bool = True,
    docker_space: str = "",
    docker_environ: Mapping[str, str] | None = None,
    hosts: Sequence[str] = (),
    between: Callable[[socket.socket], AbstractContextManager[socket.socket]] | None = None,
) -> Iterator[Lab]:
    """A lab in `folder`, which must not exist; torn down at the end with all that it started.

    `trusted=False` leaves the authority out of the machine's trust, `docker_trusts=False` out of
    dockerd's only. `docker_space` bounds dockerd's data (`64m`), for full disks;
    `docker_environ` is dockerd's environment (`HTTPS_PROXY` to a closed port).
    `hosts` are more names that resolve to the machine. `between` is given the socket of port 443
    and gives the one to serve on instead: what stands between them is its own.
    """
    names = [host for dialect in practice_dialects(People()) for host in dialect.hosts]
    names += [REGISTRY_HOST, *hosts]
    with ExitStack() as stack:
        machine = stack.enter_context(Machine(folder))
        machine.name_hosts(names)
        ca, leaf = authority.issue(folder / "authority", [*names, ADDRESS])
        certificates = machine.etc / "ssl" / "certs"
        untrusting = folder / "untrusting"
        shutil.copytree(certificates, untrusting, symlinks=True)
        if trusted:
            authority.trust(ca, certificates)
        listening = machine.listen(PORT)
        if between is not None:
            listening = stack.enter_context(between(listening))
        served = stack.enter_context(ServedSandbox(listening, leaf))
        lab = Lab(machine, served.sandbox, ca, leaf)
        if docker:
            lab.docker = Dockerd(
                machine,
                untrusting=None if docker_trusts else untrusting,
                space=docker_space,
                environ=docker_environ,
            )
            stack.callback(lab.docker.crash)
            lab.docker.start()
        yield lab
