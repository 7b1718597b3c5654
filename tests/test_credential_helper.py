from __future__ import annotations

import json
import os
import pty
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clouds import ADA, GAR_HOST, StandInGcloud, write_minted
from tests.support.credential_helpers import Machine
from tests.support.keyrings import lock_keyring, own_helper, unlocked_keyring

CANARY = "CANARY-e07d"
NOT_FOUND = "credentials not found in native keychain"


@pytest.fixture
def machine(home: Path) -> Machine:
    machine = Machine(home)
    own_helper(machine)
    return machine


@pytest.fixture
def keyring(machine: Machine) -> Iterator[Machine]:
    with unlocked_keyring(machine):
        yield machine


def call(machine: Machine, action: str, stdin: str = "") -> tuple[int, str]:
    """Exit status and what stdout said; nothing may ever stand on stderr."""
    ended = subprocess.run(
        [machine.bin / "docker-credential-registry-wizard", *([action] if action else [])],
        check=False,
        input=stdin,
        capture_output=True,
        text=True,
        env=machine.environ,
        timeout=30,
    )
    assert ended.stderr == ""
    return ended.returncode, ended.stdout.strip()


def login(server: str = "ghcr.io", user: str = "amy", secret: str = CANARY) -> str:
    return json.dumps({"ServerURL": server, "Username": user, "Secret": secret})


@pytest.mark.engine
def test_it_speaks_the_protocol_as_docker_expects_it(keyring: Machine) -> None:
    assert call(keyring, "store", login()) == (0, "")
    assert call(keyring, "store", login("docker.io", "zed")) == (0, "")

    code, said = call(keyring, "get", " ghcr.io\n")
    assert (code, json.loads(said)) == (
        0,
        {"ServerURL": "ghcr.io", "Username": "amy", "Secret": CANARY},
    )
    assert json.loads(call(keyring, "list")[1]) == {"ghcr.io": "amy", "docker.io": "zed"}
    assert call(keyring, "erase", "ghcr.io") == (0, "")
    assert call(keyring, "get", "ghcr.io") == (1, NOT_FOUND)
    assert json.loads(call(keyring, "list")[1]) == {"docker.io": "zed"}


@pytest.mark.engine
def test_one_server_has_one_account(keyring: Machine) -> None:
    call(keyring, "store", login(user="amy"))
    call(keyring, "store", login(user="zed"))

    assert json.loads(call(keyring, "get", "ghcr.io")[1])["Username"] == "zed"
    assert json.loads(call(keyring, "list")[1]) == {"ghcr.io": "zed"}


@pytest.mark.engine
def test_two_logins_stored_at_once_are_both_listed(keyring: Machine) -> None:
    program = keyring.bin / "docker-credential-registry-wizard"
    running = []
    for number in range(6):
        process = subprocess.Popen([program, "store"], stdin=subprocess.PIPE, env=keyring.environ)
        assert process.stdin
        process.stdin.write(login(f"h{number}").encode())
        process.stdin.close()
        running.append(process)

    assert [process.wait(30) for process in running] == [0] * 6
    assert set(json.loads(call(keyring, "list")[1])) == {f"h{number}" for number in range(6)}


@pytest.mark.engine
def test_a_locked_keyring_is_said_to_be_locked(keyring: Machine) -> None:
    call(keyring, "store", login())
    lock_keyring(keyring)

    assert call(keyring, "get", "ghcr.io") == (1, "the keyring is locked")
    assert call(keyring, "store", login()) == (1, "the keyring is locked")


@pytest.mark.engine
@pytest.mark.parametrize(
    "variables",
    [
        {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
        {"PYTHON_KEYRING_BACKEND": "no.such.Backend"},
        {"KEYRING_PROPERTY_APPID": "elsewhere"},
    ],
)
def test_no_variable_chooses_another_keyring(keyring: Machine, variables: dict[str, str]) -> None:
    original = dict(keyring.environ)
    keyring.environ |= variables
    assert call(keyring, "store", login()) == (0, "")
    keyring.environ.clear()
    keyring.environ |= original

    assert json.loads(call(keyring, "get", "ghcr.io")[1])["Secret"] == CANARY


def test_without_a_keyring_it_fails_and_never_says_that_there_is_no_login(
    machine: Machine,
) -> None:
    for action, stdin in (("get", "ghcr.io"), ("store", login()), ("list", "unused")):
        code, said = call(machine, action, stdin)
        assert code == 1
        assert said.startswith("no keyring runs here")
        assert CANARY not in said


def test_a_bus_that_never_answers_is_given_up(machine: Machine, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(tmp_path / "bus"))
        bus.listen()
        machine.environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={tmp_path / 'bus'}"
        began = time.monotonic()

        code, said = call(machine, "get", "ghcr.io")

    assert code == 1
    assert said != NOT_FOUND
    assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    ("action", "stdin", "said"),
    [
        ("get", "", "no credentials server URL"),
        ("erase", "\n", "no credentials server URL"),
        ("store", login(server=""), "no credentials server URL"),
        ("store", login(user=""), "no credentials username"),
        ("store", "not json " + CANARY, "the login on stdin is not the JSON of a credential"),
        ("store", '{"ServerURL": "h", "Username": "u", "Secret": 5}', "the login on stdin is not"),
        ("store", login(secret="x" * 70_000), "longer than 64 KiB"),
        ("dance", "", "unknown action"),
        ("", "", "usage: docker-credential-registry-wizard"),
    ],
)
def test_a_bad_question_is_answered_as_other_helpers_do(
    machine: Machine, action: str, stdin: str, said: str
) -> None:
    code, answer = call(machine, action, stdin)

    assert code == 1
    assert said in answer
    assert CANARY not in answer


def test_it_says_its_version_without_any_keyring(machine: Machine) -> None:
    code, said = call(machine, "version")

    assert code == 0
    assert said.startswith("docker-credential-registry-wizard (registry-wizard) ")


def test_it_refuses_to_be_asked_from_a_terminal(machine: Machine) -> None:
    ours, theirs = pty.openpty()
    try:
        ended = subprocess.run(
            [machine.bin / "docker-credential-registry-wizard", "get"],
            check=False,
            stdin=theirs,
            capture_output=True,
            text=True,
            env=machine.environ,
            timeout=30,
        )
    finally:
        os.close(ours)
        os.close(theirs)

    assert ended.returncode == 1
    assert "run by docker" in ended.stdout


# --- whatever surrounds it ------------------------------------------------------------------


def test_code_on_the_python_path_or_in_the_folder_never_sees_a_secret(
    machine: Machine, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    code = f"import pathlib; pathlib.Path({str(seen)!r}).write_text('here')\n"
    for folder in (tmp_path / "path", tmp_path / "here"):
        (folder / "keyring" / "backends").mkdir(parents=True)
        for name in ("keyring/__init__.py", "secretstorage.py", "hashlib.py", "getpass.py"):
            (folder / name).write_text(code)
    machine.environ["PYTHONPATH"] = str(tmp_path / "path")
    os.chdir(tmp_path / "here")

    for action, stdin in (("store", login()), ("get", "ghcr.io"), ("erase", "ghcr.io")):
        assert call(machine, action, stdin)[0] == 1

    assert not seen.exists()


@pytest.mark.engine
def test_a_keyringrc_chooses_no_other_keyring(keyring: Machine) -> None:
    folder = keyring.home / ".config" / "python_keyring"
    folder.mkdir(parents=True)
    (folder / "keyringrc.cfg").write_text(
        f"[backend]\ndefault-keyring=stolen.Keyring\nkeyring-path={folder}\n"
    )
    (folder / "stolen.py").write_text(f"open({str(folder / 'ran')!r}, 'w')\n")

    assert call(keyring, "store", login()) == (0, "")
    assert json.loads(call(keyring, "get", "ghcr.io")[1])["Secret"] == CANARY
    assert not (folder / "ran").exists()


def test_a_desktops_empty_path_is_enough_to_run_it(machine: Machine) -> None:
    machine.environ["PATH"] = "/nowhere"

    assert call(machine, "version")[0] == 0
    assert call(machine, "get", "ghcr.io")[1].startswith("no keyring runs here")


def test_it_tells_how_to_leave_it(machine: Machine) -> None:
    code, said = call(machine, "uninstall")

    assert code == 0
    assert "registry-wizard undo --all --yes" in said
    assert '"credHelpers"' in said


# --- logins made from a cloud's session -----------------------------------------------------


def test_a_login_is_made_from_the_session_that_was_agreed_to(machine: Machine) -> None:
    gcloud = StandInGcloud(machine)
    write_minted(machine)

    code, said = call(machine, "get", f"https://{GAR_HOST}/v2/\n")

    assert (code, json.loads(said)["Username"]) == (0, "oauth2accesstoken")
    assert json.loads(said)["Secret"] == "CANARY-token-1"
    assert "--account=ada@example.com" in gcloud.calls[0]
    # Without a keyring nothing is kept anywhere.
    assert json.loads(call(machine, "get", GAR_HOST)[1])["Secret"] == "CANARY-token-2"


def test_other_registries_are_none_of_the_clouds(machine: Machine) -> None:
    gcloud = StandInGcloud(machine)
    write_minted(machine)

    assert call(machine, "get", "us-docker.pkg.dev")[1].startswith("no keyring runs here")
    assert gcloud.calls == []


@pytest.mark.engine
def test_a_token_is_kept_in_the_keyring_until_shortly_before_its_end(keyring: Machine) -> None:
    gcloud = StandInGcloud(keyring)
    write_minted(keyring)
    for _ in range(2):
        assert json.loads(call(keyring, "get", GAR_HOST)[1])["Secret"] == "CANARY-token-1"
    assert len(gcloud.calls) == 1
    assert json.loads(call(keyring, "list")[1]) == {}

    # `docker logout` drops it, and another session never gets it.
    assert call(keyring, "erase", GAR_HOST) == (0, "")
    assert json.loads(call(keyring, "get", GAR_HOST)[1])["Secret"] == "CANARY-token-2"
    write_minted(keyring, origin="gcloud:zed@example.com")
    assert json.loads(call(keyring, "get", GAR_HOST)[1])["Secret"] == "CANARY-token-3"
    write_minted(keyring)
    StandInGcloud(keyring, lasts_s=200)
    assert json.loads(call(keyring, "get", GAR_HOST)[1])["Secret"] == "CANARY-token-4"
    assert json.loads(call(keyring, "get", GAR_HOST)[1])["Secret"] == "CANARY-token-5"


@pytest.mark.engine
def test_a_locked_keyring_does_not_stand_in_the_way_of_a_fresh_token(keyring: Machine) -> None:
    StandInGcloud(keyring)
    write_minted(keyring)
    lock_keyring(keyring)

    assert json.loads(call(keyring, "get", GAR_HOST)[1])["Secret"] == "CANARY-token-1"


def test_a_session_that_is_over_is_an_error_with_its_reason_and_never_not_found(
    machine: Machine,
) -> None:
    StandInGcloud(machine, is_broken=True)
    write_minted(machine)

    code, said = call(machine, "get", GAR_HOST)

    assert code == 1
    assert said.startswith(f"Google ({ADA}) gives no login for {GAR_HOST}: ")
    assert "gcloud auth login" in said
    assert "CANARY" not in said


def test_nothing_can_be_stored_where_logins_are_made(machine: Machine) -> None:
    write_minted(machine)

    code, said = call(machine, "store", login(GAR_HOST))

    assert code == 1
    assert said.startswith("not implemented")
    assert CANARY not in said


@pytest.mark.parametrize("text", ["", "[]", '{"hosts": []}', '{"hosts": {"x": 5}}', "[" * 9999])
def test_a_damaged_list_of_sessions_harms_no_other_login(machine: Machine, text: str) -> None:
    write_minted(machine).write_text(text)

    assert call(machine, "get", GAR_HOST)[1].startswith("no keyring runs here")
