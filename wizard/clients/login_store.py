"""Store a login as planned: all of it or nothing, proven by reading it back, journalled.

Source: credentials.md 1.7 and 6 (login sequence).
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import field, replace

from wizard.clients.helper_protocol import Helper, find_helper
from wizard.clients.journal_entry import Entry, Kind, new_id
from wizard.clients.login_edits import plaintext_edits
from wizard.clients.login_minted import OWN_MINT_S, expect_login, minted_edits
from wizard.clients.login_places import Plain, docker_place
from wizard.clients.login_plan import LoginPlanner
from wizard.clients.login_write import FileWrite, Settle
from wizard.clients.store_bench import MINT_S
from wizard.clients.stores import OWN
from wizard.clients.undo import MachineJournal
from wizard.clients.undo_edits import kept_texts
from wizard.core.checks import Change
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.docker_json import section
from wizard.core.json_edit import Edit, apply
from wizard.core.json_text import JsonText
from wizard.core.minted import MintedBy
from wizard.core.ports import Endpoint, StorePlan
from wizard.core.secret import Credential, Secret
from wizard.core.text import clean

UNDO = "registry-wizard undo"


@dataclass
class LoginStore:
    """One login being stored."""

    planner: LoginPlanner
    journal: MachineJournal
    plan: StorePlan
    endpoint: Endpoint
    credential: Credential
    settle: Settle
    group: str = field(default_factory=new_id)

    async def run(self) -> tuple[Change, ...]:
        """Raises Problem, and then everything is as it was or the evidence says what is not."""
        self.journal.records.entries()  # a journal that cannot be read could not be undone
        try:
            await self._carry_out()
        except Problem as problem:
            left = await self._taken_back()
            raise Problem(
                *left, *problem.evidence, cause=problem.cause, fixes=problem.fixes
            ) from None
        except BaseException:
            await asyncio.shield(self._taken_back())
            raise
        entries = self.journal.records.entries()
        return tuple(entry.change for entry in entries if entry.group == self.group)

    async def _taken_back(self) -> list[Evidence]:
        undone = await self.journal.take_back(self.group)
        return [
            Evidence(Stage.STORE, f"undo {item.change.what}", item.why_not)
            for item in undone
            if not item.done
        ]

    async def _carry_out(self) -> None:
        if self.plan.is_minted:
            await self._agree_to_minting()
            return
        helper, keeper = None, self.plan.helper
        file = self.planner.file()
        async with file.locked():
            document = file.read_to_change().document
            edits = await self._edits(document)
            if self.plan.helper:
                helper = find_helper(self.plan.helper, self.planner.outside)
                await self._stop_minting()
                for key in self.plan.keys:
                    await self._give(helper, key)
            kept = await self._keep_texts(keeper, document, edits)
        await self._write(edits, kept, keeper)
        if helper is not None:
            for key in self.plan.keys:
                await self._compare(helper, key)

    async def _edits(self, document: JsonText) -> list[Edit]:
        if self.plan.helper:
            return await self.planner.edits(document, self.endpoint, self.plan.helper)
        return plaintext_edits(document, self.endpoint, self.credential)

    # --- logins that are made each time ---------------------------------------------------

    async def _agree_to_minting(self) -> None:
        """Name the helper for this registry, and prove that it gives a login then."""
        helper = find_helper(self.plan.helper, self.planner.outside)
        file, limit_s = self.planner.file(), MINT_S
        document = file.read_to_change().document
        if self.plan.helper == OWN:
            limit_s = OWN_MINT_S
            by = MintedBy(self.endpoint.cloud, self.credential.origin)
            await self._change_minted(minted_edits(self.endpoint.host, by))
        edits, keeper = await self.planner.minted_edits(document, self.endpoint, self.plan.helper)
        async with file.locked():
            kept = await self._keep_texts(keeper, document, edits)
        for key in self.plan.keys:
            await expect_login(helper, key, limit_s)
        await self._write(edits, kept, keeper)
        for key in self.plan.keys:
            await expect_login(helper, key, limit_s)

    async def _stop_minting(self) -> None:
        if self.plan.helper == OWN and (edits := self.planner.unminted(self.endpoint)):
            await self._change_minted(edits)

    async def _change_minted(self, edits: list[Edit]) -> None:
        said = f"whose session makes the logins of {self.endpoint.host}"
        entry = self._entry(Kind.FILE, Change("", said, UNDO))
        write = FileWrite(self.planner.minted(), self.journal.records, entry, said, UNDO)
        await write.run(edits, _nobody_else, lambda now: not apply(now, edits)[1])

    # --- the helper -----------------------------------------------------------------------

    async def _give(self, helper: Helper, key: str) -> None:
        earlier = await helper.get(key)
        if earlier == self.credential:
            return
        kept = await self._keep(helper, key, earlier) if earlier else ""
        change = Change(self.plan.title, f"login of {self._user} for {clean(key)}", UNDO)
        entry = replace(
            self._entry(Kind.ITEM, change),
            key=key,
            username=self.credential.username,
            identity=self.journal.records.identity(self.credential.secret.reveal()),
            kept=kept,
        )
        self.journal.records.append(entry)
        if earlier and earlier.username != self.credential.username:
            # Two accounts under one server: helpers then answer with either of them (seen).
            await helper.erase(key)
        await helper.store(key, self.credential, self.planner.stores.wait_s)
        try:
            await self._compare(helper, key)
        except Problem:
            # Undo would not know it for ours, and leave it.
            await helper.erase(key)
            raise

    async def _keep(self, helper: Helper, what: str, secret: Credential) -> str:
        """Put something aside in the same encrypted store, so that undo can bring it back."""
        kept = f"https://{new_id()}.undo.registry-wizard.invalid"
        said = f"the earlier login for {clean(what)}, kept so that undo can bring it back"
        entry = self._entry(Kind.KEPT, Change(self.plan.title, said, UNDO))
        self.journal.records.append(replace(entry, key=kept, helper=helper.name))
        await helper.store(kept, secret, self.planner.stores.wait_s)
        if await helper.get(kept) != secret:
            raise self._not_read_back(kept)
        return kept

    async def _keep_texts(self, keeper: str, document: JsonText, edits: list[Edit]) -> str:
        """What the journal must not hold of plain logins that are about to be removed."""
        _, applied = apply(document, edits)
        lost = [
            (edit.before if edit.keys[0] == "auths" else None, edit.splices) for edit in applied
        ]
        texts = kept_texts(lost)
        if not keeper or not texts:
            return ""
        helper = find_helper(keeper, self.planner.outside)
        credential = Credential("registry-wizard", Secret(json.dumps(texts)))
        return await self._keep(helper, self.endpoint.config_key, credential)

    async def _compare(self, helper: Helper, key: str) -> None:
        if await helper.get(key) != self.credential:
            raise self._not_read_back(key)

    # --- the file -------------------------------------------------------------------------

    async def _write(self, edits: list[Edit], kept: str, keeper: str) -> None:
        what = f"names the helper {self.plan.helper}" if self.plan.helper else "holds the login"
        said = f"{what} for {self.endpoint.host}"
        entry = self._entry(Kind.FILE, Change("", said, UNDO))
        entry = replace(entry, kept=kept, helper=keeper)
        write = FileWrite(self.planner.file(), self.journal.records, entry, said, UNDO)
        await write.run(edits, self.settle, self._is_found)

    def _is_found(self, document: JsonText) -> bool:
        """Would docker and podman find this login by the file as it is now?"""
        if self.plan.helper:
            helpers = section(document, "credHelpers")
            return all(helpers.get(key) == self.plan.helper for key in self.plan.keys)
        place = docker_place(document, self.endpoint.config_key)
        return isinstance(place, Plain) and place.credential == self.credential

    def _entry(self, kind: Kind, change: Change) -> Entry:
        now = self.journal.records.now()
        return Entry(new_id(), self.group, now, kind, change, helper=self.plan.helper)

    @property
    def _user(self) -> str:
        return clean(self.credential.username, 80)

    def _not_read_back(self, key: str) -> Problem:
        words = "what was stored is not what it gives back"
        facts = {"helper": self.plan.helper, "message": words}
        asked = f"docker-credential-{self.plan.helper} get {clean(key)}"
        seen = Evidence(Stage.STORE, asked, words, fault=Fault.NONSENSE, facts=facts)
        return Problem(seen, cause="store.helper-failing")


async def _nobody_else() -> None:
    """Only wizards write that file, and they take its lock."""
