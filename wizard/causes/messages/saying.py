"""A row of messages: a pattern, the causes behind such words, and how to tell them apart."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from wizard.core.dataclass import dataclass


class Weight(IntEnum):
    """How much the words say about why. A line of more weight decides over any of less."""

    ASIDE = 0
    """A warning that stands in many logs which end badly for another reason."""
    VAGUE = 1
    """Something failed; nearly nothing about what: `denied`."""
    FRAME = 2
    """Which action failed, around the words that say why: `error saving credentials`."""
    PLAIN = 3
    """Why it failed."""
    TELLING = 4
    """Why it failed, so exactly that plainer words in the same line add nothing."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A row. The pattern is sought anywhere in a line and ignores case."""

    pattern: str
    causes: tuple[str, ...]
    """The commonest behind these words first."""
    apart: str = ""
    """The command that tells the causes apart, and by what; `{reference|…}` is filled."""
    weight: Weight = Weight.PLAIN


def says(pattern: str, *causes: str, apart: str = "") -> Saying:
    return Saying(pattern, causes, apart)


def tells(pattern: str, *causes: str, apart: str = "") -> Saying:
    return Saying(pattern, causes, apart, Weight.TELLING)


def frames(pattern: str, *causes: str, apart: str = "") -> Saying:
    return Saying(pattern, causes, apart, Weight.FRAME)


def hints(pattern: str, *causes: str, apart: str = "") -> Saying:
    return Saying(pattern, causes, apart, Weight.VAGUE)


def warns(pattern: str, *causes: str, apart: str = "") -> Saying:
    return Saying(pattern, causes, apart, Weight.ASIDE)


# What the wizard's own probes do, said once: many rows end in the same question.
BY_ENGINES: Final = (
    "`registry-wizard doctor` asks the chosen address and every other engine that it finds here, "
    "and says for each whether it is missing, refuses you, or hangs."
)
BY_SDK: Final = (
    "`registry-wizard doctor` compares the engine that the docker command reaches with the one "
    "that the project's docker package reaches."
)
BY_STORES: Final = (
    "`registry-wizard doctor` calls the helper itself, with a deadline, and then looks for the "
    "login in all other places."
)
BY_OWN_CONNECTION: Final = (
    "`registry-wizard doctor --push` connects from here and lets the engine connect: if only the "
    "engine fails, it is the engine's own setting."
)
BY_LOGIN: Final = (
    "`registry-wizard doctor` looks for the login where docker looks, then shows it to the "
    "registry: none found, refused, or run out are three different answers."
)
BY_RIGHTS: Final = (
    "`registry-wizard doctor` shows the login to the registry, reads its scopes where they can be "
    "read, and begins an upload: the first of the three that is refused is the cause."
)
BY_BOTH_PULLS: Final = (
    "`registry-wizard check {reference|REFERENCE}` asks with and without your login: served only "
    "with it is private, refused both ways is missing or not yours."
)
