"""Faults of the logins that Google and Amazon give."""

from __future__ import annotations

import base64
import json

from tests.faults.case import Case, Inject
from tests.faults.login import (
    KIND,
    REJECTED,
    SKOPEO,
    logged_out,
    put_login,
    stored,
    wrong,
)
from tests.faults.places import ECR, GAR
from tests.faults.world import World
from wizard.sandbox.dialects.aws import ADA, NED, OLD, PracticeKey
from wizard.sandbox.dialects.gar import Gar
from wizard.sandbox.dialects.google_tokens import EXPIRED_TOKEN, NARROW_TOKEN, WRITE_TOKEN

TOKEN, KEY, KEY_BASE64 = "oauth2accesstoken", "_json_key", "_json_key_base64"
EXPIRED = "login.expired"
ALIKE = "Google says the same of a token that has ended and of one that never was"


def _gar(world: World) -> Gar:
    found = world.lab.sandbox.dialect(world.place.host)
    assert isinstance(found, Gar)
    return found


def _key(world: World) -> str:
    return json.dumps(_gar(world).google.key_file("https://oauth2.googleapis.com/token"))


def as_key(username: str, *, is_encoded: bool = False, cut: int = 0) -> Inject:
    """A service account's key, which is good, under that user name."""

    def inject(world: World) -> None:
        text = _key(world)
        if is_encoded:
            text = base64.b64encode(text.encode()).decode()
        put_login(world, username, text[: len(text) - cut])

    return inject


def _account_deleted(world: World) -> None:
    """The key is whole; nobody has that account any more."""
    key = json.loads(_key(world))
    key["client_email"] = "gone@practice-project.iam.gserviceaccount.com"
    put_login(world, KEY, json.dumps(key))


def with_keys(key: PracticeKey | None) -> Inject:
    """No login is stored, and these keys are all that there is."""

    def inject(world: World) -> None:
        logged_out(world)
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        values = (key.id, key.secret, key.session_token) if key else ("", "", "")
        world.env.update(zip(names, values, strict=True))

    return inject


FAULTS: tuple[Case, ...] = (
    Case("logged-out-of-google-too", "login.cloud-missing", logged_out, SKOPEO, GAR),
    Case("token-expired", REJECTED, stored(TOKEN, EXPIRED_TOKEN), SKOPEO, GAR, undecidable=ALIKE),
    Case("token-of-another-scope", "login.scope-missing", stored(TOKEN, NARROW_TOKEN), SKOPEO, GAR),
    Case("token-under-a-persons-name", KIND, stored("ada", WRITE_TOKEN), SKOPEO, GAR),
    Case("key-of-a-deleted-account", REJECTED, _account_deleted, SKOPEO, GAR),
    Case("key-under-the-tokens-name", KIND, as_key(TOKEN), SKOPEO, GAR),
    Case("key-under-a-persons-name", KIND, as_key("ada"), SKOPEO, GAR),
    Case("key-in-base64-under-the-other-name", KIND, as_key(KEY, is_encoded=True), SKOPEO, GAR),
    Case("key-in-base64-cut-off", KIND, as_key(KEY_BASE64, is_encoded=True, cut=90), SKOPEO, GAR),
    Case("key-not-in-base64", KIND, as_key(KEY_BASE64), SKOPEO, GAR),
    Case("login-expired", EXPIRED, stored("AWS", OLD.password), SKOPEO, ECR),
    Case("login-wrong", REJECTED, wrong("AWS"), SKOPEO, ECR),
    Case("login-under-a-persons-name", KIND, stored("ada", ADA.password), SKOPEO, ECR),
    Case("keys-expired", "login.cloud-expired", with_keys(OLD), SKOPEO, ECR),
    Case("keys-may-not-log-in", "login.cloud-denied", with_keys(NED), SKOPEO, ECR),
    Case("no-keys-and-no-login", "login.cloud-missing", with_keys(None), SKOPEO, ECR),
)
