"""Faults of the login at GHCR: each kind of token that does not serve there."""

from __future__ import annotations

from dataclasses import replace

from tests.faults.case import Case, Inject
from tests.faults.login import KIND, LOGIN, MISSING, REJECTED, SKOPEO, at, stored, written, wrong
from tests.faults.store import SHELL, script
from tests.faults.world import World
from wizard.sandbox import accounts
from wizard.sandbox.accounts import PracticeToken
from wizard.sandbox.faults import PracticeFault

ME = accounts.LOGIN
SCOPE, REALM = "login.scope-missing", "login.realm-refused"
SSO = f"ghcr.io/{accounts.SSO_ORGANISATION}"


def with_token(change: PracticeFault) -> Inject:
    return lambda world: world.lab.sandbox.set_fault(change, on=True)


def _without_scopes(token: PracticeToken) -> PracticeToken:
    return replace(token, scopes=())


def _of_sso(world: World) -> None:
    world.prefix = SSO


def switched(fault: str) -> Inject:
    return lambda world: world.switch_on(fault)


def _helper_without_a_name(secret: str) -> Inject:
    answer = f'{{"ServerURL":"ghcr.io","Username":"","Secret":"{secret}"}}'
    return script(f"{SHELL}echo '{answer}'\n")


NO_SCOPES = PracticeFault("no-scopes", "No scopes", "Nothing was ticked.", token=_without_scopes)

FAULTS: tuple[Case, ...] = (
    Case("token-revoked", REJECTED, wrong(ME, "ghp_"), SKOPEO),
    Case("token-of-gh-revoked", REJECTED, wrong(ME, "gho_"), SKOPEO),
    Case("token-expired", "login.expired", stored(ME, accounts.EXPIRED_TOKEN), SKOPEO),
    Case("token-fine-grained", KIND, stored(ME, accounts.FINE_GRAINED_TOKEN), SKOPEO),
    Case("token-of-an-app", KIND, stored(ME, accounts.APP_TOKEN), SKOPEO),
    Case("token-of-docker-hub", KIND, wrong(ME, "dckr_pat_"), SKOPEO),
    Case("password-of-github", KIND, wrong(ME, "my-password-"), SKOPEO),
    Case("token-may-only-read", SCOPE, stored(ME, accounts.READ_TOKEN), SKOPEO),
    Case("token-of-gh-without-packages", SCOPE, stored(ME, accounts.GH_TOKEN), SKOPEO),
    Case("token-without-scopes", SCOPE, with_token(NO_SCOPES), SKOPEO),
    Case("organisation-wants-sso", "login.sso-required", _of_sso, SKOPEO),
    Case("login-of-another-port", MISSING, at("ghcr.io:443"), SKOPEO),
    Case("login-of-another-registry", MISSING, at("docker.pkg.github.com"), SKOPEO),
    Case("login-of-the-api", MISSING, at("api.github.com"), SKOPEO),
    Case("login-entry-without-a-login", MISSING, written(), SKOPEO),
    Case("identity-token-alone", KIND, written(identitytoken="practice-identity"), SKOPEO),
    Case("realm-is-another-host", REALM, switched("foreign-realm"), LOGIN),
    Case("realm-without-encryption", REALM, switched("http-realm"), SKOPEO),
)
