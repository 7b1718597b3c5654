"""An automatic fix is applied: it must end in ready, change nothing else, and be taken back."""

from __future__ import annotations

from tests.faults.case import Case
from tests.faults.world import World
from tests.journeys.person import Outcome
from wizard.clients.undo import NO_INVERSE, NOT_KEPT


def is_mended_by_itself(world: World, case: Case, seen: Outcome) -> str:
    """`worked`, or fails the test; empty where the wizard offers nothing that it can do itself."""
    broken = next(row for row in seen.of("fail", "unknown"))
    if not any(fix["automatic"] for fix in broken["fixes"]):
        return ""
    before = world.files()
    username, secret = world.good_login()
    options = ("--fix", "--yes", "--store", case.store, *world.place.consent, *case.options)
    mended = world.doctor(*options, username=username, secret=secret)
    assert mended.is_ready(), mended.told()

    changed = {name for name, _ in set(before.items()) ^ set(world.files().items())}
    journalled = {change["file"] for change in mended.document["changes"]}
    unknown = {name for name in changed if not any(j.endswith(name) for j in journalled)}
    # Of a command its line is told; what it did to files shows when it is taken back.
    is_by_command = "" in journalled
    assert is_by_command or not unknown, f"changed, and nobody was told: {unknown}"

    _undo(world, before)
    return "worked"


def _undo(world: World, before: dict[str, bytes]) -> None:
    """The same bytes again; a login that another replaced is kept nowhere, and undo says so."""
    undone = world.person.ask("undo", "--all", "--yes", env=world.env).document["changes"]
    left = [change for change in undone if not change["done"]]
    told = (NOT_KEPT, NO_INVERSE)
    assert all(any(words in change["why_not"] for words in told) for change in left), undone
    if not left:
        assert world.files() == before
