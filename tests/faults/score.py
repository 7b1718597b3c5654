"""What is counted of each fault, and the table of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Final

PROPERTY: Final = "fault"


@dataclass(frozen=True)
class Score:
    """One fault or control, as doctor saw it."""

    name: str
    family: str
    cause: str
    """The true one; empty for a control."""
    named: str
    """What doctor named first; empty where it called the machine ready."""
    seconds: float
    is_right: bool
    is_abstention: bool = False
    """Right, and right to say that it cannot be decided."""
    fix: str = ""
    """`worked` or `failed`, where the wizard offers to mend it by itself."""
    peer: str = ""
    """How far plain docker's or skopeo's own words go: `cause`, `remedy`, both or nothing."""
    ours: str = ""
    """The same of our words, by the same rule."""
    peers: dict[str, str] = field(default_factory=dict)
    """The same of the words of others, where they were asked (peers.py)."""

    @property
    def text(self) -> str:
        """For pytest's `record_property`."""
        return json.dumps(asdict(self))


def table(scores: Sequence[Score]) -> str:
    """A row for each family, and the sums that the limits are about."""
    lines = [f"{'family':<12}{'faults':>8}{'right first':>13}{'abstained':>11}{'fixes':>9}{'s':>7}"]
    families = sorted({score.family for score in scores})
    lines += [_row(family, [s for s in scores if s.family == family]) for family in families]
    faults = [score for score in scores if score.cause]
    controls = [score for score in scores if not score.cause]
    lines.append(_row("all faults", faults))
    comfort = sum(not score.named for score in faults)
    alarms = sum(not score.is_right for score in controls)
    lines += [
        f"false comfort: {comfort} of {len(faults)}; false alarms: {alarms} of {len(controls)}",
        _in_words("cause", faults),
        _in_words("remedy", faults),
    ]
    lines += [f"wrong: {s.name}: {s.cause}, named {s.named}" for s in faults if not s.is_right]
    lines += [f"not said by us: {s.name}: {s.ours}" for s in faults if "remedy" not in s.ours]
    return "\n".join(lines)


def _row(name: str, scores: Sequence[Score]) -> str:
    right = sum(score.is_right for score in scores)
    abstained = sum(score.is_abstention for score in scores)
    fixes = [score.fix for score in scores if score.fix]
    worked = f"{sum(fix == 'worked' for fix in fixes)}/{len(fixes)}" if fixes else "-"
    seconds = median(score.seconds for score in scores) if scores else 0.0
    share = f"{right}/{len(scores)}"
    return f"{name:<12}{len(scores):>8}{share:>13}{abstained:>11}{worked:>9}{seconds:>7.2f}"


def _in_words(what: str, scores: Sequence[Score]) -> str:
    judged = [score for score in scores if score.ours]
    said = {"ours": sum(what in score.ours for score in judged)}
    said["the plain command's"] = sum(what in score.peer for score in judged)
    line = f"{what} in words, of {len(judged)}: {_counts(said)}"
    read = [score for score in judged if score.peers]
    if not read:
        return line
    others = {"ours": sum(what in score.ours for score in read)}
    for peer in sorted({name for score in read for name in score.peers}):
        others[f"{peer}'s"] = sum(what in score.peers.get(peer, "") for score in read)
    return f"{line}\n  of the {len(read)} that all were shown: {_counts(others)}"


def _counts(said: Mapping[str, int]) -> str:
    return ", ".join(f"{whose} {count}" for whose, count in said.items())
