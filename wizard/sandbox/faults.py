"""Faults that can be switched on in the practice registries, to rehearse troubleshooting.

A fault is data: what it is called, what it does, and which cause (causes.md) it should be found as.
Three hooks say how: `instead` answers before the registry does, `after` changes its answer, and
`token` changes what is known of every token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wizard.sandbox import misbehave


@dataclass(frozen=True)
class PracticeFault:
    id: str
    title: str
    about: str
    cause: str = ""
    """The code that the wizard should name; empty where it depends on the step."""
    instead: misbehave.Instead = lambda _request: None
    """None lets the registry answer."""
    after: misbehave.After = lambda _request, answer: answer
    token: misbehave.ChangeToken = lambda token: token


FAULTS: Final = (
    PracticeFault(
        "registry-down",
        "The registry is down",
        "Every answer of the registry is 503.",
        "network.registry-down",
        instead=misbehave.down,
    ),
    PracticeFault(
        "rate-limited",
        "Too many requests",
        f"Every answer of the registry is 429: wait {misbehave.RETRY_AFTER_S} s.",
        "network.rate-limited",
        instead=misbehave.too_many,
    ),
    PracticeFault(
        "login-page",
        "A guest network answers",
        "A web page comes back instead of every answer.",
        "network.intercepted",
        instead=misbehave.web_page,
    ),
    PracticeFault(
        "slow",
        "Everything is slow",
        f"Each answer takes {misbehave.SLOW_S:g} s.",
        after=misbehave.slow,
    ),
    PracticeFault(
        "silent",
        "Nothing answers",
        "Connections open, and then nothing comes.",
        "network.timeout",
        instead=misbehave.silent,
    ),
    PracticeFault(
        "upload-breaks",
        "Uploads break off",
        "The connection is cut in the middle of each upload.",
        "push.interrupted",
        instead=misbehave.cut,
    ),
    PracticeFault(
        "token-refused",
        "The registry refuses its own tokens",
        "The token service gives tokens that the registry calls invalid.",
        instead=misbehave.token_refused,
    ),
    PracticeFault(
        "token-expired",
        "The token has run out",
        "Every practice token ran out yesterday.",
        "login.expired",
        token=misbehave.all_expired,
    ),
    PracticeFault(
        "scope-missing",
        "The token may only read",
        "Every practice token lacks write:packages.",
        "login.scope-missing",
        token=misbehave.no_write_scope,
    ),
    PracticeFault(
        "not-permitted",
        "You may not push there",
        "Every push is refused: the account has no write role.",
        "push.not-permitted",
        instead=misbehave.refuses_push("permission_denied: write_package"),
    ),
    PracticeFault(
        "push-policy",
        "A policy forbids the push",
        "Every push is refused: the organisation lets nobody make packages.",
        "push.policy",
        instead=misbehave.refuses_push("permission_denied: create_package"),
    ),
    PracticeFault(
        "wrong-digest",
        "The manifest is not what its digest says",
        "Manifests come back under another digest.",
        after=misbehave.wrong_digest,
    ),
    PracticeFault(
        "missing-blob",
        "Layers are gone",
        "The manifest can be read, its config and layers cannot.",
        "pull.blobs-unreadable",
        after=misbehave.blobs_gone,
    ),
    PracticeFault(
        "platform-missing",
        "The image is for another platform",
        "A public image turns out to be for linux/s390x only.",
        "pull.platform-missing",
        after=misbehave.other_platform,
    ),
    PracticeFault(
        "clock-skew",
        "Your clock is a day behind",
        "The server's Date is a day ahead of this machine's.",
        "network.clock-wrong",
        after=misbehave.skewed,
    ),
    PracticeFault(
        "foreign-realm",
        "The login is asked for by another host",
        "The registry sends logins to tokens.elsewhere.test.",
        "login.realm-refused",
        after=misbehave.realm_becomes("https://tokens.elsewhere.test/token"),
    ),
    PracticeFault(
        "http-realm",
        "The login is asked for without encryption",
        "The registry sends logins to its own token service over plain HTTP.",
        "login.realm-refused",
        after=misbehave.http_realm,
    ),
    PracticeFault(
        "redirect-loop",
        "Redirects go round in circles",
        "Every answer of the registry sends you to where you are.",
        instead=misbehave.round_in_circles,
    ),
    PracticeFault(
        "escapes",
        "Error messages try to repaint the screen",
        "Refusals carry terminal escapes, markup and reversed text.",
        after=misbehave.escapes,
    ),
)


def fault(id_: str) -> PracticeFault:
    """Raises KeyError for an id that no fault has."""
    return {found.id: found for found in FAULTS}[id_]
