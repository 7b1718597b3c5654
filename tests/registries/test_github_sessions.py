"""Logins that are on the machine already: the environment's, and gh's.

gh is a stand-in here: a script that speaks gh's documented interface (`gh auth status`,
`gh auth token`) in the words of its older and newer versions.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.github import Said, github, said
from wizard.core.ports import Outside
from wizard.core.secret import Credential, Secret
from wizard.registries import for_host

GHCR = for_host("ghcr.io")
GH_TOKEN = "gho_" + "C" * 36
ENV_TOKEN = "ghp_" + "E" * 36

NEWER = """github.com
  ✓ Logged in to github.com account Octo (keyring)
  - Active account: true
  - Git operations protocol: https
  - Token: gho_************************************
  - Token scopes: 'gist', 'read:org', 'repo', 'write:packages'
"""
SECOND_ACTIVE = """github.com
  ✓ Logged in to github.com account mona (keyring)
  - Active account: false
  - Token: gho_************************************

  ✓ Logged in to github.com account Octo (keyring)
  - Active account: true
"""
OLDER = """github.com
  ✓ Logged in to github.com as Octo (/home/octo/.config/gh/hosts.yml)
  ✓ Token: *******************
"""
NOBODY = "You are not logged into any GitHub hosts. To log in, run: gh auth login"


def stand_in_gh(
    home: Path,
    status: str,
    *,
    token: str = GH_TOKEN,
    status_to: str = "1",
    status_code: int = 0,
    sleep_s: int = 0,
) -> Mapping[str, str]:
    """Put a `gh` on PATH that answers so; the environment in which it is found."""
    folder = home / "bin"
    folder.mkdir()
    (folder / "status").write_text(status)
    script = folder / "gh"
    script.write_text(
        "#!/bin/sh\n"
        f"sleep {sleep_s}\n"
        f'env > "{folder}/environment"\n'
        'case "$1 $2 $3 $4" in\n'
        f'"auth status --hostname github.com") cat "{folder}/status" >&{status_to}; '
        f"exit {status_code};;\n"
        f'"auth token --hostname github.com") echo "{token}"; exit {0 if token else 1};;\n'
        "esac\nexit 2\n"
    )
    script.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(home)}


async def found(world: Outside) -> tuple[Credential, ...]:
    sessions = await GHCR.sessions("ghcr.io", world)
    return tuple(session.credential for session in sessions if session.credential)


async def proposed(world: Outside) -> dict[str, str]:
    return {k: v async for known in GHCR.suggest(world) for k, v in known.answers.items()}


@pytest.mark.parametrize(("status", "to"), [(NEWER, "1"), (SECOND_ACTIVE, "1"), (OLDER, "2")])
async def test_the_active_account_of_gh_is_a_session(home: Path, status: str, to: str) -> None:
    environ = stand_in_gh(home, status, status_to=to)
    async with github(home, **environ) as hub:
        assert await found(hub.world) == (Credential("Octo", Secret(GH_TOKEN)),)
        assert await proposed(hub.world) == {"owner": "octo"}
        assert hub.asked == []


async def test_one_broken_login_of_gh_does_not_hide_the_good_one(home: Path) -> None:
    broken = NEWER + "\nghe.example.com\n  X Failed to log in to ghe.example.com account x\n"
    async with github(home, **stand_in_gh(home, broken, status_code=1)) as hub:
        assert [one.username for one in await found(hub.world)] == ["Octo"]


async def test_gh_without_a_login_is_no_session(home: Path) -> None:
    environ = stand_in_gh(home, NOBODY, status_to="2", status_code=1, token="")
    async with github(home, **environ) as hub:
        assert await found(hub.world) == ()
        assert await proposed(hub.world) == {}


async def test_a_login_whose_token_gh_does_not_give_is_no_session(home: Path) -> None:
    async with github(home, **stand_in_gh(home, NEWER, token="")) as hub:
        assert await found(hub.world) == ()


async def test_a_machine_without_gh_has_no_session(home: Path) -> None:
    async with github(home, PATH=str(home)) as hub:
        assert await found(hub.world) == ()
        assert await proposed(hub.world) == {}


@pytest.mark.parametrize("name", ["GH_TOKEN", "GITHUB_TOKEN"])
async def test_a_token_of_the_environment_comes_first_with_its_owner(home: Path, name: str) -> None:
    environ = {**stand_in_gh(home, NEWER), name: ENV_TOKEN}
    async with github(home, **environ) as hub:
        hub.answers["GET /user"] = said({"login": "Robot"}, scopes="write:packages")

        assert await found(hub.world) == (
            Credential("Robot", Secret(ENV_TOKEN)),
            Credential("Octo", Secret(GH_TOKEN)),
        )


async def test_gh_is_not_given_the_tokens_of_the_environment(home: Path) -> None:
    environ = {**stand_in_gh(home, NEWER), "GH_TOKEN": ENV_TOKEN, "GITHUB_TOKEN": ENV_TOKEN}
    async with github(home, **environ) as hub:
        await found(hub.world)

    assert ENV_TOKEN not in (home / "bin" / "environment").read_text()


async def test_one_token_in_two_places_is_one_session(home: Path) -> None:
    environ = {**stand_in_gh(home, NEWER), "GH_TOKEN": GH_TOKEN, "GITHUB_TOKEN": GH_TOKEN}
    async with github(home, **environ) as hub:
        hub.answers["GET /user"] = said({"login": "Octo"}, scopes="write:packages")

        assert await found(hub.world) == (Credential("Octo", Secret(GH_TOKEN)),)


@pytest.mark.parametrize(
    "answer", [said({}, 401), said(["x"]), said({"login": "a b\x1b"}), said({"login": 3})]
)
async def test_a_token_whose_owner_is_unknown_still_has_a_user_name(
    home: Path, answer: Said
) -> None:
    async with github(home, PATH="", GH_TOKEN=ENV_TOKEN) as hub:
        hub.answers["GET /user"] = answer

        assert await found(hub.world) == (Credential("token", Secret(ENV_TOKEN)),)


async def test_text_that_is_no_token_is_left_alone(home: Path) -> None:
    async with github(home, PATH="", GH_TOKEN="two words", GITHUB_TOKEN="é") as hub:
        assert await found(hub.world) == ()
        assert hub.asked == []


async def test_a_gh_that_hangs_is_left_behind_at_its_deadline(home: Path) -> None:
    environ = stand_in_gh(home, NEWER, sleep_s=60)
    async with github(home, timeout_s=0.2, **environ) as hub:
        assert await found(hub.world) == ()


async def test_in_a_workflow_the_owner_of_the_repository_is_proposed(home: Path) -> None:
    async with github(home, PATH="", GITHUB_REPOSITORY_OWNER="Acme") as hub:
        assert await proposed(hub.world) == {"owner": "acme"}
