"""A real docker-registry (CNCF distribution) on a free loopback port, for as long as a test runs.

    with docker_registry(tmp_path) as registry:
        registry.base_url   # http://127.0.0.1:41234

Add `htpasswd={"ada": "secret"}` for Basic, `tokens=TokenService(...)` for Bearer, `tls=leaf` for
HTTPS. `delete=False` makes it refuse deletions, as many registries do. `listens="0.0.0.0"` serves
the addresses of a network of a test's own as well: what is on loopback, engines do not verify.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.certificates import Leaf
from tests.support.needs import need_program
from tests.support.token_service import TokenService

START_LIMIT_S = 20.0


@dataclass(frozen=True)
class RunningRegistry:
    host: str
    """Host and port, as they stand in a reference."""
    base_url: str
    log: Path
    storage: Path


@contextmanager
def docker_registry(
    folder: Path,
    *,
    htpasswd: Mapping[str, str] | None = None,
    tokens: TokenService | None = None,
    tls: Leaf | None = None,
    delete: bool = True,
    name: str = "127.0.0.1",
    port: int = 0,
    listens: str = "127.0.0.1",
) -> Iterator[RunningRegistry]:
    """Start it, wait until `/v2/` answers, kill it afterwards. Its files stay below `folder`."""
    program = need_program("docker-registry")
    folder = folder / f"registry-{time.monotonic_ns()}"
    folder.mkdir(parents=True)
    port = port or free_port()
    config = folder / "config.yml"
    config.write_text(_config(folder, f"{listens}:{port}", htpasswd, tokens, tls, delete=delete))
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen([program, "serve", str(config)], stdout=out, stderr=out)
        try:
            _wait_until_it_answers(process, port, tls, log)
            scheme = "https" if tls else "http"
            host = f"{name}:{port}"
            yield RunningRegistry(host, f"{scheme}://{host}", log, folder / "storage")
        finally:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _config(
    folder: Path,
    address: str,
    htpasswd: Mapping[str, str] | None,
    tokens: TokenService | None,
    tls: Leaf | None,
    *,
    delete: bool,
) -> str:
    lines = [
        "version: 0.1",
        "log: {level: warn, accesslog: {disabled: true}}",
        "storage:",
        f"  filesystem: {{rootdirectory: {folder / 'storage'}}}",
        f"  delete: {{enabled: {str(delete).lower()}}}",
        "http:",
        f"  addr: {address}",
        "  secret: only-a-test",
    ]
    if tls:
        lines.append(f"  tls: {{certificate: {tls.certificate}, key: {tls.key}}}")
    if htpasswd:
        passwords = _htpasswd_file(folder, htpasswd)
        lines.append(f"auth: {{htpasswd: {{realm: practice, path: {passwords}}}}}")
    if tokens:
        lines.append(
            f"auth: {{token: {{realm: {tokens.realm}, service: {tokens.service},"
            f" issuer: {tokens.issuer}, rootcertbundle: {tokens.certificate}}}}}"
        )
    return "\n".join(lines) + "\n"


def _htpasswd_file(folder: Path, users: Mapping[str, str]) -> Path:
    program = need_program("htpasswd", "apache2-utils")
    path = folder / "htpasswd"
    path.touch(mode=0o600)
    for user, password in users.items():
        argv = [program, "-B", "-i", str(path), user]
        subprocess.run(argv, input=password.encode(), check=True, capture_output=True)
    return path


def _wait_until_it_answers(
    process: subprocess.Popen[bytes], port: int, tls: Leaf | None, log: Path
) -> None:
    limit = time.monotonic() + START_LIMIT_S
    while time.monotonic() < limit and process.poll() is None:
        try:
            _ask(port, tls)
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"docker-registry did not start: {log.read_text()[-2000:]}")


def _ask(port: int, tls: Leaf | None) -> None:
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            "127.0.0.1", port, timeout=5, context=context
        )
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/v2/")
        connection.getresponse().read()
    finally:
        connection.close()
