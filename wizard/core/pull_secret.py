"""A login for the cluster: the secret itself, and the ways to hand it over. Pure text.

Source: union-and-flyte.md 4 and 6.2.
"""

from __future__ import annotations

import base64
import json
import re
import shlex
from dataclasses import dataclass
from typing import Final

from wizard.core.secret import Credential

NAMESPACE: Final = "PROJECT-DOMAIN"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to give the cluster a pull secret."""

    title: str
    commands: tuple[str, ...]
    note: str = ""


def secret_name(host: str) -> str:
    """`ghcr.io` -> `ghcr-io-pull`: a name that Kubernetes and Flyte accept."""
    return f"{re.sub(r'[^a-z0-9]+', '-', host.lower()).strip('-')[:50]}-pull"


def ways(host: str, server: str, username: str) -> tuple[Way, ...]:
    """The commands; none holds the token. `server` is the registry's key in docker's config."""
    name = secret_name(host)
    user = shlex.quote(username or "USERNAME")
    by_flyte = f"flyte create secret {name} --type image_pull --registry {shlex.quote(server)}"
    secrets = f'{{"imagePullSecrets":[{{"name":"{name}"}}]}}'
    return (
        Way(
            "Flyte 2 on Union",
            (f"{by_flyte} --username {user}",),
            "It asks for the token. Then "
            f'flyte.TaskEnvironment(..., secrets="{name}"); it serves the whole organisation.',
        ),
        Way(
            "Union with flytekit",
            (
                f"union create imagepullsecret -r {shlex.quote(host)} -o pull-secret.json",
                f"union create secret {name} --type image-pull-secret -f pull-secret.json",
                "rm pull-secret.json",
            ),
            f'Then @task(secret_requests=[Secret(key="{name}")]).',
        ),
        Way(
            "Kubernetes, by whoever runs the cluster",
            (
                f"registry-wizard export kubernetes-secret | kubectl apply -n {NAMESPACE} -f -",
                f"kubectl patch serviceaccount default -n {NAMESPACE} -p {shlex.quote(secrets)}",
            ),
            f"{NAMESPACE} is a project and its domain, such as flytesnacks-development. "
            "Runs may use another service account than default.",
        ),
    )


def kubernetes_secret(host: str, server: str, credential: Credential) -> str:
    """The manifest with the login in it, ending in a newline. Only for one who asked for it."""
    pair = f"{credential.username}:{credential.secret.reveal()}".encode()
    auth = {"auths": {server: {"auth": base64.b64encode(pair).decode("ascii")}}}
    data = base64.b64encode(json.dumps(auth).encode()).decode("ascii")
    lines = (
        "# This holds a login: pipe it into kubectl apply -n PROJECT-DOMAIN -f - and keep no copy.",
        "apiVersion: v1",
        "kind: Secret",
        f"metadata: {{name: {secret_name(host)}}}",
        "type: kubernetes.io/dockerconfigjson",
        "data:",
        f"  .dockerconfigjson: {data}",
    )
    return "\n".join(lines) + "\n"
