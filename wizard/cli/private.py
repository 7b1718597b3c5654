"""After the push: an image that is private is made public by a person, or declared pullable."""

from __future__ import annotations

from dataclasses import replace

from wizard.cli.output import Output
from wizard.cli.questions import Questions
from wizard.cli.render import fix_lines
from wizard.cli.session import follow
from wizard.core.checks import Pull, Visibility
from wizard.core.cluster import CLUSTER_FIELDS
from wizard.core.ports import Parts
from wizard.core.state import Choices, Journey
from wizard.core.text import clean
from wizard.steps import visibility
from wizard.steps.pull_secret import pull_secret_ways, token_advice
from wizard.steps.registry import destination

_MAKE_PUBLIC = "I make it public now; ask again every 5 s until it is (Ctrl-C leaves)"
_SECRET = "It stays private, and the cluster gets a pull secret"  # noqa: S105 - words
_IDENTITY = "The cluster pulls it by its own account or identity"
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
        is_played = parts.is_sandbox and not journey.is_never_public
        return await _practise(parts, journey, output) if is_played else journey
    if not journey.is_never_public:
        questions.say("", f"Who can make it public: {verified.owner}.")
    questions.say(*fix_lines(verified.publish_fixes, output.style))
    options = _options(parts, journey)
    picked = options[questions.choose("How will the cluster pull it?", options)]
    if picked == _LATER:
        return journey
    if picked == _PLAYED:
        return await _practise(parts, journey, output)
    if picked == _MAKE_PUBLIC:
        return await follow(visibility.watch(parts, journey), journey, output, shows_rows=False)
    if picked == _IDENTITY:
        choices = _identity(journey.choices, questions)
    else:
        choices = replace(journey.choices, declared_pull="an image-pull secret")
    declared = replace(journey, choices=choices)
    declared = await follow(visibility.verify(parts, declared), declared, output, shows_rows=True)
    if picked == _SECRET:
        _tell_secret(parts, declared, output, questions)
    return declared


def _options(parts: Parts, journey: Journey) -> list[str]:
    options = [_SECRET, _LATER]
    if destination(parts, journey).endpoint.cloud:
        options.insert(0, _IDENTITY)
    if not journey.is_never_public:
        options.insert(0, _MAKE_PUBLIC)
        if parts.is_sandbox:
            options.insert(0, _PLAYED)
    return options


def _identity(choices: Choices, questions: Questions) -> Choices:
    """Asked until one of the two is named."""
    while True:
        account, principal = (questions.field(field, "") for field in CLUSTER_FIELDS)
        if account or principal:
            account = account.replace("-", "")
            return replace(choices, cluster_account=account, cluster_principal=principal)
        questions.say("  One of the two is needed.")


def _tell_secret(parts: Parts, journey: Journey, output: Output, questions: Questions) -> None:
    """The commands, without any secret in them."""
    advice, fixes = token_advice(parts, journey)
    questions.say("", f"{advice}.", *fix_lines(fixes, output.style))
    for way in pull_secret_ways(parts, journey):
        questions.say("", f"{way.title}:", *(f"  {command}" for command in way.commands))
        questions.say(f"  {way.note}")


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
