"""Google's side of a test: the practice registries, and a machine that has one login or another.

async with practice(home) as google:
    google.adc(google.user())
    await provider.sessions("us-docker.pkg.dev", google.world)
"""

from __future__ import annotations

import asyncio
import json
import os
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.certificates import Authority
from tests.support.conversation import image as new_image
from tests.support.conversation import push
from wizard.clients.outside import World
from wizard.core.image import Manifest
from wizard.core.names import Repository
from wizard.core.ports import RegistryApi
from wizard.core.secret import AnyCredential, Credential, Secret
from wizard.registries import for_host
from wizard.sandbox.dialects import google_tokens as tokens
from wizard.sandbox.dialects.gar import Gar
from wizard.sandbox.dialects.google import Google
from wizard.sandbox.faults import PracticeFault
from wizard.sandbox.server import Sandbox
from wizard.sandbox.transport import SandboxTransport

ROOT = Path(__file__).parents[2]
HOST = "us-docker.pkg.dev"
GAR = for_host(HOST)
OAUTH = "oauth2.googleapis.com"
API = "artifactregistry.googleapis.com"
OWNER = Credential("oauth2accesstoken", Secret(tokens.WRITE_TOKEN))
READER = Credential("oauth2accesstoken", Secret(tokens.READ_TOKEN))


def image(path: str = "practice-project/images/team/app") -> Repository:
    return Repository(HOST, path)


@dataclass
class Practice:
    sandbox: Sandbox
    world: World
    home: Path

    @property
    def google(self) -> Google:
        return self.dialect.google

    @property
    def dialect(self) -> Gar:
        found = self.sandbox._app.dialect(HOST)
        assert isinstance(found, Gar)
        return found

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox.port}"

    def asked(self, host: str = "") -> list[str]:
        """What came in, at one host or at all."""
        seen = self.sandbox.requests
        return [f"{one.method} {one.path}" for one in seen if host in ("", one.host)]

    def meddle(self, **hooks: Any) -> None:
        """Let something happen between the requests: the hooks of a practice fault."""
        self.sandbox._app.faults["meddling"] = PracticeFault("meddling", "", "", **hooks)

    def key(self, **changes: Any) -> dict[str, Any]:
        """The service account's key file; its token service is the practice's."""
        return {**self.google.key_file(f"{self.base_url}/token"), **changes}

    def key_credential(self, username: str = "_json_key", **changes: Any) -> Credential:
        return Credential(username, Secret(json.dumps(self.key(**changes), indent=2)))

    def user(self, refresh_token: str = tokens.REFRESH_TOKEN, **changes: Any) -> dict[str, Any]:
        """What `gcloud auth application-default login` leaves."""
        return {
            "type": "authorized_user",
            "client_id": tokens.CLIENT_ID,
            "client_secret": "practice-client-secret",
            "refresh_token": refresh_token,
            "quota_project_id": "practice-project",
            **changes,
        }

    def impersonating(self, target: str) -> dict[str, Any]:
        url = f"{self.base_url}/v1/projects/-/serviceAccounts/{target}:generateAccessToken"
        return {
            "type": "impersonated_service_account",
            "service_account_impersonation_url": url,
            "source_credentials": self.user(),
        }

    def workload(self, subject_token: str) -> dict[str, Any]:
        """Workload identity: a token of another provider, in a file."""
        file = self.home / "subject-token"
        file.write_text(subject_token)
        pool = "projects/1/locations/global/workloadIdentityPools/practice-pool/providers/ci"
        return {
            "type": "external_account",
            "audience": f"//iam.googleapis.com/{pool}",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "token_url": f"{self.base_url}/v1/token",
            "credential_source": {"file": str(file)},
        }

    def adc(self, information: Mapping[str, Any] | str) -> Path:
        """Lay it where gcloud lays the login for programs."""
        folder = self.home / ".config" / "gcloud"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "application_default_credentials.json"
        said = information if isinstance(information, str) else json.dumps(information)
        file.write_text(said)
        return file

    def gcloud(self, answer: str, *, code: int = 0, errors: str = "") -> None:
        """Put a stand-in for gcloud on PATH, which speaks `config config-helper`."""
        folder = self.home / "bin"
        folder.mkdir(exist_ok=True)
        (folder / "answer").write_text(answer)
        (folder / "errors").write_text(errors)
        script = folder / "gcloud"
        script.write_text(
            "#!/bin/sh\n"
            f'echo "$@" >>"{folder}/asked"\n'
            '[ "$1 $2 $3" = "config config-helper --format=json" ] || exit 2\n'
            f'cat "{folder}/errors" >&2; cat "{folder}/answer"; exit {code}\n'
        )
        script.chmod(0o755)


def api(here: Practice, credential: AnyCredential = OWNER) -> RegistryApi:
    return here.world.registry_api(GAR.endpoint(HOST), credential)


async def made(here: Practice, repository: Repository | None = None) -> Repository:
    """The repository, made by the provider; nothing of it counts as asked."""
    chosen = repository or image()
    await GAR.create_repository(chosen, OWNER, here.world)
    here.sandbox.forget_requests()
    return chosen


async def pushed(here: Practice, tag: str = "1") -> tuple[Repository, Manifest]:
    """The same, with an image in it."""
    repository, one = await made(here), new_image(tag)
    await push(api(here), repository, one, tag)
    here.sandbox.forget_requests()
    return repository, one.manifest


def config_helper(token: str = tokens.WRITE_TOKEN, **properties: Mapping[str, str]) -> str:
    """What `gcloud config config-helper --format=json` of release 528 says."""
    known = {"core": {"account": "ada@practice.test", "project": "practice-project"}}
    return json.dumps(
        {
            "configuration": {
                "active_configuration": "default",
                "properties": {**known, **properties},
            },
            "credential": {"access_token": token, "token_expiry": "2031-01-02T03:04:05Z"},
            "sentinels": {"config_sentinel": "/x"},
        }
    )


@asynccontextmanager
async def practice(home: Path, **environ: str) -> AsyncIterator[Practice]:
    """A machine without gcloud and without a login, and the practice registries."""
    folder = home / "bin"
    folder.mkdir(exist_ok=True)
    given = {
        "PATH": str(folder),
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        **environ,
    }
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox.start())
        given |= await stack.enter_async_context(real_names(sandbox.port, home))
        world = World(given, home, 10.0, transport=lambda: SandboxTransport(sandbox))
        stack.push_async_callback(world.aclose)
        yield Practice(sandbox, world, home)


@asynccontextmanager
async def real_names(port: int, home: Path) -> AsyncIterator[dict[str, str]]:
    """The environment in which a program finds the practice under Google's real names, by TLS.

    A person's own login is always exchanged at oauth2.googleapis.com, whatever its file says. So
    there is a proxy, as companies have, and a certificate authority of its own, as they have too.
    """
    authority = Authority(home / "authority")
    leaf = authority.issue("*.googleapis.com")
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await writer.drain()
        try:
            await writer.start_tls(leaf.server_context())
        except OSError:  # a client that does not trust us hangs up
            writer.close()
            return
        there, back = await asyncio.open_connection("127.0.0.1", port)
        try:
            await asyncio.gather(_pump(reader, back), _pump(there, writer))
        finally:
            back.close()
            writer.close()
            tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield {
            "HTTPS_PROXY": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}",
            "SSL_CERT_FILE": str(authority.certificate),
        }
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tuple(tasks), return_exceptions=True)


async def _pump(reader: StreamReader, writer: StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
