"""The nearest preset is found, upwards, and only where it may be trusted to propose."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wizard.clients.preset import find_preset
from wizard.core.preset import MOST_BYTES, PresetError

TEXT = 'registry = "ghcr.io/acme"\n'


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    folder = tmp_path / "above" / "repo" / "a" / "b"
    folder.mkdir(parents=True)
    (tmp_path / "above" / "repo" / ".git").mkdir()
    return folder


def put(folder: Path, text: str = TEXT) -> Path:
    file = folder / ".registry-wizard.toml"
    file.write_text(text)
    return file


def test_the_nearest_one_is_proposed_with_its_path(home: Path, deep: Path) -> None:
    assert find_preset(deep, home) is None
    for folder in (deep.parents[2], deep.parents[1], deep):
        file = put(folder)
        found = find_preset(deep, home)
        assert found is not None
        assert found.file == str(file)
        assert found.registry == "ghcr.io/acme"


def test_what_cannot_be_used_names_its_file(home: Path, deep: Path) -> None:
    file = put(deep, "registry = ")

    with pytest.raises(PresetError, match=str(file)):
        find_preset(deep, home)


def test_one_that_is_too_large_is_refused(home: Path, deep: Path) -> None:
    put(deep, TEXT + "# " + "x" * MOST_BYTES)

    with pytest.raises(PresetError, match="larger"):
        find_preset(deep, home)


def test_a_pipe_of_that_name_keeps_nobody_waiting(home: Path, deep: Path) -> None:
    os.mkfifo(deep / ".registry-wizard.toml")

    assert find_preset(deep, home) is None


def test_above_the_repository_another_persons_file_proposes_nothing(home: Path, deep: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file to somebody else")
    file = put(deep.parents[2])
    os.chown(file, 12345, 12345)

    assert find_preset(deep, home) is None


def test_the_home_directory_is_no_repository_of_what_lies_in_it(home: Path) -> None:
    put(home)
    inside = home / "project"
    inside.mkdir()

    assert find_preset(inside, home) is None
