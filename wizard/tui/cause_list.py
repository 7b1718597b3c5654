"""Every cause as a list that what is typed narrows down."""

from __future__ import annotations

from functools import partial

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider

from wizard.causes import CATALOGUE
from wizard.core.filling import fill
from wizard.tui import intents


def cause_list() -> CommandPalette:
    return CommandPalette(providers=[Causes], placeholder="Which cause?")


class Causes(Provider):
    """Asks the page below for the explanation of what is chosen."""

    async def discover(self) -> Hits:
        for id_, summary in _rows():
            yield DiscoveryHit(summary, self._opening(id_), help=id_)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for id_, summary in _rows():
            score = max(matcher.match(summary), matcher.match(id_))
            if score > 0:
                yield Hit(score, matcher.highlight(summary), self._opening(id_), help=id_)

    def _opening(self, cause: str) -> partial[bool]:
        return partial(self.screen.post_message, intents.Explain(cause))


def _rows() -> list[tuple[str, str]]:
    return [(cause.id, fill(cause.summary, {})) for cause in CATALOGUE.values()]
