"""After the push: an image that is private is made public by a person, or declared pullable."""

from __future__ import annotations

from dataclasses import replace

from wizard.cli.output import Output
from wizard.cli.questions import Questions
from wizard.cli.render import fix_lines
from wizard.cli.session import follow
from wizard.core.checks import Pull, Visibility
from wizard.core.ports import Parts
from wizard.core.state import Journey
from wizard.core.text import clean
from wizard.steps import visibility

_MAKE_PUBLIC = "I make it public now; ask again every 5 s until it is (Ctrl-C leaves)"
_STAYS_PRIVATE = "It stays private, and the cluster gets a pull secret"
_LATER = "Decide later"
_PLAYED = "Let the practice play the person who makes it public"


async def settle_visibility(
    parts: Parts, journey: Journey, output: Output, questions: Questions | None
) -> Journey:
    """Leaves the journey as it is unless the image is private and something may be done."""
    verified = journey.verified
    is_open = journey.pull is Pull.UNPROVEN
    if verified is None or verified.visibility is not Visibility.PRIVATE or not is_open:
        return journey
    if questions is None:
        return await _practise(parts, journey, output) if parts.is_sandbox else journey
    questions.say("", f"Who can make it public: {verified.owner}.")
    questions.say(*fix_lines(verified.publish_fixes, output.style))
    options = [_MAKE_PUBLIC, _STAYS_PRIVATE, _LATER]
    if parts.is_sandbox:
        options.insert(0, _PLAYED)
    picked = options[questions.choose("How will the cluster pull it?", options)]
    if picked == _LATER:
        return journey
    if picked == _PLAYED:
        return await _practise(parts, journey, output)
    if picked == _MAKE_PUBLIC:
        return await follow(visibility.watch(parts, journey), journey, output, shows_rows=False)
    choices = replace(journey.choices, declared_pull="an image-pull secret")
    declared = replace(journey, choices=choices)
    return await follow(visibility.verify(parts, declared), declared, output, shows_rows=True)


async def _practise(parts: Parts, journey: Journey, output: Output) -> Journey:
    """The practice plays the person who makes it public, who may be refused as a real one."""
    if journey.pushed is None:
        return journey
    try:
        await parts.practice.make_public(journey.pushed.reference.repository)
    except Exception as refused:  # noqa: BLE001 - a face knows no type of the sandbox
        output.aside(f"It cannot be made public here: {clean(str(refused))}")
        return journey
    output.aside("Made public by the practice, as a person would do it on the page.")
    return await follow(visibility.verify(parts, journey), journey, output, shows_rows=True)
