"""A practice run's own home: nothing that is installed here may ask the real clouds from it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.command_line import environment, wizard
from wizard.sandbox.dialects.ecr import Ecr
from wizard.sandbox.dialects.ecr_public import EcrPublic
from wizard.sandbox.dialects.gar import Gar


@pytest.mark.parametrize(
    ("prefix", "helper"),
    [(Ecr.prefix, "ecr-login"), (EcrPublic.prefix, "ecr-login"), (Gar.prefix, "gcr")],
)
def test_a_clouds_own_helper_is_never_started_in_a_practice_run(
    tmp_path: Path, prefix: str, helper: str
) -> None:
    mark = tmp_path / "was-started"
    program = tmp_path / f"docker-credential-{helper}"
    program.write_text(f"#!/bin/sh\ntouch {mark}\nexit 1\n")
    program.chmod(0o755)
    environ = environment(PATH=f"{tmp_path}:{os.environ['PATH']}")

    line = ("setup", "--sandbox", "--yes", "--json", prefix, "--engine", "none", "--image", "app")
    ran = wizard(*line, environ=environ)

    stored = next(row for row in ran.document["checks"] if row["id"] == "login.stored")
    assert stored["status"] == "pass"
    assert not mark.exists()
