"""The hand-over: code to paste with the proven values (union-and-flyte.md 6.2). Pure."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Final

from wizard.core.settings import Profile


def imagespec(profile: Profile) -> str:
    """flytekit and union 1: an ImageSpec that a local engine builds and pushes."""
    return f"""\
from flytekit import ImageSpec, task

image = ImageSpec(
    name={_quoted(profile.image)},
    registry={_quoted(profile.prefix)},
    platform={_quoted(profile.platform)},
    python_version="3.12",
)


@task(container_image=image)
def hello(name: str) -> str:
    return f"hello {{name}}"


# Run it with FLYTE_IMG_FAST_FAIL=1: without it, an engine or a login that fails is taken for
# "the image exists", and the task ends with ImagePullBackOff.
#   FLYTE_IMG_FAST_FAIL=1 union run --remote app.py hello --name you
"""


def flyte(profile: Profile) -> str:
    """flyte 2."""
    return f"""\
import flyte

image = flyte.Image.from_debian_base(
    name={_quoted(profile.image)},
    registry={_quoted(profile.prefix)},
    platform=({_quoted(profile.platform)},),
    python_version=(3, 12),
)
env = flyte.TaskEnvironment(name="my_env", image=image)


@env.task
async def hello(name: str) -> str:
    return f"hello {{name}}"
"""


def flyte_config(profile: Profile) -> str:
    """The `image` part of flyte 2's config.yaml."""
    builder = "local-podman" if profile.engine == "podman" else "local"
    return f"""\
image:
  builder: {builder}
  registry: {_quoted(profile.prefix)}
"""


def environment(profile: Profile) -> str:
    """Lines for a shell: flytekit's early failure, and flyte 2's registry."""
    return (
        "export FLYTE_IMG_FAST_FAIL=1\n"
        f"export FLYTE_IMAGE_REGISTRY={shlex.quote(profile.prefix)}\n"
    )


HAND_OVERS: Final[dict[str, Callable[[Profile], str]]] = {
    "imagespec": imagespec,
    "flyte": flyte,
    "flyte-config": flyte_config,
    "env": environment,
}
"""By the word that `export` takes. kubernetes-secret, github-actions and report are to come."""


def _quoted(text: str) -> str:
    """A string literal that Python and YAML read alike.

    Profiles hold names of the reference grammar, which have no quote, backslash or control.
    """
    if not text.isprintable() or '"' in text or "\\" in text:
        raise ValueError("a name in the profile cannot stand in code")
    return f'"{text}"'
