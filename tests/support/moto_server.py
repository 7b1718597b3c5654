"""moto's server: another emulation of Amazon, by other people, asked for a second opinion.

It checks signatures and rights from the moment on that somebody asks for it (`strictly`).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

LOOPBACK = "127.0.0.1"
_RUNNING = re.compile(r"Running on (http://127\.0\.0\.1:\d+)")
_REGION = "us-east-1"


@dataclass(frozen=True)
class Moto:
    url: str

    def client(self, service: str) -> Any:
        import botocore.session

        return botocore.session.Session().create_client(
            service,
            region_name=_REGION,
            endpoint_url=self.url,
            aws_access_key_id="administrator",
            aws_secret_access_key="x",
        )

    def reset(self) -> None:
        """Empty, and without a look at signatures or rights."""
        self._post("reset-auth", b"inf")
        self._post("reset", b"")

    def key_of(self, name: str, *actions: str) -> tuple[str, str]:
        """The access key of a new user who may do just this."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy)
        made = iam.create_access_key(UserName=name)["AccessKey"]
        return made["AccessKeyId"], made["SecretAccessKey"]

    def strictly(self) -> None:
        """From now on."""
        self._post("reset-auth", b"0")

    def _post(self, what: str, body: bytes) -> None:
        headers = {"Content-Type": "text/plain"}  # by default it would be read as a form
        url = f"{self.url}/moto-api/{what}"
        with urlopen(Request(url, body, headers, method="POST")):  # noqa: S310 - of loopback
            pass


@contextmanager
def moto_server() -> Iterator[Moto]:
    """Until the block ends, on a free port of loopback."""
    argv = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", LOOPBACK, "-p", "0"]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as server:
        assert server.stderr is not None
        try:
            said = []
            for line in server.stderr:
                said.append(line.decode(errors="replace"))
                if found := _RUNNING.search(said[-1]):
                    yield Moto(found[1])
                    return
            raise AssertionError(f"moto did not begin: {said}")
        finally:
            server.terminate()
            server.stderr.close()
