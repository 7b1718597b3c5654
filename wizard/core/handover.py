"""What the user takes along: snippets with the proven values (union-and-flyte.md 6.2).

Pure text. Every value is validated where it comes in, and quoted as its language wants where it
goes out, so that no name can become code.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from wizard.core.dataclass import dataclass
from wizard.core.names import LINUX_AMD64, Digest, InvalidNameError, Platform, Repository
from wizard.core.prefix import Prefix
from wizard.core.sdk import refused_prefix
from wizard.core.settings import Profile
from wizard.core.workflow import render_workflow

WHATS: Final[tuple[str, ...]] = ("imagespec", "flyte", "flyte-config", "env")
TITLES: Final = {
    "imagespec": "flytekit and union: ImageSpec",
    "flyte": "Flyte 2: Image",
    "flyte-config": "Flyte 2: config.yaml",
    "env": "Environment variables",
}

NEWEST_FOR_FLYTEKIT: Final = (3, 12)
"""flytekit 1.16 has no image for a later Python (union-and-flyte.md 1.1)."""

_PYTHON = re.compile(r"3\.(\d{1,2})")
_BUILDERS: Final = {"podman": "local-podman"}
_PULLS: Final = {
    "public": "pushed, and pulled without a login",
    "declared": "pushed; you declared how the cluster may pull it",
}


@dataclass(frozen=True, slots=True)
class Handover:
    """The values to hand over. Raises InvalidNameError for one that cannot be meant."""

    prefix: Prefix
    image: str = "flytekit"
    platform: Platform = LINUX_AMD64
    python_version: str = "3.12"
    engine: str = "docker"
    digest: str = ""
    """Of the test image that proved the chain; empty when nothing was proven."""
    when: str = ""
    """RFC 3339, UTC."""
    pull: str = ""
    """`public`, `declared`, or empty when unproven."""

    def __post_init__(self) -> None:
        self.prefix.repository(self.image)
        if not _PYTHON.fullmatch(self.python_version):
            raise InvalidNameError("a Python version is written like 3.12")
        if self.digest:
            Digest(self.digest)
        if not re.fullmatch(r"[0-9TZ:.+-]*", self.when):
            raise InvalidNameError("a time is written like 2026-01-31T12:00:00Z")

    @property
    def repository(self) -> Repository:
        return self.prefix.repository(self.image)

    @property
    def python(self) -> tuple[int, int]:
        return 3, int(self.python_version.removeprefix("3."))


def of_profile(profile: Profile, python_version: str = "3.12") -> Handover:
    """What a profile has to hand over. Raises InvalidNameError for one that was edited to nonsense.

    The proof goes along only when it is one of this very image.
    """
    host, _, path = profile.prefix.partition("/")
    values = Handover(
        Prefix(profile.kind, host, path),
        profile.image,
        Platform.parse(profile.platform),
        python_version,
        profile.engine,
    )
    proof = profile.proof
    if proof is None or not proof.reference.startswith(f"{values.repository}:"):
        return values
    return replace(values, digest=proof.digest, when=proof.when, pull=proof.pull)


def render(what: str, values: Handover) -> str:
    """One snippet, ending in a newline. Raises ValueError for a `what` that is not in WHATS."""
    renderers = {
        "imagespec": _imagespec,
        "flyte": _flyte,
        "flyte-config": _flyte_config,
        "env": _env,
    }
    if what not in renderers:
        raise ValueError(f"{what!r} is none of {', '.join(WHATS)}")
    return "\n".join((*_proof(values), *renderers[what](values))) + "\n"


def _from_profile(what: str, profile: Profile) -> str:
    return render(what, of_profile(profile))


HAND_OVERS: Final[dict[str, Callable[[Profile], str]]] = {
    **{what: partial(_from_profile, what) for what in WHATS},
    "github-actions": render_workflow,
}
"""What a profile alone can fill, by the word that `export` takes."""


def _proof(values: Handover) -> tuple[str, ...]:
    """Comment lines, valid in all four languages: what was proven, and when."""
    proven = _PULLS.get(values.pull)
    if not proven or not values.when:
        return ("# Not proven yet: run registry-wizard doctor --push",)
    digest = f", {Digest(values.digest).short}" if values.digest else ""
    return (
        f"# Proven {values.when} by registry-wizard: {values.repository}",
        f"# {proven}, {values.platform}{digest}",
    )


def _imagespec(values: Handover) -> tuple[str, ...]:
    python = min(values.python, NEWEST_FOR_FLYTEKIT)
    note: tuple[str, ...] = () if python == values.python else (_too_new(values),)
    if refused_prefix(str(values.prefix)):
        note += ("# flytekit refuses this registry: it takes a name with dots, or localhost:PORT",)
    return (
        "# Run it with FLYTE_IMG_FAST_FAIL=1, else an engine that is down looks like success:",
        "#   FLYTE_IMG_FAST_FAIL=1 union run --remote app.py hello --name you",
        "# Open-source Flyte: the same with pyflyte instead of union.",
        *note,
        "from flytekit import ImageSpec, task",
        "",
        "image = ImageSpec(",
        f"    name={_python_string(values.image)},",
        f"    registry={_python_string(str(values.prefix))},",
        f'    python_version="{python[0]}.{python[1]}",',
        f"    platform={_python_string(str(values.platform))},",
        "    packages=[],  # what your code imports",
        ")",
        "",
        "",
        "@task(container_image=image)",
        "def hello(name: str) -> str:",
        '    return f"hello {name}"',
    )


def _too_new(values: Handover) -> str:
    newest = ".".join(map(str, NEWEST_FOR_FLYTEKIT))
    return f"# Your Python is {values.python_version}; flytekit runs up to {newest}."


def _flyte(values: Handover) -> tuple[str, ...]:
    return (
        *_private(values),
        "import flyte",
        "",
        "image = flyte.Image.from_debian_base(",
        f"    name={_python_string(values.image)},",
        f"    registry={_python_string(str(values.prefix))},",
        f"    python_version=({values.python[0]}, {values.python[1]}),",
        f"    platform=({_python_string(str(values.platform))},),",
        ")  # .with_pip_packages(...) for what your code imports",
        "",
        'env = flyte.TaskEnvironment(name="my_env", image=image)',
        "",
        "",
        "@env.task",
        "async def hello(name: str) -> str:",
        '    return f"hello {name}"',
    )


def _private(values: Handover) -> tuple[str, ...]:
    if values.pull != "declared":
        return ()
    return (
        "# The image is private. With an image-pull secret, name it in the environment:",
        '#   flyte.TaskEnvironment(..., secrets="NAME-OF-THE-SECRET")',
    )


def _flyte_config(values: Handover) -> tuple[str, ...]:
    return (
        "# Put this beside `admin` and `task` in .flyte/config.yaml",
        "image:",
        f"  builder: {_BUILDERS.get(values.engine, 'local')}",
        # A JSON string is a YAML string, whatever stands in it.
        f"  registry: {json.dumps(str(values.prefix))}",
    )


def _env(values: Handover) -> tuple[str, ...]:
    return (
        "# flytekit and union: fail when it cannot be told whether the image exists",
        "export FLYTE_IMG_FAST_FAIL=1",
        "# Flyte 2: where images go, and what builds them",
        f"export FLYTE_IMAGE_REGISTRY={shlex.quote(str(values.prefix))}",
        f"export FLYTE_IMAGE_BUILDER={_BUILDERS.get(values.engine, 'local')}",
    )


def _python_string(value: str) -> str:
    """A Python literal in double quotes; the grammar of names leaves ASCII only."""
    return json.dumps(value)
