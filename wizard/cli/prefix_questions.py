"""Which registry, asked in plain questions: the same fields as everywhere, and what is known."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing, suppress

from wizard.cli.questions import Questions
from wizard.core.diagnosis import Problem
from wizard.core.names import InvalidNameError
from wizard.core.ports import Parts, RegistryProvider
from wizard.core.prefix import Prefix, PrefixError
from wizard.core.state import Choices
from wizard.steps.suggest import suggestions


async def ask_prefix(parts: Parts, questions: Questions) -> Prefix:
    """Pick a registry, fill its fields in; again until they name a destination."""
    provider = _provider(parts, questions)
    known = await _known(parts, provider)
    while True:
        answers = {
            field.id: questions.field(field, known.get(field.id, "")) for field in provider.fields
        }
        try:
            prefix = provider.compose(answers)
        except PrefixError as error:
            meant = f" Meant, perhaps: {error.suggestion}" if error.suggestion else ""
            questions.say(f"  {error.reason}.{meant}")
            known = answers
            continue
        questions.say(f"Images will be called {prefix}/IMAGE:TAG")
        return prefix


async def _known(parts: Parts, provider: RegistryProvider) -> dict[str, str]:
    """The likeliest answers that this machine knows."""
    with suppress(Problem):  # a store that cannot be read is told when the login is looked for
        async with aclosing(suggestions(parts, provider)) as known:
            async for suggestion in known:
                return dict(suggestion.answers)
    return {}


def _provider(parts: Parts, questions: Questions) -> RegistryProvider:
    options = [
        "\n".join([provider.title, *(f"     {line}" for line in provider.about)])
        for provider in parts.registries
    ]
    return parts.registries[questions.choose("Which registry?", options)]


def ask_image(choices: Choices, questions: Questions, found: Sequence[str] = ()) -> str:
    """The name that the user's code will push; checked against the grammar with its prefix."""
    questions.say("The name of the image in your code, as in ImageSpec(name=…):")
    if found:
        questions.say(f"  found in the code here: {', '.join(found)}")
    while True:
        name = questions.ask("Image name", choices.image)
        try:
            if choices.prefix is not None:
                choices.prefix.repository(name)
        except InvalidNameError as error:
            questions.say(f"  {error}")
            continue
        return name
