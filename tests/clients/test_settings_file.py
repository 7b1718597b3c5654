from __future__ import annotations

import signal
import stat
from pathlib import Path

import pytest

from tests.support.killed import run_python
from wizard.clients.atomic_file import POINTS
from wizard.clients.settings_file import TomlSettings, settings_path
from wizard.core.diagnosis import Problem
from wizard.core.settings import Profile, Proof, Settings, Stopped

PROFILE = Profile("default", "ghcr.io/acme", "ghcr", username="amy")
PROOF = Proof("ghcr.io/acme/x:y", "sha256:" + "a" * 64, "2026-01-02T03:04:05Z", "public")


def test_what_is_saved_is_loaded_again_from_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    proven = Profile("team b", "docker.io/b", "dockerhub", proof=PROOF)
    settings = Settings("default", (PROFILE, proven), Stopped("login", prefix="ghcr.io/acme"))

    TomlSettings(path).save(settings)

    assert TomlSettings(path).load() == settings
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_an_absent_file_is_empty_settings(tmp_path: Path) -> None:
    assert TomlSettings(tmp_path / "config.toml").load() == Settings()


def test_comments_order_and_unknown_keys_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        "# mine\nversion = 1\ncurrent = 'default'  # the one\ntheme = \"dark\"\n\n"
        "[profiles.default]\nkind = 'ghcr' # GitHub\nfuture = [1, 2]\nprefix = 'ghcr.io/acme'\n"
    )
    file = TomlSettings(path)

    file.save(file.load().with_profile(Profile("default", "ghcr.io/other", "ghcr")))

    assert path.read_text() == (
        "# mine\nversion = 1\ncurrent = 'default'  # the one\ntheme = \"dark\"\n\n"
        "[profiles.default]\nkind = 'ghcr' # GitHub\nfuture = [1, 2]\nprefix = \"ghcr.io/other\"\n"
    )


def test_what_another_wizard_added_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    mine, other = TomlSettings(path), TomlSettings(path)
    mine.load()
    other.save(other.load().with_profile(Profile("other", "docker.io/o", "dockerhub")))

    mine.save(Settings("default", (PROFILE,)))

    assert {p.name for p in TomlSettings(path).load().profiles} == {"default", "other"}


def test_a_profile_that_was_removed_is_gone(tmp_path: Path) -> None:
    file = TomlSettings(tmp_path / "config.toml")
    file.save(Settings("default", (PROFILE, Profile("b", "docker.io/b", "dockerhub"))))

    file.save(Settings("default", (PROFILE,)))

    assert TomlSettings(file.path).load().profiles == (PROFILE,)


def test_a_proof_and_a_stop_can_be_taken_away(tmp_path: Path) -> None:
    file = TomlSettings(tmp_path / "config.toml")
    proven = Profile("default", "ghcr.io/acme", "ghcr", proof=PROOF)
    file.save(Settings("default", (proven,), Stopped("push")))

    file.save(Settings("default", (PROFILE,)))

    assert TomlSettings(file.path).load() == Settings("default", (PROFILE,))


@pytest.mark.parametrize(
    ("content", "cause", "place"),
    [
        (b"version = 1\ncurrent = ", "config.wizard-damaged", ("2", "1")),
        (b"version = 1\ncurrent = 5\n", "config.wizard-damaged", ("2", "1")),
        (b'version = "x"\n', "config.wizard-damaged", ("1", "1")),
        (b"profiles = 3\n", "config.wizard-damaged", ("1", "1")),
        (b"version = 1\n[profiles]\ndefault = 3\n", "config.wizard-damaged", ("3", "1")),
        (b"[profiles.x]\nkind = 'ghcr'\n", "config.wizard-damaged", ("1", "1")),
        (b"[stopped]\nstep = 1\n", "config.wizard-damaged", ("2", "1")),
        (b"version = 1\n\xff\n", "config.wizard-damaged", ("2", "1")),
        (b"#" * ((1 << 20) + 1), "config.wizard-damaged", ("1", "1")),
        (b"version = 2\nnew = 'shape'\n", "config.wizard-newer", None),
    ],
)
def test_a_damaged_or_newer_file_is_named_and_never_written_over(
    tmp_path: Path, content: bytes, cause: str, place: tuple[str, str] | None
) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)

    with pytest.raises(Problem) as loading:
        TomlSettings(path).load()
    with pytest.raises(Problem) as saving:
        TomlSettings(path).save(Settings("default", (PROFILE,)))

    assert (loading.value.cause, saving.value.cause) == (cause, cause)
    facts = loading.value.evidence[0].facts
    assert facts["file"] == str(path)
    assert place is None or (facts["line"], facts["column"]) == place
    assert path.read_bytes() == content


def test_a_link_is_followed_and_kept(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles.toml", tmp_path / "config.toml"
    real.write_text("# kept\n")
    link.symlink_to(real)

    TomlSettings(link).save(Settings("default", (PROFILE,)))

    assert link.is_symlink()
    assert real.read_text().startswith("# kept\n")
    assert TomlSettings(link).load().current == "default"


def test_a_place_that_cannot_be_written_is_a_named_cause(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Problem) as refused:
        TomlSettings(tmp_path / "file" / "config.toml").save(Settings())

    assert refused.value.cause in ("config.wizard-unwritable", "config.wizard-damaged")


def test_the_option_wins_over_the_variable_and_that_over_the_platform(home: Path) -> None:
    environ = {"REGISTRY_WIZARD_CONFIG": "/a/b.toml"}

    assert settings_path(environ, Path("/c.toml")) == Path("/c.toml")
    assert settings_path(environ) == Path("/a/b.toml")
    assert settings_path({}).is_relative_to(home)


_SAVE = """
import sys
from pathlib import Path
from wizard.clients.settings_file import TomlSettings
from wizard.core.settings import Profile

file = TomlSettings(Path(sys.argv[1]), on_point=Die(sys.argv[2]))
file.save(file.load().with_profile(Profile("new", "docker.io/n", "dockerhub")))
"""


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_of_a_write_the_file_is_whole_and_the_next_start_goes_on(
    tmp_path: Path, point: str
) -> None:
    path = tmp_path / "config.toml"
    TomlSettings(path).save(Settings("default", (PROFILE,)))

    ended = run_python(_SAVE, str(path), point)
    after = TomlSettings(path).load()
    TomlSettings(path).save(Settings("default", (PROFILE,)))

    assert ended.returncode == -signal.SIGKILL
    assert after.profile("default") == PROFILE
    assert (after.profile("new") is not None) is (point in ("replaced", "folder-synced"))
    assert [entry.name for entry in tmp_path.iterdir()] == ["config.toml"]
