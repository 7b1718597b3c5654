"""The watch turns green when somebody makes the image public, whatever token was kept before."""

from __future__ import annotations

import os

import pytest

from wizard.core.checks import Visibility
from wizard.core.state import Choices, Journey, fold
from wizard.steps import detect, login, push, registry, visibility
from wizard.wiring import build


@pytest.mark.parametrize("host", ["ghcr.io", "token.practice.test"])
async def test_a_published_image_is_seen_as_public_at_the_next_look(host: str) -> None:
    async with build(os.environ, sandbox=True) as parts:
        prefix, _ = parts.parse_prefix(f"{host}/practice")
        journey = Journey(choices=Choices(prefix=prefix))
        credential = parts.practice.account_for(host).credential
        for step in (
            lambda now: detect.detect(parts, now),
            lambda now: registry.reach(parts, now),
            lambda now: login.log_in(parts, now, credential),
            lambda now: push.push(parts, now),
            lambda now: visibility.verify(parts, now),
        ):
            async for event in step(journey):
                journey = fold(journey, event)
        assert journey.visibility is Visibility.PRIVATE
        assert journey.pushed is not None

        await parts.practice.make_public(journey.pushed.reference.repository)
        async for event in visibility.verify(parts, journey):
            journey = fold(journey, event)

        assert journey.visibility is Visibility.PUBLIC
