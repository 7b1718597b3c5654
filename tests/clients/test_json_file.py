from __future__ import annotations

import asyncio
import base64
import os
import signal
import stat
from pathlib import Path

import pytest

from tests.support.killed import run_python
from tests.support.needs import need_root
from wizard.clients.atomic_file import POINTS
from wizard.clients.json_file import JsonFile, Rewritten
from wizard.core.diagnosis import Problem
from wizard.core.json_edit import Edit, apply

CANARY = "CANARY-40c2"
AUTH = base64.b64encode(f"amy:{CANARY}".encode()).decode()
HELPER = Edit(("credHelpers", "ghcr.io"), "pass")


@pytest.fixture
def locks(tmp_path: Path) -> Path:
    return tmp_path / "state" / "locks"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / ".docker"
    folder.mkdir(mode=0o700)
    return folder / "config.json"


async def edited(file: JsonFile, *edits: Edit) -> Rewritten | None:
    async with file.locked():
        return file.rewrite(lambda now: apply(now, edits), file.unrecorded)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{\n  // mine\n  "auths": {}\n}', "line 2, column 3: a comment"),
        (b'\xef\xbb\xbf{"auths": {}}', "byte order mark"),
        (b'{"auths": {},}', "a comma stands before a closing bracket"),
        (b"[]", "outermost value"),
        (b'{"auths": {}, "auths": {}}', "stands there twice"),
        (b'{"a": "' + b"x" * (10 << 20) + b'"}', "larger than 1 MiB"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": "\\udc00"}', "surrogate"),
        (b'{"a": 1} trailing', "extra data"),
        (b'{"AUTHS": {}}', "only in its case"),
        (b'{"auths": {"h": {"auth": "%"}}}', "not base64"),
        (b'{"auths": {"h": "x"}}', "not an object"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_docker_would_destroy_is_refused_and_left_as_it_is(
    config: Path, locks: Path, content: bytes, said: str
) -> None:
    config.write_bytes(content)
    file = JsonFile(config, locks)

    with pytest.raises(Problem) as reading:
        file.read()
    with pytest.raises(Problem) as writing:
        await edited(file, HELPER)

    assert reading.value.cause == writing.value.cause == "config.docker-malformed"
    assert said in reading.value.evidence[0].answered
    assert reading.value.evidence[0].facts["file"] == str(config)
    assert config.read_bytes() == content
    assert list(config.parent.iterdir()) == [config]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            b'{\r\n\t"a": 1\r\n}',
            b'{\r\n\t"a": 1,\r\n\t"credHelpers": {\r\n\t\t"ghcr.io": "pass"\r\n\t}\r\n}',
        ),
        (
            b'{\n  "a": 1\n}\n',
            b'{\n  "a": 1,\n  "credHelpers": {\n    "ghcr.io": "pass"\n  }\n}\n',
        ),
        (b'{"z":1,"a":2}', b'{"z":1,"a":2,"credHelpers":{"ghcr.io":"pass"}}'),
        (b"", b'{\n\t"credHelpers": {\n\t\t"ghcr.io": "pass"\n\t}\n}'),
    ],
)
async def test_only_our_key_is_added_and_every_other_byte_stays(
    config: Path, locks: Path, before: bytes, after: bytes
) -> None:
    config.write_bytes(before)

    await edited(JsonFile(config, locks), HELPER)

    assert config.read_bytes() == after


async def test_five_hundred_hosts_and_unknown_keys_stay(config: Path, locks: Path) -> None:
    hosts = ",\n".join(f'\t\t"h{i}.example": {{"auth": "{AUTH}", "x": {i}.50}}' for i in range(500))
    before = f'{{\n\t"auths": {{\n{hosts}\n\t}},\n\t"mine": [1,  2]\n}}\n'
    config.write_text(before)

    await edited(JsonFile(config, locks), HELPER)

    assert config.read_text() == before.replace(
        "[1,  2]\n}", '[1,  2],\n\t"credHelpers": {\n\t\t"ghcr.io": "pass"\n\t}\n}'
    )


async def test_a_new_file_and_its_folder_are_for_their_owner_alone(
    tmp_path: Path, locks: Path
) -> None:
    path = tmp_path / "new" / "config.json"

    await edited(JsonFile(path, locks), HELPER)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("content", "mode"), [(f'{{"auths": {{"h": {{"auth": "{AUTH}"}}}}}}', 0o600), ("{}", 0o644)]
)
async def test_a_file_with_a_secret_inside_becomes_its_owners_alone(
    config: Path, locks: Path, content: str, mode: int
) -> None:
    config.write_text(content)
    config.chmod(0o644)

    await edited(JsonFile(config, locks), HELPER)

    assert stat.S_IMODE(config.stat().st_mode) == mode


@pytest.mark.parametrize("is_relative", [True, False])
async def test_a_link_is_followed_and_kept(
    config: Path, locks: Path, tmp_path: Path, *, is_relative: bool
) -> None:
    real = tmp_path / "dotfiles" / "docker.json"
    real.parent.mkdir(mode=0o755)
    real.write_text("{}")
    config.symlink_to("../dotfiles/docker.json" if is_relative else real)

    await edited(JsonFile(config, locks), HELPER)

    assert config.is_symlink()
    assert "ghcr.io" in real.read_text()
    assert sorted(p.name for p in real.parent.iterdir()) == ["docker.json"]


async def test_a_link_into_an_existing_folder_makes_its_target(
    config: Path, locks: Path, tmp_path: Path
) -> None:
    config.symlink_to(tmp_path / "target.json")

    await edited(JsonFile(config, locks), HELPER)

    assert config.is_symlink()
    assert "ghcr.io" in (tmp_path / "target.json").read_text()


_IN_A_TMPFS = """
import asyncio, ctypes, subprocess, sys
from pathlib import Path
from wizard.clients.json_file import JsonFile
from wizard.core.diagnosis import Problem
from wizard.core.json_edit import Edit, apply

config, locks, folder = (Path(text) for text in sys.argv[1:4])
assert ctypes.CDLL(None).unshare(0x00020000) == 0  # CLONE_NEWNS
subprocess.run(["mount", "--make-rprivate", "/"], check=True)
subprocess.run(
    ["mount", "-t", "tmpfs", "-o", "size=16k,mode=700", "none", str(folder)], check=True
)
(folder / "config.json").write_text("{}")
(folder / "filler").write_bytes(b"x" * int(sys.argv[4]))

async def main():
    file = JsonFile(config, locks)
    async with file.locked():
        edit = Edit(("credsStore",), "x" * 5000)
        try:
            file.rewrite(lambda now: apply(now, [edit]), file.unrecorded)
        except Problem as problem:
            print(problem.cause, problem.evidence[0].fault)
    print(config.is_symlink(), len(config.read_text()), sorted(p.name for p in folder.iterdir()))

asyncio.run(main())
"""


def test_a_link_to_another_filesystem_is_followed(
    config: Path, locks: Path, tmp_path: Path
) -> None:
    need_root()
    other = tmp_path / "other"
    other.mkdir()
    config.symlink_to(other / "config.json")

    ended = run_python(_IN_A_TMPFS, str(config), str(locks), str(other), "0")

    assert ended.stdout.decode() == "True 5021 ['config.json', 'filler']\n", ended.stderr.decode()


def test_a_full_disk_leaves_the_file_and_nothing_beside_it(config: Path, locks: Path) -> None:
    need_root()

    ended = run_python(_IN_A_TMPFS, str(config), str(locks), str(config.parent), "8192")

    assert ended.stdout.decode() == (
        "config.docker-unwritable full\nFalse 2 ['config.json', 'filler']\n"
    ), ended.stderr.decode()


async def test_a_loop_of_links_is_named(config: Path, locks: Path) -> None:
    config.symlink_to(config)

    with pytest.raises(Problem) as refused:
        await edited(JsonFile(config, locks), HELPER)

    assert refused.value.cause == "config.docker-malformed"
    assert "leads back to itself" in refused.value.evidence[0].answered


@pytest.mark.parametrize("what", ["folder", "pipe"])
async def test_what_is_no_file_is_named_at_once(config: Path, locks: Path, what: str) -> None:
    config.mkdir() if what == "folder" else os.mkfifo(config)

    with pytest.raises(Problem) as refused:
        await edited(JsonFile(config, locks), HELPER)

    assert refused.value.cause == "config.docker-malformed"
    assert "not a regular file" in refused.value.evidence[0].answered


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("read-only file", "it is read-only"),
        ("read-only folder", "its folder is read-only"),
        ("open folder", "other users may write"),
        ("dangling link", "whose folder does not exist"),
        ("another's", "belongs to another user"),
    ],
)
async def test_what_must_not_be_written_is_named_and_left_as_it_is(
    config: Path, locks: Path, tmp_path: Path, trouble: str, said: str
) -> None:
    config.write_text("{}")
    if trouble == "read-only file":
        config.chmod(0o444)
    elif trouble == "read-only folder":
        config.parent.chmod(0o500)
    elif trouble == "open folder":
        config.parent.chmod(0o775)
    elif trouble == "dangling link":
        config.unlink()
        config.symlink_to(tmp_path / "gone" / "config.json")
    else:
        need_root()
        os.chown(config, 12345, -1)

    with pytest.raises(Problem) as refused:
        await edited(JsonFile(config, locks), HELPER)

    assert refused.value.cause == "config.docker-unwritable"
    assert said in refused.value.evidence[0].answered
    assert not config.exists() or config.read_text() == "{}"


async def test_without_a_place_for_locks_nothing_is_changed(config: Path, locks: Path) -> None:
    config.write_text("{}")
    locks.parent.write_text("")

    with pytest.raises(Problem) as refused:
        await edited(JsonFile(config, locks), HELPER)

    assert refused.value.cause == "config.wizard-unwritable"
    assert config.read_text() == "{}"


async def test_a_writer_who_is_faster_is_not_lost(config: Path, locks: Path) -> None:
    config.write_text("{}")
    others = iter(["one", "two"])

    def somebody_else(point: str) -> None:
        if point == "synced" and (name := next(others, None)):
            config.write_text(f'{{"currentContext": "{name}"}}')

    await edited(JsonFile(config, locks, on_point=somebody_else), HELPER)

    assert config.read_text() == '{"currentContext": "two","credHelpers": {"ghcr.io": "pass"}}'


async def test_a_writer_who_never_stops_is_reported(config: Path, locks: Path) -> None:
    config.write_text("{}")
    count = 0

    def somebody_else(point: str) -> None:
        nonlocal count
        if point == "synced":
            count += 1
            config.write_text(f'{{"a": {count}}}')

    with pytest.raises(Problem) as refused:
        await edited(JsonFile(config, locks, on_point=somebody_else), HELPER)

    assert refused.value.cause == "config.docker-unwritable"
    assert "another program keeps changing it" in refused.value.evidence[0].answered
    assert [p.name for p in config.parent.iterdir()] == ["config.json"]


async def test_a_link_put_there_at_the_last_moment_is_not_written_through(
    config: Path, locks: Path, tmp_path: Path
) -> None:
    config.write_text("{}")
    victim = tmp_path / "victim"
    victim.write_text("{}")

    def attacker(point: str) -> None:
        if point == "compared":
            config.unlink()
            config.symlink_to(victim)

    await edited(JsonFile(config, locks, on_point=attacker), HELPER)

    assert not config.is_symlink()
    assert "ghcr.io" in config.read_text()
    assert victim.read_text() == "{}"


_EDIT = """
import asyncio, sys
from pathlib import Path
from wizard.clients.json_file import JsonFile
from wizard.core.json_edit import Edit, apply

async def main():
    file = JsonFile(Path(sys.argv[1]), Path(sys.argv[2]), on_point=Die(sys.argv[3]))
    async with file.locked():
        edit = Edit(("auths", "ghcr.io", "auth"), sys.argv[4])
        file.rewrite(lambda now: apply(now, [edit]), file.unrecorded)

asyncio.run(main())
"""


@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_any_point_the_file_is_whole_and_the_next_start_sweeps_and_goes_on(
    config: Path, locks: Path, point: str
) -> None:
    before = '{"auths": {}, "mine": 1}'
    config.write_text(before)

    ended = run_python(_EDIT, str(config), str(locks), point, AUTH)
    left = config.read_text()
    modes = {stat.S_IMODE(p.stat().st_mode) for p in config.parent.iterdir() if p != config}
    file = JsonFile(config, locks)
    async with file.locked():
        swept = [p.name for p in config.parent.iterdir()]
    await edited(file, HELPER)

    assert ended.returncode == -signal.SIGKILL
    if point in ("replaced", "folder-synced"):
        assert AUTH in left
    else:
        assert left == before
    assert modes <= {0o600}
    assert swept == ["config.json"]
    assert '"ghcr.io"' in config.read_text()
    assert '"mine": 1' in config.read_text()


async def test_two_wizards_take_turns(config: Path, locks: Path) -> None:
    config.write_text("{}")
    first, second = JsonFile(config, locks), JsonFile(config, locks)

    async with first.locked():
        with pytest.raises(TimeoutError):
            await _within(0.2, second)

    await edited(second, HELPER)
    assert "ghcr.io" in config.read_text()


async def _within(limit_s: float, file: JsonFile) -> None:
    async with asyncio.timeout(limit_s), file.locked():
        raise AssertionError("both are in")
