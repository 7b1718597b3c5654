"""What every store behind the helper protocol must do, ours, the system's and the stand-in's."""

from __future__ import annotations

from wizard.clients.helper_protocol import Helper
from wizard.core.secret import Credential, Secret

AWKWARD = (
    Credential("amy", Secret("CANARY-plain")),
    Credential("amy@example.org", Secret('CANARY "quoted" \\ <token> ünïcödé')),
    Credential("<token>", Secret("CANARY-" + "x" * 4000)),
)


class StoreContract:
    """Subclasses give a `helper` fixture."""

    async def test_what_is_stored_comes_back_and_can_be_erased(self, helper: Helper) -> None:
        for login in AWKWARD:
            await helper.store("https://index.docker.io/v1/", login)
            assert await helper.get("https://index.docker.io/v1/") == login
            await helper.erase("https://index.docker.io/v1/")
            assert await helper.get("https://index.docker.io/v1/") is None

    async def test_a_new_secret_replaces_the_old_one(self, helper: Helper) -> None:
        await helper.store("ghcr.io", Credential("amy", Secret("old")))
        await helper.store("ghcr.io", Credential("amy", Secret("new")))

        assert await helper.get("ghcr.io") == Credential("amy", Secret("new"))

    async def test_keys_are_kept_apart(self, helper: Helper) -> None:
        await helper.store("docker.io", Credential("amy", Secret("a")))
        await helper.store("localhost:5000", Credential("zed", Secret("z")))

        assert (await helper.get("docker.io")) == Credential("amy", Secret("a"))
        assert await helper.get("localhost") is None
        assert dict(await helper.list()) == {"docker.io": "amy", "localhost:5000": "zed"}

    async def test_what_is_not_there_is_missing_and_no_failure(self, helper: Helper) -> None:
        assert await helper.get("ghcr.io") is None
        await helper.erase("ghcr.io")
        assert dict(await helper.list()) == {}
