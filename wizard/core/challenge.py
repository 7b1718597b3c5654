"""Read `WWW-Authenticate` headers into challenges (RFC 9110 section 11; registries.md 8.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Final

from wizard.core.dataclass import dataclass
from wizard.core.text import clean

MOST_CHALLENGES: Final = 10
MOST_PARAMETERS: Final = 16
MOST_CHARACTERS: Final = 8 * 1024

# RFC 9110 token characters, and what real registries leave unquoted: `realm=https://host/token`.
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LOOSE_VALUE = re.compile(r"[^\s,\"]+")
_SPACES = re.compile(r"[ \t]*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))")


class ChallengeError(ValueError):
    """The header cannot be read. `raw` is what it said, cleaned, for the report."""

    def __init__(self, reason: str, raw: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.raw = clean(raw)


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to authenticate that the server offers. Scheme and names in lower case."""

    scheme: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def realm(self) -> str:
        return self.parameters.get("realm", "")

    @property
    def service(self) -> str:
        return self.parameters.get("service", "")

    @property
    def lacks_scope(self) -> bool:
        """A 401 that means 403: the token is good and not enough."""
        return self.parameters.get("error") == "insufficient_scope"


def parse_challenges(headers: Iterable[str]) -> tuple[Challenge, ...]:
    """All challenges of all header lines, in order. Raises ChallengeError.

    Bounded to 10 challenges of 16 parameters in 8 KiB, so that nobody can make it work long.
    """
    lines = list(headers)
    joined = ", ".join(lines[: MOST_CHALLENGES + 1])
    if len(lines) > MOST_CHALLENGES or len(joined) > MOST_CHARACTERS:
        raise ChallengeError("the challenge is too long", joined)
    return _Reader(joined).challenges()


def choose(challenges: Iterable[Challenge]) -> Challenge | None:
    """Bearer where it names a realm, else Basic, else None."""
    offered = list(challenges)
    for challenge in offered:
        if challenge.scheme == "bearer" and challenge.realm:
            return challenge
    return next((c for c in offered if c.scheme == "basic"), None)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def challenges(self) -> tuple[Challenge, ...]:
        found: list[Challenge] = []
        self._skip_separators()
        while self._at < len(self._text):
            if len(found) == MOST_CHALLENGES:
                raise self._error("there are too many challenges")
            found.append(self._challenge())
            self._skip_separators()
        return tuple(found)

    def _challenge(self) -> Challenge:
        scheme = self._match(_TOKEN)
        if scheme is None:
            raise self._error("a challenge starts without a scheme")
        self._match(_SPACES)
        if self._match(_TOKEN68) is not None:
            # `Negotiate abc==`, or a bare scheme and the next one: neither names parameters.
            return Challenge(scheme.lower())
        return Challenge(scheme.lower(), self._parameters())

    def _parameters(self) -> dict[str, str]:
        parameters: dict[str, str] = {}
        while True:
            self._skip_separators()
            start = self._at
            name = self._match(_TOKEN)
            self._match(_SPACES)
            if name is None or not self._text.startswith("=", self._at):
                # A token that no `=` follows is the scheme of the next challenge.
                self._at = start
                return parameters
            self._at += 1
            if name.lower() in parameters:
                raise self._error(f"`{name}` is given twice")
            if len(parameters) == MOST_PARAMETERS:
                raise self._error("a challenge has too many parameters")
            parameters[name.lower()] = self._value()

    def _value(self) -> str:
        self._match(_SPACES)
        if not self._text.startswith('"', self._at):
            return self._match(_LOOSE_VALUE) or ""
        quoted = self._match(_QUOTED)
        if quoted is None:
            raise self._error("a quotation mark is never closed")
        return re.sub(r"\\(.)", r"\1", quoted[1:-1], flags=re.DOTALL)

    def _skip_separators(self) -> None:
        while self._at < len(self._text) and self._text[self._at] in ", \t":
            self._at += 1

    def _match(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found[0]

    def _error(self, reason: str) -> ChallengeError:
        return ChallengeError(reason, self._text)
