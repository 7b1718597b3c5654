"""Faults of the login at Docker Hub."""

from __future__ import annotations

from tests.faults.case import Breaks, Case
from tests.faults.login import KIND, MISSING, REJECTED, SKOPEO, at, stored, written, wrong
from tests.faults.places import DOCKER_HUB
from wizard.sandbox.accounts import LOGIN as ME
from wizard.sandbox.accounts import ORGANISATION, PASSWORD
from wizard.sandbox.dialects.hub_accounts import (
    DELETE_TOKEN,
    EXPIRED_TOKEN,
    ORGANISATION_TOKEN,
    READ_TOKEN,
    TWO_FACTOR_LOGIN,
)

SCOPE = "login.scope-missing"
ALIKE = "Docker Hub says the same of a token that ran out, was revoked, or never was"

FAULTS: tuple[Case, ...] = (
    Case("token-revoked", REJECTED, wrong(ME, "dckr_pat_"), SKOPEO, DOCKER_HUB),
    Case(
        "token-expired", REJECTED, stored(ME, EXPIRED_TOKEN), SKOPEO, DOCKER_HUB, undecidable=ALIKE
    ),
    Case("token-may-only-read", SCOPE, stored(ME, READ_TOKEN), SKOPEO, DOCKER_HUB),
    Case("password-wrong", REJECTED, wrong(ME), SKOPEO, DOCKER_HUB),
    Case(
        "password-with-two-factors",
        KIND,
        stored(TWO_FACTOR_LOGIN, PASSWORD, f"docker.io/{TWO_FACTOR_LOGIN}"),
        SKOPEO,
        DOCKER_HUB,
    ),
    Case("e-mail-as-user", KIND, stored("ada@practice.test", DELETE_TOKEN), SKOPEO, DOCKER_HUB),
    Case("user-of-another-person", REJECTED, stored("ada", DELETE_TOKEN), SKOPEO, DOCKER_HUB),
    Case("token-of-github", KIND, wrong(ME, "ghp_"), SKOPEO, DOCKER_HUB),
    Case(
        "token-of-another-organisation",
        "push.not-permitted",
        stored(ORGANISATION, ORGANISATION_TOKEN),
        SKOPEO,
        DOCKER_HUB,
    ),
    Case(
        "token-of-the-organisation-for-other-images",
        SCOPE,
        stored(ORGANISATION, ORGANISATION_TOKEN, f"docker.io/{ORGANISATION}"),
        SKOPEO,
        DOCKER_HUB,
    ),
    Case("login-by-the-short-name", MISSING, at("docker.io"), Breaks.DOCKER_PUSH, DOCKER_HUB),
    Case("login-of-the-website", MISSING, at("hub.docker.com"), SKOPEO, DOCKER_HUB),
    Case("identity-token-alone", REJECTED, written(identitytoken="practice"), SKOPEO, DOCKER_HUB),
)
