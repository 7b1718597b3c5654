"""What a message can mean: causes ranked by how much the words of its most telling line say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from wizard.causes import CATALOGUE
from wizard.causes.messages import ELSEWHERE, SAYINGS, Saying, Weight
from wizard.cli.log_lines import joined, lines_of
from wizard.cli.named_image import image_facts
from wizard.cli.world import SignTable
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Sign
from wizard.core.filling import fill
from wizard.core.text import clean

_MOST: Final = 5
"""Causes that are named: what is less likely than five others helps nobody."""
_OF_A_WEIGHT: Final = 100.0
_OF_A_PLACE: Final = 4.0
_OF_LATENESS: Final = 10.0
_OF_ANOTHER_ACTION: Final = 150.0
_OF_A_LOGIN: Final = 40.0
"""Against a login of this machine where a cluster pulls, which has none or one of its own."""
_OF_THE_HOST: Final = 30.0
_SIGN: Final = 150.0
_CODE: Final = 120.0
_MOST_COUNTED: Final = 60
"""Characters of a match that count: `.*` in a pattern must not win by what it runs over."""
_LEAST_BESIDE_PLAIN_WORDS: Final = 2 * _OF_A_WEIGHT - _OF_A_PLACE * 3
"""Where a line says why, what `denied` in another line could mean is noise."""

# What was being done, where the line says it: a pull is not refused for want of the right to push.
_PUSHING: Final = re.compile(
    r"fail\w* to push|push access denied|\bpushing\b|refers to repository|writing (blob|manifest)"
    r"|uploading (layer|manifest)|layer upload|blobs/uploads|pull(%2c|,)push|action\W+push"
    r"|uploadartifacts",
    re.IGNORECASE,
)
_PULLING: Final = re.compile(
    r"fail\w* to (pull|resolve reference)|trying to pull|pull access denied|pulling image"
    r"|image pull|action\W+pull|downloadartifacts|error pulling",
    re.IGNORECASE,
)
_KUBELET: Final = re.compile(r"failed to pull image|back-off pulling|imagepull", re.IGNORECASE)

_PROBES: Final = {
    "push": "registry-wizard doctor --push",
    "reference": "registry-wizard check {reference|REFERENCE}",
    "pull": "registry-wizard check {reference|REFERENCE}",
}
_PROBE: Final = "registry-wizard doctor"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One cause that a message can stand for."""

    cause: str
    summary: str
    probe: str
    """What to run, and what in its answer decides."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of a message: the causes, the likeliest first, none when nothing is known."""

    meanings: tuple[Meaning, ...] = ()
    line: str = ""
    """The most telling one, cleaned."""
    is_one_of_many: bool = False
    """The message had other lines beside it."""
    deciding: tuple[str, str] = ("", "")
    """The command that tells these causes apart, and a sentence on how it does."""
    is_vague: bool = False
    """The words say that something failed, and nearly nothing about what."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    cause: str
    score: float
    line: str
    apart: str = ""


def meanings(message: str, tables: Iterable[SignTable]) -> tuple[Meaning, ...]:
    """The likeliest first; empty when nothing fits."""
    return read(message, tables).meanings


def read(message: str, tables: Iterable[SignTable]) -> Reading:
    """Rank the causes; the line with the most telling words decides, the later of equals."""
    lines = lines_of(message)
    facts = image_facts(lines)
    weighed = _tables_for(tables, facts)
    best: dict[str, _Candidate] = {}
    for number, line in enumerate((joined(lines), *lines)):
        lateness = _OF_LATENESS * number / len(lines) if lines else 0.0
        by_sayings = list(_by_sayings(line))
        # Signs are made for answers of registries: of a line from anywhere they are no proof.
        signs = _by_signs(line, weighed, alone=not by_sayings and not facts)
        for found in (*by_sayings, *signs):
            late = _Candidate(found.cause, found.score + lateness, line, found.apart)
            if found.cause not in best or late.score > best[found.cause].score:
                best[found.cause] = late
    ranked = sorted(best.values(), key=lambda candidate: -candidate.score)
    return _reading(_worth_naming(ranked), facts, is_one_of_many=len(lines) > 1)


def _worth_naming(ranked: list[_Candidate]) -> list[_Candidate]:
    if not ranked or ranked[0].score < Weight.PLAIN * _OF_A_WEIGHT:
        return ranked[:_MOST]
    return [one for one in ranked if one.score >= _LEAST_BESIDE_PLAIN_WORDS][:_MOST]


def _reading(
    ranked: list[_Candidate], facts: Mapping[str, str], *, is_one_of_many: bool
) -> Reading:
    if not ranked:
        return Reading()
    first = ranked[0]
    return Reading(
        meanings=tuple(_meaning(one.cause, facts) for one in ranked),
        line=clean(first.line, 400),
        is_one_of_many=is_one_of_many,
        deciding=_deciding(ranked, facts),
        is_vague=first.score < Weight.FRAME * _OF_A_WEIGHT - _OF_A_LOGIN,
    )


def _deciding(ranked: list[_Candidate], facts: Mapping[str, str]) -> tuple[str, str]:
    """Of the first row that knows of look-alikes; else what the first cause is decided by."""
    apart = next((one.apart for one in ranked if one.apart), "") if len(ranked) > 1 else ""
    if not apart:
        cause = ranked[0].cause
        return _probe(cause, facts), CATALOGUE[cause].evidence
    _, command, how = fill(apart, facts).split("`", 2)
    return command, f"It {how.strip()}"


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
            weighed.append((table, _OF_THE_HOST))
    return weighed


def _by_sayings(line: str) -> Iterator[_Candidate]:
    # The last quote is that of a logger, which put the whole message in quotes.
    words = line.rstrip('"')
    if _ELSEWHERE.search(words):
        return
    for saying in SAYINGS:
        found = _pattern(saying).search(words)
        if found is None:
            continue
        base = saying.weight * _OF_A_WEIGHT + _counted(found[0])
        for place, cause in enumerate(saying.causes):
            score = base - place * _OF_A_PLACE - _against(cause, line)
            yield _Candidate(cause, score, line, saying.apart)


_ELSEWHERE: Final = re.compile(ELSEWHERE, re.IGNORECASE)
_COMPILED: dict[str, re.Pattern[str]] = {}


def _pattern(saying: Saying) -> re.Pattern[str]:
    # More rows than the cache of `re` has room for: each line would compile them all anew.
    known = _COMPILED.get(saying.pattern)
    if known is None:
        known = _COMPILED[saying.pattern] = re.compile(saying.pattern, re.IGNORECASE)
    return known


def _against(cause: str, line: str) -> float:
    """What speaks against a cause when the line says what was being done."""
    family = cause.partition(".")[0]
    if _PUSHING.search(line):
        return _OF_ANOTHER_ACTION if family == "pull" else 0.0
    if not _PULLING.search(line):
        return 0.0
    if _KUBELET.search(line) and cause == "pull.private-or-missing":
        return _OF_A_PLACE + 1
    return {"push": _OF_ANOTHER_ACTION, "login": _OF_A_LOGIN}.get(family, 0.0)


def _by_signs(
    line: str, tables: list[tuple[SignTable, float]], *, alone: bool
) -> Iterator[_Candidate]:
    """What registries say in their own protocol: it never outweighs plain words of tools.

    `alone`: nothing else speaks for a registry, so only codes of the protocol count.
    """
    for table, bonus in tables:
        for sign in table.signs:
            score = 0.0 if alone and sign.message else _score(sign, line)
            if score and sign.cause in CATALOGUE:
                yield _Candidate(sign.cause, score + bonus - _against(sign.cause, line), line)


def _score(sign: Sign, line: str) -> float:
    """How well a line alone fits a sign that was made for evidence; 0 for not at all."""
    if sign.message:
        found = re.search(sign.message, line, re.IGNORECASE)
        return _SIGN + _counted(found[0]) if found else 0.0
    for code in filter(None, sign.codes):
        # As the protocol writes it, or as docker does: `not found` alone is everybody's word.
        if re.search(rf"\b{code}\b|(?<!\w )\b{code.replace('_', ' ').lower()}: ", line):
            return _CODE + _counted(code)
    return 0.0


def _counted(text: str) -> float:
    return min(len(text), _MOST_COUNTED) / 2


def _meaning(cause_id: str, facts: Mapping[str, str]) -> Meaning:
    cause = CATALOGUE[cause_id]
    probe = _probe(cause_id, facts)
    return Meaning(cause_id, fill(cause.summary, facts), f"{probe}  ({cause.evidence})")


def _probe(cause_id: str, facts: Mapping[str, str]) -> str:
    return fill(_PROBES.get(cause_id.partition(".")[0], _PROBE), facts)
