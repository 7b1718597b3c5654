"""`export`: each hand-over goes to stdout, and a login only to one who asked for it."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
import yaml

from tests.support.command_line import wizard

SETTINGS = """\
version = 1
current = "work"

[profiles.work]
prefix = "{prefix}"
kind = "{kind}"
image = "my-app"
"""
TOKEN = "canary-token-4e1f"


def with_profile(
    home: Path, prefix: str = "registry.example.com/team", kind: str = "other"
) -> None:
    file = home / ".config" / "registry-wizard" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(SETTINGS.format(prefix=prefix, kind=kind))


def with_login(home: Path, server: str, username: str) -> None:
    docker = home / ".docker"
    docker.mkdir()
    auth = base64.b64encode(f"{username}:{TOKEN}".encode()).decode()
    (docker / "config.json").write_text(json.dumps({"auths": {server: {"auth": auth}}}))


def test_the_kubernetes_secret_holds_the_login_that_docker_finds(home: Path) -> None:
    with_profile(home)
    with_login(home, "registry.example.com", "ada")

    ran = wizard("export", "kubernetes-secret")

    assert ran.code == 0
    data = yaml.safe_load(ran.out)["data"][".dockerconfigjson"]
    auths = json.loads(base64.b64decode(data))["auths"]
    assert base64.b64decode(auths["registry.example.com"]["auth"]) == f"ada:{TOKEN}".encode()
    assert "the login of ada" in ran.err
    assert TOKEN not in ran.err + ran.out


def test_no_json_document_ever_holds_the_login(home: Path) -> None:
    with_profile(home)
    with_login(home, "registry.example.com", "ada")

    ran = wizard("export", "kubernetes-secret", "--json")

    assert ran.code == 2
    assert TOKEN not in ran.out
    assert "leave --json out" in ran.document["error"]["summary"]


def test_without_a_login_there_is_nothing_to_hand_over(home: Path) -> None:
    with_profile(home)

    ran = wizard("export", "kubernetes-secret")

    assert ran.code == 1
    assert "login.missing" in ran.err
    assert ran.out == ""


def test_a_login_that_ends_within_hours_is_refused(home: Path) -> None:
    host = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
    with_profile(home, host, "ecr")
    with_login(home, host, "AWS")

    ran = wizard("export", "kubernetes-secret")

    assert ran.code == 1
    assert "pull.secret-short-lived" in ran.err
    assert ran.out == ""


def test_the_workflow_is_for_the_profiles_registry(home: Path) -> None:
    with_profile(home)

    ran = wizard("export", "github-actions")

    assert ran.code == 0
    assert yaml.safe_load(ran.out)["jobs"]["deploy"]["runs-on"] == "ubuntu-latest"
    assert "registry.example.com/team" in ran.out


@pytest.mark.parametrize("anonymous", [True, False])
def test_the_report_tells_what_is_broken_and_hides_names_when_asked(
    home: Path, anonymous: bool
) -> None:
    with_profile(home, "registry.acme.test/vision")
    with_login(home, "registry.acme.test", "lovelace")

    ran = wizard("export", "report", "--timeout", "2", *(["--anonymous"] if anonymous else []))

    assert ran.code == 0
    assert ran.out.startswith("# registry-wizard report\n")
    assert "network.dns" in ran.out
    assert ("acme" in ran.out) is not anonymous
    assert TOKEN not in ran.out + ran.err


def switched(home: Path) -> Path:
    """A saved hand-over of one profile, and another profile to switch to."""
    with_profile(home)
    settings = home / ".config" / "registry-wizard" / "config.toml"
    settings.write_text(
        f'{settings.read_text()}\n[profiles.other]\nprefix = "ghcr.io/acme"\nkind = "ghcr"\n'
        'image = "my-app"\n'
    )
    file = home / "image.py"
    assert wizard("export", "imagespec", "--output", str(file)).code == 0
    return file


def test_a_saved_hand_over_follows_a_switch(home: Path) -> None:
    file = switched(home)
    assert 'registry="registry.example.com/team"' in file.read_text()

    ran = wizard("switch", "other", "--yes", "--timeout", "1")

    assert 'registry="ghcr.io/acme"' in file.read_text()
    assert f"{file} names ghcr.io/acme now" in ran.err
    wizard("switch", "work", "--yes", "--timeout", "1")
    assert 'registry="registry.example.com/team"' in file.read_text()


def test_a_hand_over_that_somebody_changed_stays_as_it_is(home: Path) -> None:
    file = switched(home)
    file.write_text(f"{file.read_text()}# mine\n")
    before = file.read_bytes()

    ran = wizard("switch", "other", "--yes", "--timeout", "1")

    assert file.read_bytes() == before
    assert "was changed since it was saved" in ran.err


def test_without_consent_a_switch_only_shows_what_it_would_change(home: Path) -> None:
    file = switched(home)
    before = file.read_bytes()

    ran = wizard("switch", "other", "--timeout", "1")

    assert file.read_bytes() == before
    assert '+    registry="ghcr.io/acme",' in ran.err


def test_saving_never_writes_over_a_file(home: Path) -> None:
    file = switched(home)
    before = file.read_bytes()

    ran = wizard("export", "env", "--output", str(file))

    assert ran.code == 0
    assert file.read_bytes() == before
    assert (home / "image-2.py").exists()
