"""The matrix itself: large enough, each cause in it or left out for a reason, its figures true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tests.faults.families import CONTROLS, FAULTS
from tests.faults.sdk import NOTICES
from wizard.causes import CATALOGUE

README: Final = Path(__file__).parents[2] / "README.md"
ELSEWHERE: Final = {
    "engine.cannot-push": "a remark about LXD beside an engine that can: tests/engines/test_lxd_*",
    "engine.user-ids-missing": "needs a user without rights: tests/engines/test_podman_rootless.py",
    "sdk.different-engine": "breaks no plain command: tests/steps/test_sdk.py",
    "sdk.assumes-exists": "breaks no plain command: tests/clients/test_real_sdks.py",
    "config.docker-unwritable": "breaks no push: tests/journeys/test_causes_config.py",
    "config.wizard-damaged": "the wizard's own file: tests/journeys/test_causes_config.py",
    "config.wizard-newer": "the wizard's own file: tests/journeys/test_causes_config.py",
    "config.wizard-unwritable": "the wizard's own file: tests/journeys/test_causes_config.py",
    "store.none": "nothing is broken before a login is to be kept: test_causes_store.py",
    "reference.invalid": "typed, never injected: tests/journeys/test_causes_reference.py",
    "reference.incomplete": "typed, never injected: tests/journeys/test_causes_reference.py",
    "reference.local-only": "a place that was chosen: tests/lab/test_other_products.py",
    "pull.private-or-missing": "asked of an image by name: tests/journeys/test_causes_pull.py",
    "pull.stale-login": "a warning of check: tests/journeys/test_causes_pull.py",
    "push.already-public": "a wish, no fault: tests/journeys/test_private_hub.py",
    "pull.secret-short-lived": "a warning about an export: tests/core/test_pull_secret.py",
    "internal.check-crashed": "a fault of the wizard's own: tests/steps/test_graph.py",
    "internal.undecided": "a fault of the wizard's own: tests/core/test_diagnosis.py",
}


def test_there_are_a_hundred_and_fifty_faults_and_twenty_controls_at_least() -> None:
    assert len(FAULTS) >= 150
    assert len(CONTROLS) >= 20
    assert sum(bool(case.then) for _, case in FAULTS.values()) >= 12


def test_every_cause_is_the_true_one_somewhere_or_there_is_a_reason() -> None:
    injected = {case.cause for _, case in FAULTS.values()}
    injected |= {case.then for _, case in FAULTS.values()} | {notice.cause for notice in NOTICES}

    missing = set(CATALOGUE) - injected

    assert missing - set(ELSEWHERE) == set()
    assert set(ELSEWHERE) & injected == set(), "these have a fault now"


def test_the_readme_has_the_true_number_of_faults_and_controls() -> None:
    text = README.read_text()

    said = re.search(r"\*\*(\d+) faults\*\* and (\d+) healthy machines", text)

    assert said is not None
    assert (int(said[1]), int(said[2])) == (len(FAULTS), len(CONTROLS))
