"""The catalogue is complete, speaks plainly, and every row helps somebody."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter

import pytest

from wizard.causes import CATALOGUE, fixes_for
from wizard.core.diagnosis import UNDECIDED, Cause, Fix
from wizard.core.filling import fill

# Written out on purpose: scripts match these, so a change here is a broken promise.
PROMISED = [
    "engine.none-found",
    "engine.not-running",
    "engine.permission-denied",
    "engine.not-answering",
    "engine.endpoint-invalid",
    "engine.endpoint-unreachable",
    "engine.wrong-context",
    "engine.too-old",
    "engine.no-builder",
    "engine.platform-unsupported",
    "engine.disk-full",
    "engine.cannot-push",
    "engine.socket-off",
    "engine.user-ids-missing",
    "engine.settings-invalid",
    "engine.policy",
    "engine.registry-plain-http",
    "engine.registry-untrusted",
    "engine.registry-unreachable",
    "sdk.docker-package-old",
    "sdk.different-engine",
    "sdk.engine-unsupported",
    "sdk.assumes-exists",
    "sdk.python-unusable",
    "config.docker-malformed",
    "config.docker-unwritable",
    "config.environment-shadows",
    "config.podman-shadows",
    "config.wizard-damaged",
    "config.wizard-newer",
    "config.wizard-unwritable",
    "store.helper-missing",
    "store.helper-failing",
    "store.helper-hung",
    "store.locked",
    "store.plaintext",
    "store.none",
    "reference.invalid",
    "reference.incomplete",
    "reference.local-only",
    "network.dns",
    "network.unreachable",
    "network.timeout",
    "network.tls-untrusted",
    "network.tls-invalid",
    "network.clock-wrong",
    "network.plain-http",
    "network.proxy",
    "network.intercepted",
    "network.registry-down",
    "network.rate-limited",
    "login.missing",
    "login.rejected",
    "login.expired",
    "login.token-kind",
    "login.scope-missing",
    "login.sso-required",
    "login.cloud-missing",
    "login.cloud-expired",
    "login.cloud-denied",
    "login.realm-refused",
    "push.not-permitted",
    "push.repository-missing",
    "push.policy",
    "push.already-public",
    "push.tag-immutable",
    "push.interrupted",
    "pull.private",
    "pull.never-anonymous",
    "pull.cluster-not-granted",
    "pull.policy-forbids-public",
    "pull.missing-repository",
    "pull.missing-tag",
    "pull.private-or-missing",
    "pull.platform-missing",
    "pull.blobs-unreadable",
    "pull.stale-login",
    "pull.secret-short-lived",
    "internal.check-crashed",
]

WARNINGS = {
    "config.environment-shadows",
    "config.podman-shadows",
    "engine.socket-off",
    "pull.stale-login",
    "reference.local-only",
    "sdk.assumes-exists",
    "sdk.python-unusable",
    "store.plaintext",
}

SYSTEMS = ("linux", "darwin", "win32")

# Words of the house style that are never said: they blame, beg, cheer or belittle.
NOT_SAID = re.compile(
    r"\b(?:please|simply|just|easy|easily|obviously|oops|sorry|unfortunately|should)\b|!",
    re.IGNORECASE,
)


def every(cause: Cause) -> list[str]:
    """All sentences of a row, with the placeholders filled as `explain` fills them."""
    texts = [cause.summary, cause.explanation, cause.evidence, *(fix.title for fix in cause.fixes)]
    return [fill(text, {}) for text in texts]


@pytest.fixture(params=CATALOGUE.values(), ids=lambda cause: cause.id)
def cause(request: pytest.FixtureRequest) -> Cause:
    row: Cause = request.param
    return row


def test_the_catalogue_has_every_promised_code_in_order_and_one_for_the_undecided() -> None:
    assert list(CATALOGUE) == [*PROMISED, UNDECIDED]


def test_only_what_stops_nothing_is_a_warning() -> None:
    assert {cause.id for cause in CATALOGUE.values() if cause.is_warning} == WARNINGS


def test_a_row_is_filed_under_its_own_id(cause: Cause) -> None:
    assert CATALOGUE[cause.id] is cause


def test_every_slot_says_something(cause: Cause) -> None:
    assert cause.summary
    assert cause.evidence.endswith(".")
    assert cause.fixes


def test_the_summary_is_one_line_without_a_full_stop(cause: Cause) -> None:
    summary = fill(cause.summary, {})

    assert "\n" not in summary
    assert "  " not in summary
    assert summary == summary.strip()
    assert not summary.endswith(".")
    assert len(summary) <= 110


def test_the_explanation_is_two_to_five_sentences(cause: Cause) -> None:
    sentences = re.findall(r"[.;](?:\s|$)", cause.explanation)

    assert 2 <= len(sentences) <= 6
    assert len(cause.explanation) <= 420


def test_nobody_is_blamed_begged_or_cheered(cause: Cause) -> None:
    said = [text for text in every(cause) if NOT_SAID.search(text)]

    assert said == []


def test_every_fix_has_a_command_a_page_or_is_a_whole_sentence(cause: Cause) -> None:
    bare = [fix.title for fix in cause.fixes if not fix.command and not fix.url]

    assert [title for title in bare if not title.endswith(".")] == []


def test_a_title_before_a_command_is_no_sentence_of_its_own(cause: Cause) -> None:
    led = [fix.title for fix in cause.fixes if fix.command or fix.url]

    assert [title for title in led if title.endswith((".", ":"))] == []


def test_every_system_is_told_what_to_do(cause: Cause) -> None:
    for system in SYSTEMS:
        assert fixes_for(cause.fixes, system), system


def test_fixes_name_known_systems_and_lead_to_encrypted_pages(cause: Cause) -> None:
    assert {fix.system for fix in cause.fixes} <= {"", *SYSTEMS}
    pages = [fill(fix.url, {"host": "ghcr.io"}) for fix in cause.fixes if fix.url]
    assert [page for page in pages if not page.startswith("https://")] == []


def test_look_alikes_exist_and_are_others(cause: Cause) -> None:
    assert set(cause.told_apart) <= set(CATALOGUE) - {cause.id}
    assert max(Counter(cause.told_apart).values(), default=0) <= 1


def test_no_placeholder_is_left_or_shows_its_braces(cause: Cause) -> None:
    facts = {"host": "ghcr.io", "owner": "acme", "reference": "ghcr.io/acme/app:1"}
    shown = [*every(cause), *(fill(f.command, facts) for f in cause.fixes)]

    assert [text for text in shown if re.search(r"\{[a-z_]+(?:\|[^}]*)?\}", text)] == []


def test_commands_are_complete_lines(cause: Cause) -> None:
    facts = {"host": "ghcr.io", "owner": "acme", "reference": "ghcr.io/acme/app:1"}
    commands = [fill(fix.command, facts) for fix in cause.fixes if fix.command]

    assert [
        c for c in commands if "\n" in c or "…" in c or "<" in c.replace("</dev/null", "")
    ] == []


def test_fixes_for_keeps_the_order_and_leaves_other_systems_out() -> None:
    fixes = (Fix("a", system="win32"), Fix("b"), Fix("c", system="linux"))

    assert [fix.title for fix in fixes_for(fixes, "linux")] == ["b", "c"]


def test_the_catalogue_is_read_without_any_library() -> None:
    script = (
        "import sys; import wizard.causes; "
        "print(sorted(set(sys.modules) & "
        "{'httpx', 'textual', 'docker', 'keyring', 'asyncio', 'json'}))"
    )
    ended = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path[:0] = {sys.path!r}; " + script],
        capture_output=True,
        text=True,
        check=True,
    )

    assert ended.stdout.strip() == "[]"
