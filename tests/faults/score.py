"""What is counted of each fault, and the table of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
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

    @property
    def text(self) -> str:
        """For pytest's `record_property`."""
        return json.dumps(asdict(self))


def table(scores: Sequence[Score]) -> str:
    """A row for each family, and the sums that the limits are about."""
    lines = [f"{'family':<12}{'faults':>8}{'right first':>13}{'abstained':>11}{'fixes':>9}{'s':>7}"]
    for family in sorted({score.family for score in scores}):
        lines.append(_row(family, [score for score in scores if score.family == family]))
    faults = [score for score in scores if score.cause]
    controls = [score for score in scores if not score.cause]
    lines.append(_row("all faults", faults))
    comfort = sum(not score.named for score in faults)
    alarms = sum(not score.is_right for score in controls)
    lines += [
        f"false comfort: {comfort} of {len(faults)}; false alarms: {alarms} of {len(controls)}",
        f"cause in words: ours {_said(faults, 'ours', 'cause')}, "
        f"the plain command {_said(faults, 'peer', 'cause')}",
        f"a remedy in words: ours {_said(faults, 'ours', 'remedy')}, "
        f"the plain command {_said(faults, 'peer', 'remedy')}",
    ]
    lines += [f"wrong: {s.name}: {s.cause}, named {s.named}" for s in faults if not s.is_right]
    return "\n".join(lines)


def _row(name: str, scores: Sequence[Score]) -> str:
    right = sum(score.is_right for score in scores)
    abstained = sum(score.is_abstention for score in scores)
    fixes = [score.fix for score in scores if score.fix]
    worked = f"{sum(fix == 'worked' for fix in fixes)}/{len(fixes)}" if fixes else "-"
    seconds = median(score.seconds for score in scores) if scores else 0.0
    share = f"{right}/{len(scores)}"
    return f"{name:<12}{len(scores):>8}{share:>13}{abstained:>11}{worked:>9}{seconds:>7.2f}"


def _said(scores: Iterable[Score], whose: str, what: str) -> str:
    judged = [getattr(score, whose) for score in scores if score.ours]
    return f"{sum(what in said for said in judged)} of {len(judged)}"
