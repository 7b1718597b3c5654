"""Amazon's side of a test: the practice registries, and a machine that has one login or another.

async with practice(home) as aws:
    aws.profile("dev", ADA)
    await provider.sessions(HOST, aws.world)
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.conversation import image as new_image
from tests.support.conversation import push
from wizard.clients.outside import World
from wizard.core.image import Manifest
from wizard.core.names import Repository
from wizard.core.ports import RegistryApi
from wizard.core.secret import AnyCredential, Credential, Secret
from wizard.registries import for_host
from wizard.sandbox.dialects.aws import ACCOUNT, ADA, Amazon, EcrRepository, PracticeKey
from wizard.sandbox.dialects.aws_sts import SSO_TOKEN
from wizard.sandbox.dialects.ecr import FOREIGN_HOST, HOST, Ecr
from wizard.sandbox.exchange import Answer, Request
from wizard.sandbox.faults import PracticeFault
from wizard.sandbox.server import Sandbox
from wizard.sandbox.transport import SandboxTransport

ROOT = Path(__file__).parents[2]
ECR = for_host(HOST)
API = "api.ecr.us-east-1.amazonaws.com"
STS = "sts.us-east-1.amazonaws.com"
OWNER = Credential("AWS", Secret(ADA.password), "environment")
SSO_URL = "https://acme.awsapps.com/start"
KEYS_OF_ADA = f"aws_access_key_id = {ADA.id}\naws_secret_access_key = {ADA.secret}\n"
"""As they stand under a profile."""
SSO_PROFILE = f"""[profile dev]
sso_session = acme
sso_account_id = {ACCOUNT}
sso_role_name = deployer
[sso-session acme]
sso_region = us-east-1
sso_start_url = {SSO_URL}
"""


def image(path: str = "team/my-app", host: str = HOST) -> Repository:
    return Repository(host, path)


def foreign(path: str = "team/app") -> Repository:
    return Repository(FOREIGN_HOST, path)


@dataclass
class Practice:
    sandbox: Sandbox
    world: World
    home: Path
    environ: dict[str, str]

    @property
    def dialect(self) -> Ecr:
        found = self.sandbox._app.dialect(HOST)
        assert isinstance(found, Ecr)
        return found

    @property
    def amazon(self) -> Amazon:
        return self.dialect.amazon

    def asked(self, *hosts: str) -> list[str]:
        """What came in, at these hosts or at all."""
        seen = self.sandbox.requests
        return [
            f"{one.method} {one.host}{one.path}" for one in seen if not hosts or one.host in hosts
        ]

    def keys(self, key: PracticeKey | None) -> None:
        """Lay them into the environment, instead of what is there."""
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            self.environ.pop(name, None)
        if key is not None:
            self.environ["AWS_ACCESS_KEY_ID"] = key.id
            self.environ["AWS_SECRET_ACCESS_KEY"] = key.secret
            if key.session_token:
                self.environ["AWS_SESSION_TOKEN"] = key.session_token

    def refuse(self, action: str, code: str) -> None:
        """Let the management side refuse this action from now on."""

        def instead(request: Request) -> Answer | None:
            if not request.headers.get("x-amz-target", "").endswith(f".{action}"):
                return None
            body = json.dumps({"__type": code, "message": "practised refusal"}).encode()
            return Answer(500 if code == "ServerException" else 400, body)

        self.sandbox._app.faults["refusing"] = PracticeFault("refusing", "", "", instead=instead)

    def allow(self, repository: Repository, arn: str) -> None:
        """Somebody lets this principal do everything with the repository."""
        found = self.amazon.find(repository.host.partition(".")[0], repository.path)
        assert found is not None
        statement = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "ecr:*"}
        found.policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    def config(self, text: str) -> None:
        """What stands in ~/.aws/config."""
        folder = self.home / ".aws"
        folder.mkdir(exist_ok=True)
        (folder / "config").write_text(text)

    def company_login(self, token: str = SSO_TOKEN) -> None:
        """What `aws sso login` leaves for the session `acme`."""
        folder = self.home / ".aws" / "sso" / "cache"
        folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha1(b"acme", usedforsecurity=False).hexdigest()
        login = {"startUrl": SSO_URL, "region": "us-east-1", "accessToken": token}
        file = folder / f"{name}.json"
        file.write_text(json.dumps({**login, "expiresAt": "2099-01-01T00:00:00Z"}))

    async def child(self, ask: str, **question: Any) -> Mapping[str, Any]:
        """The whole document that `wizard.clouds.aws` answers with."""
        return await ask_program("aws", self.environ, {"ask": ask, **question})


async def ask_program(
    module: str, environ: Mapping[str, str], question: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What `wizard.clouds.<module>` answers: `answer` or `refused`."""
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", f"wizard.clouds.{module}"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=dict(environ),
    )
    given = json.dumps(question).encode()
    out, err = await asyncio.wait_for(started.communicate(given), 30)
    assert started.returncode == 0, err.decode()
    found = json.loads(out)
    assert isinstance(found, dict)
    return found


def api(here: Practice, credential: AnyCredential = OWNER) -> RegistryApi:
    return here.world.registry_api(ECR.endpoint(HOST), credential)


def made(here: Practice, repository: Repository | None = None) -> Repository:
    """The repository, as somebody has made it long ago."""
    chosen = repository or image()
    here.amazon.add(EcrRepository(chosen.host.partition(".")[0], chosen.path))
    return chosen


async def pushed(here: Practice, tag: str = "1") -> tuple[Repository, Manifest]:
    """A repository with one image; nothing of it counts as asked."""
    repository, one = made(here), new_image()
    await push(api(here), repository, one, tag)
    here.sandbox.forget_requests()
    return repository, one.manifest


@asynccontextmanager
async def practice(home: Path) -> AsyncIterator[Practice]:
    """A machine with the keys of `ada` in its environment, and the practice registries."""
    async with Sandbox.start() as sandbox:
        given = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(home),
            "PYTHONPATH": str(ROOT),
            "LANG": os.environ.get("LANG", "C.UTF-8"),
            **sandbox.environ,
        }
        world = World(given, home, 10.0, transport=lambda: SandboxTransport(sandbox))
        try:
            yield Practice(sandbox, world, home, given)
        finally:
            await world.aclose()
