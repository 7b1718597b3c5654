"""What a message can mean: causes ranked by how much of the message their signs explain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from wizard.causes import CATALOGUE
from wizard.causes.messages import SAYINGS
from wizard.cli.world import SignTable
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Sign, fill
from wizard.core.names import InvalidNameError, Reference, looks_like_host
from wizard.core.text import clean

_MOST_COUNTED = 60
"""Characters of a match that count: `.*` in a pattern must not win by what it runs over."""
_LONGEST_LINE = 2000
_BONUS_OF_THE_HOST = 15.0
_SIGN_WITH_MESSAGE = 30.0
_SIGN_WITH_CODE = 20.0
_SAYING = 31.0
_VAGUE_SAYING = 0.0
_RANK_STEP = 4.0

# A name that stands alone, and the address that engines print when they ask for a manifest.
_REFERENCE = re.compile(
    r"(?<![\w/.:@-])[a-z0-9.-]+(?::[0-9]+)?(?:/[a-z0-9._-]+)+(?::[\w.-]+)?(?:@sha256:\w+)?"
)
_ADDRESS = re.compile(r"https?://([a-z0-9.:-]+)/v2/([a-z0-9._/-]+?)/(?:manifests|blobs|tags)/")

_PROBES = {
    "engine": "registry-wizard doctor",
    "sdk": "registry-wizard doctor",
    "config": "registry-wizard doctor",
    "store": "registry-wizard doctor",
    "network": "registry-wizard doctor",
    "login": "registry-wizard doctor",
    "push": "registry-wizard doctor --push",
    "reference": "registry-wizard check {reference|REFERENCE}",
    "pull": "registry-wizard check {reference|REFERENCE}",
    "internal": "registry-wizard doctor",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One cause that a message can stand for."""

    cause: str
    summary: str
    probe: str
    """What to run, and what in its answer decides."""


def meanings(message: str, tables: Iterable[SignTable]) -> tuple[Meaning, ...]:
    """The likeliest first; empty when nothing fits.."""
    lines = [line[:_LONGEST_LINE] for line in message.splitlines() if line.strip()]
    # Patterns look at one line: a log of many must not match across them.
    facts = _facts(message)
    scores: dict[str, float] = {}
    for line in dict.fromkeys([*lines, clean(message, _LONGEST_LINE)]):
        for cause, score in (*_by_sayings(line), *_by_signs(line, _tables_for(tables, facts))):
            scores[cause] = max(scores.get(cause, 0.0), score)
    ranked = sorted(scores, key=lambda cause: -scores[cause])
    return tuple(_meaning(cause, facts) for cause in ranked)


def _tables_for(
    tables: Iterable[SignTable], facts: Mapping[str, str]
) -> list[tuple[SignTable, float]]:
    """The tables that can speak of this message, with a bonus for that of the host it names."""
    host = facts.get("host", "")
    weighed = []
    for table in tables:
        if table.claims is None or not host:
            weighed.append((table, 0.0))
        elif table.claims(host):
            weighed.append((table, _BONUS_OF_THE_HOST))
    return weighed


def _by_sayings(line: str) -> Iterator[tuple[str, float]]:
    for saying in SAYINGS:
        found = re.search(saying.pattern, line, re.IGNORECASE)
        if found is None:
            continue
        base = _VAGUE_SAYING if saying.is_vague else _SAYING + _counted(found[0])
        for rank, cause in enumerate(saying.causes):
            yield cause, base - rank * _RANK_STEP


def _by_signs(line: str, tables: list[tuple[SignTable, float]]) -> Iterator[tuple[str, float]]:
    for table, bonus in tables:
        for sign in table.signs:
            score = _score(sign, line)
            if score and sign.cause in CATALOGUE:
                yield sign.cause, score + bonus


def _score(sign: Sign, line: str) -> float:
    """How well a line alone fits a sign that was made for evidence; 0 for not at all."""
    if sign.message:
        found = re.search(sign.message, line, re.IGNORECASE)
        return _SIGN_WITH_MESSAGE + _counted(found[0]) if found else 0.0
    for code in filter(None, sign.codes):
        words = re.escape(code).replace("_", "[_ ]")
        if re.search(rf"\b{words}\b", line, re.IGNORECASE):
            return _SIGN_WITH_CODE + _counted(code) / 2
    return 0.0


def _counted(text: str) -> float:
    return min(len(text), _MOST_COUNTED) / 2


def _facts(message: str) -> dict[str, str]:
    """The reference and the host that the message speaks of, where it names them."""
    text = message[:_LONGEST_LINE].lower()
    named = [found[0].rstrip(".:") for found in _REFERENCE.finditer(text)]
    asked = [f"{found[1]}/{found[2]}" for found in _ADDRESS.finditer(text)]
    for name in (*named, *asked):
        first = name.partition("/")[0]
        if "." not in first or not looks_like_host(first):
            continue
        try:
            reference = Reference.parse(name.replace("registry-1.docker.io/", "docker.io/"))
        except InvalidNameError:
            continue
        repository = reference.repository
        has_version = ":" in name.partition("/")[2]
        return {
            "reference": str(reference if has_version else repository),
            "repository": str(repository),
            "host": repository.host,
            "owner": repository.path.partition("/")[0],
        }
    return {}


def _meaning(cause_id: str, facts: Mapping[str, str]) -> Meaning:
    cause = CATALOGUE[cause_id]
    probe = fill(_PROBES[cause_id.partition(".")[0]], facts)
    return Meaning(cause_id, fill(cause.summary, facts), f"{probe}  ({cause.evidence})")
