"""The prefix as a value. How it is read from what people type: tests/registries/test_parsing.py."""

from __future__ import annotations

import pytest

from wizard.core.names import InvalidNameError
from wizard.core.prefix import Prefix


def test_a_prefix_prints_as_an_imagespec_takes_it() -> None:
    assert str(Prefix("ghcr", "ghcr.io", "acme")) == "ghcr.io/acme"
    assert str(Prefix("other", "localhost:30000")) == "localhost:30000"


def test_images_go_below_the_path_or_right_below_the_host() -> None:
    assert str(Prefix("ghcr", "ghcr.io", "acme").repository("app")) == "ghcr.io/acme/app"
    assert str(Prefix("other", "localhost:30000").repository("app")) == "localhost:30000/app"
    tagged = Prefix("gar", "us-docker.pkg.dev", "proj-1/images").reference("a/b", "v1")
    assert str(tagged) == "us-docker.pkg.dev/proj-1/images/a/b:v1"


@pytest.mark.parametrize("image", ["", "App", "a b", "../x", "a:1", "x\n", "a" * 250])
def test_an_image_name_that_no_registry_takes_is_refused(image: str) -> None:
    with pytest.raises(InvalidNameError):
        Prefix("ghcr", "ghcr.io", "acme").repository(image)


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("", ""),
        ("GHCR.io", "acme"),
        ("ghcr.io/", ""),
        ("ghcr.io", "Acme"),
        ("ghcr.io", "a/"),
        ("a b", ""),
    ],
)
def test_a_prefix_that_exists_is_valid(host: str, path: str) -> None:
    with pytest.raises(InvalidNameError):
        Prefix("ghcr", host, path)
