"""Image names in a project's own code: read, never run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.core.names import is_path
from wizard.core.project_images import MOST_CHARACTERS, image_names

FOUND = {
    "flytekit": ('from flytekit import ImageSpec\nImageSpec(name="app")', ("app",)),
    "by module": ('import union\nx = union.ImageSpec(registry="r", name="app")', ("app",)),
    "by another name": ('from flytekit import ImageSpec as IS\nIS(name="app")', ("app",)),
    "by position": ('ImageSpec("app")', ("app",)),
    "flyte 2": ('import flyte\nflyte.Image.from_debian_base(name="app")', ("app",)),
    "imported image": ('from flyte import Image as I\nI.from_debian_base(name="app")', ("app",)),
    "dockerfile": ('flyte.Image.from_dockerfile(file=f, registry=r, name="app")', ("app",)),
    "cloned": ('flyte.Image.from_base("u").clone(name="app", extendable=True)', ("app",)),
    "cloned later": ('base = make()\nimage = base.clone(name="app")', ("app",)),
    "in a chain": ('flyte.Image.from_debian_base(name="app").with_pip_packages("x")', ("app",)),
    "a constant": ('NAME = "app"\nImageSpec(name=NAME)', ("app",)),
    "a typed constant": ('NAME: str = "app"\nImageSpec(name=NAME)', ("app",)),
    "capitals": ('ImageSpec(name="My-App")', ("my-app",)),
    "below a folder": ('ImageSpec(name="team/app")', ("team/app",)),
    "in a decorator": ('@task(container_image=ImageSpec(name="app"))\ndef t(): ...', ("app",)),
    "in their order": ('ImageSpec(name="b")\ndef f():\n  ImageSpec(name="a")', ("b", "a")),
    "each once": ('ImageSpec(name="a")\nImageSpec(name="a")', ("a",)),
    "bad escapes": ('x = "\\d"\nImageSpec(name="app")', ("app",)),
}

NOT_FOUND = {
    "no name": 'ImageSpec(registry="ghcr.io/acme")',
    "made at run time": 'ImageSpec(name=f"app-{x}")',
    "no image name": 'ImageSpec(name="a b")',
    "another class": 'Thing(name="app")',
    "another name": 'flyte.TaskEnvironment(name="env")',
    "a released image": 'flyte.Image.from_base("ghcr.io/acme/app:1")',
    "a comment": '# ImageSpec(name="app")',
    "no Python": "def (",
    "a null byte": "ImageSpec(name='app')\0",
    "far too deep": "(" * 100_000,
    "far too long": "#" * MOST_CHARACTERS + '\nImageSpec(name="app")',
    "nothing": "",
}


@pytest.mark.parametrize(("source", "names"), FOUND.values(), ids=FOUND)
def test_the_names_of_images_are_found(source: str, names: tuple[str, ...]) -> None:
    assert image_names(source) == names


@pytest.mark.parametrize("source", NOT_FOUND.values(), ids=NOT_FOUND)
def test_what_names_no_image_gives_none(source: str) -> None:
    assert image_names(source) == ()


def test_code_is_never_run() -> None:
    assert image_names('raise SystemExit\nImageSpec(name="app")') == ("app",)


@given(st.text(max_size=80).map(lambda text: f"ImageSpec(name={text!r})\n{text}"))
def test_any_text_gives_valid_names_or_none(source: str) -> None:
    assert all(is_path(name) for name in image_names(source))
