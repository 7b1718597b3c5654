"""The hand-over for GitHub Actions: build and push on a runner, with no password that stays.

Pure text (union-and-flyte.md 6.2). The action's majors are those of that page.
"""

from __future__ import annotations

import json
import re
from typing import Final

from wizard.core.names import LINUX_AMD64
from wizard.core.settings import Profile

_HUB: Final = "docker.io"
_ECR_HOST: Final = re.compile(r"(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.")
_HEAD: Final = (
    "name: deploy",
    "on: {push: {branches: [main]}}",
)


def render_workflow(profile: Profile) -> str:
    """A whole workflow file for this profile's registry, ending in a newline."""
    host, _, _ = profile.prefix.partition("/")
    permissions, notes, login = _login(profile.kind, host)
    emulation = () if profile.platform == str(LINUX_AMD64) else _EMULATION
    lines = (
        "# .github/workflows/deploy.yaml",
        *(f"# {note}" for note in notes),
        *_HEAD,
        f"permissions: {{contents: read, {permissions}}}".replace(", }", "}"),
        "jobs:",
        "  deploy:",
        "    runs-on: ubuntu-latest",
        "    steps:",
        "      - uses: actions/checkout@v4",
        *emulation,
        "      - uses: docker/setup-buildx-action@v3",
        *login,
        "      - uses: astral-sh/setup-uv@v5",
        "      - run: uv sync",
        "      # Flyte 2; with flytekit or union: uv run union register src --version …",
        "      - run: uv run flyte deploy --version ${{ github.sha }} src/app.py my_env",
        "        env:",
        "          FLYTE_API_KEY: ${{ secrets.FLYTE_API_KEY }}",
        f"          FLYTE_IMAGE_REGISTRY: {json.dumps(profile.prefix)}",
        '          FLYTE_IMG_FAST_FAIL: "1"',
    )
    return "\n".join(lines) + "\n"


_EMULATION: Final = ("      - uses: docker/setup-qemu-action@v3  # builds for another processor",)

_Login = tuple[str, tuple[str, ...], tuple[str, ...]]


def _login(kind: str, host: str) -> _Login:
    """Extra permissions, notes for the person, and the steps that log in."""
    match kind:
        case "ghcr":
            return "packages: write", (), _docker_login(host, "github.actor", "GITHUB_TOKEN")
        case "ecr" | "ecr-public":
            return _amazon(kind, host)
        case "gar":
            return _google(host)
    name = "DOCKERHUB" if kind == "dockerhub" else "REGISTRY"
    notes = (
        f"Needs the repository's secrets {name}_USERNAME and {name}_TOKEN:",
        "a token that may push there and nothing more.",
    )
    registry = "" if host == _HUB else host
    return "", notes, _docker_login(registry, f"secrets.{name}_USERNAME", f"{name}_TOKEN")


def _docker_login(host: str, username: str, secret: str) -> tuple[str, ...]:
    registry = (f"          registry: {json.dumps(host)}",) if host else ()
    return (
        "      - uses: docker/login-action@v3",
        "        with:",
        *registry,
        f"          username: ${{{{ {username} }}}}",
        f"          password: ${{{{ secrets.{secret} }}}}",
    )


def _amazon(kind: str, host: str) -> _Login:
    found = _ECR_HOST.match(host)
    account, region = (found[1], found[2]) if found else ("ACCOUNT", "us-east-1")
    notes = (
        "Needs a role that trusts this repository by OpenID Connect and may push:",
        "put its name in place of ROLE, and its account where it is another.",
    )
    steps = (
        "      - uses: aws-actions/configure-aws-credentials@v4",
        "        with:",
        f"          aws-region: {region}",
        f'          role-to-assume: "arn:aws:iam::{account}:role/ROLE"',
        "      - uses: aws-actions/amazon-ecr-login@v2",
        *(("        with: {registry-type: public}",) if kind == "ecr-public" else ()),
    )
    return "id-token: write", notes, steps


def _google(host: str) -> _Login:
    notes = (
        "Needs workload identity federation: put the provider and the service account, which",
        "may write to the repository, in place of PROVIDER and ACCOUNT.",
    )
    steps = (
        "      - id: google",
        "        uses: google-github-actions/auth@v2",
        "        with:",
        "          workload_identity_provider: PROVIDER",
        "          service_account: ACCOUNT",
        "          token_format: access_token",
        "      - uses: docker/login-action@v3",
        "        with:",
        f"          registry: {json.dumps(host)}",
        "          username: oauth2accesstoken",
        "          password: ${{ steps.google.outputs.access_token }}",
    )
    return "id-token: write", notes, steps
