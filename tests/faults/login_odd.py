"""Odd faults of logins: two of them, somebody else's, or damaged on the way into the file."""

from __future__ import annotations

from dataclasses import replace

from tests.faults.case import Breaks, Case
from tests.faults.login import REJECTED, SKOPEO, logged_out, put_entry, put_login, stored, wrong
from tests.faults.login_ghcr import ME, with_token
from tests.faults.places import DOCKER_HUB, GAR, GHCR, QUAY
from tests.faults.world import World
from tests.journeys.canary import new_canary
from wizard.sandbox import accounts
from wizard.sandbox.accounts import PracticeToken
from wizard.sandbox.dialects.products import ROBOT
from wizard.sandbox.faults import PracticeFault

PULL, DENIED = Breaks.DOCKER_PULL, "push.not-permitted"
OLD_KEYS = {GHCR.id: "https://ghcr.io/v1/", DOCKER_HUB.id: "docker.io"}


def _hidden_by_a_revoked_one(world: World) -> None:
    """The good one lies under an older spelling, which counts only where there is no other."""
    logged_out(world)
    put_entry(world, *world.good_login(), OLD_KEYS[world.place.id])
    put_login(world, ME, new_canary("dckr_pat_" if world.place is DOCKER_HUB else "ghp_"))


def _with_a_line_end(world: World) -> None:
    """`echo $TOKEN | base64`, into the file by hand."""
    username, secret = world.good_login()
    put_login(world, username, f"{secret}\n")


def _of_a_friend(token: PracticeToken) -> PracticeToken:
    return replace(token, login=accounts.FOREIGN_USER)


FRIENDS = PracticeFault("of-a-friend", "Somebody else's", "Good, of another.", token=_of_a_friend)

FAULTS: tuple[Case, ...] = (
    Case("good-login-hidden-by-a-revoked-one", REJECTED, _hidden_by_a_revoked_one, SKOPEO),
    Case(
        "good-login-hidden-by-a-revoked-one",
        REJECTED,
        _hidden_by_a_revoked_one,
        Breaks.DOCKER_PUSH,
        DOCKER_HUB,
    ),
    Case("token-ends-with-a-line", REJECTED, _with_a_line_end, SKOPEO),
    Case("token-of-another-person", DENIED, with_token(FRIENDS), SKOPEO),
    Case("revoked-token-breaks-public-pulls", REJECTED, wrong(ME, "ghp_"), PULL),
    Case(
        "expired-token-breaks-public-pulls",
        "login.expired",
        stored(ME, accounts.EXPIRED_TOKEN),
        PULL,
    ),
    Case(
        "ended-token-breaks-public-pulls", REJECTED, wrong("oauth2accesstoken", "ya29."), PULL, GAR
    ),
    Case("revoked-robot-breaks-public-pulls", REJECTED, wrong(ROBOT), PULL, QUAY),
)
