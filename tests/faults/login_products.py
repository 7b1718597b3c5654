"""Faults of the login at ECR Public, and at products that are known behind a host of their own."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.faults.case import Breaks, Case, Inject
from tests.faults.login import (
    KIND,
    MISSING,
    REJECTED,
    SKOPEO,
    at,
    logged_out,
    put_login,
    stored,
    wrong,
)
from tests.faults.login_clouds import EXPIRED, with_keys
from tests.faults.places import ACR, ECR_PUBLIC, HARBOR, QUAY
from tests.faults.push_own import proxy, refusal
from tests.faults.registries import BEARER, USER
from tests.faults.world import World
from tests.journeys.canary import new_canary
from wizard.sandbox.dialects.aws import ADA, EVE, NED, OLD
from wizard.sandbox.dialects.products import AZ_USER, ROBOT, ROBOT_SECRET

THREE_HOURS_S = 3 * 3600
GITLAB_SAYS = (
    "HTTP Basic: Access denied. The provided password or token is incorrect or your account has "
    "2FA enabled and you must use a personal access token instead of a password."
)
ALIKE_AT_AZURE = "Azure says the same of each login that it does not take"
ALIKE_AT_GITLAB = "GitLab says the same of a wrong secret and of a password that two factors bar"


def token_of_az(ended_s_ago: float) -> str:
    """As `az acr login --expose-token` gives one: a JWT, whose end everybody can read."""
    end = int(time.time() - ended_s_ago)
    parts = ({"alg": "RS256", "typ": "JWT"}, {"iat": end - THREE_HOURS_S, "exp": end})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return b".".join([*encoded, b"c2lnbmVk"]).decode()


def _az_ended(world: World) -> None:
    """This morning's."""
    put_login(world, AZ_USER, token_of_az(1800))


def _az_ended_as_it_is_kept(world: World) -> None:
    """`az acr login` keeps it as an identity token, under a name without a secret."""
    secret = token_of_az(1800)
    world.person.secrets[secret] = AZ_USER
    world.person.keeps.add(world.docker_config)
    auth = base64.b64encode(f"{AZ_USER}:".encode()).decode()
    entry = {"auth": auth, "identitytoken": secret}
    world.docker_config.write_text(json.dumps({"auths": {world.place.host: entry}}))


def refused(words: str) -> Inject:
    """The token service of another product does not take this secret, in those words."""
    said = refusal(401, "UNAUTHORIZED", words)

    def inject(world: World) -> AbstractContextManager[None]:
        secret = new_canary()
        put_login(world, USER, secret)
        sent = f"Basic {base64.b64encode(f'{USER}:{secret}'.encode()).decode()}"
        return proxy(lambda asked: said if asked.headers["Authorization"] == sent else None)(world)

    return inject


def _ending(by: str, change: Callable[[str], str]) -> Inject:
    """The good secret, damaged by the way it was put there."""

    def inject(world: World) -> None:
        username, secret = world.good_login()
        put_login(world, username, change(secret))

    inject.__doc__ = by
    return inject


FAULTS: tuple[Case, ...] = (
    Case("logged-out", MISSING, logged_out, SKOPEO, ECR_PUBLIC),
    Case("login-expired", EXPIRED, stored("AWS", OLD.password), SKOPEO, ECR_PUBLIC),
    Case("login-wrong", REJECTED, wrong("AWS"), SKOPEO, ECR_PUBLIC),
    Case("login-under-a-persons-name", KIND, stored("ada", ADA.password), SKOPEO, ECR_PUBLIC),
    Case("keys-expired", "login.cloud-expired", with_keys(OLD), SKOPEO, ECR_PUBLIC),
    Case("keys-may-not-log-in", "login.cloud-denied", with_keys(NED), SKOPEO, ECR_PUBLIC),
    Case("no-keys-and-no-login", "login.cloud-missing", with_keys(None), SKOPEO, ECR_PUBLIC),
    Case(
        "expired-login-breaks-public-pulls",
        EXPIRED,
        stored("AWS", OLD.password),
        Breaks.DOCKER_PULL,
        ECR_PUBLIC,
    ),
    Case(
        "login-of-another-account",
        "push.not-permitted",
        stored("AWS", EVE.password),
        SKOPEO,
        ECR_PUBLIC,
    ),
    Case("logged-out", MISSING, logged_out, SKOPEO, QUAY),
    Case("robot-without-its-namespace", REJECTED, stored("robot", ROBOT_SECRET), SKOPEO, QUAY),
    Case("robot-token-replaced", REJECTED, wrong(ROBOT), SKOPEO, QUAY),
    Case("login-of-red-hats", MISSING, at("registry.redhat.io"), SKOPEO, QUAY),
    Case("logged-out", MISSING, logged_out, SKOPEO, HARBOR),
    Case(
        "robot-whose-dollar-the-shell-took",
        REJECTED,
        stored("robot+robot", ROBOT_SECRET),
        SKOPEO,
        HARBOR,
    ),
    Case("password-wrong", REJECTED, wrong("practice"), SKOPEO, HARBOR),
    Case("logged-out", MISSING, logged_out, SKOPEO, ACR),
    Case("token-of-az-ended", EXPIRED, _az_ended, SKOPEO, ACR),
    Case("login-of-az-ended", EXPIRED, _az_ended_as_it_is_kept, SKOPEO, ACR),
    Case("password-wrong", REJECTED, wrong("practice"), SKOPEO, ACR, undecidable=ALIKE_AT_AZURE),
    Case(
        "password-of-gitlab-with-two-factors",
        REJECTED,
        refused(GITLAB_SAYS),
        SKOPEO,
        BEARER,
        undecidable=ALIKE_AT_GITLAB,
    ),
    Case(
        "key-of-artifactory-taken-back",
        REJECTED,
        refused("Bad credentials"),
        SKOPEO,
        BEARER,
    ),
    Case(
        "password-ends-with-a-line",
        REJECTED,
        _ending("echo without -n", lambda secret: f"{secret}\n"),
        SKOPEO,
        BEARER,
    ),
    Case(
        "password-within-quotes",
        REJECTED,
        _ending("copied out of a file of variables", lambda secret: f'"{secret}"'),
        SKOPEO,
        BEARER,
    ),
    Case(
        "name-in-capitals",
        REJECTED,
        lambda world: put_login(world, USER.upper(), world.good_login()[1]),
        SKOPEO,
        BEARER,
    ),
)
