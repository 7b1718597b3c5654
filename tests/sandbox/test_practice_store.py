"""The practice's credential helper, asked by several programs at once as real ones are."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from wizard.sandbox.home import practice_home

ENTRY = json.dumps({"ServerURL": "ghcr.io", "Username": "ada", "Secret": "s"})


def test_listing_never_meets_half_an_entry_or_one_that_is_going() -> None:
    with practice_home(os.environ) as environ:
        helper = Path(environ["HOME"], "bin", "docker-credential-practice")

        def begin(action: str, given: str = "") -> subprocess.Popen[str]:
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            started = subprocess.Popen([helper, action], **pipes, env=environ)  # type: ignore[call-overload]
            assert started.stdin is not None
            started.stdin.write(given)
            started.stdin.close()
            return started  # type: ignore[no-any-return]

        turns = [
            begin(*words)
            for _ in range(8)
            for words in (("store", ENTRY), ("list",), ("erase", "ghcr.io"), ("list",))
        ]
        ended = [(turn.stdout.read(), turn.wait(), turn.stdout.close()) for turn in turns]

    assert [code for _, code, _ in ended] == [0] * len(turns)
    assert all(json.loads(said) in ({}, {"ghcr.io": "ada"}) for said, _, _ in ended if said)
