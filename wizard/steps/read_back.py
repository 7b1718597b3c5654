"""What the registry serves is what was pushed: digest, platform, content."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from wizard.core.checks import Step, passed
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.events import Began, Checked, Event, Pushed
from wizard.core.image import Manifest, TestImage, config_platform
from wizard.core.names import Reference
from wizard.core.ports import EnginePushed, Parts, RegistryApi
from wizard.steps.registry import Destination
from wizard.steps.run import Trouble, attempt

READ_BACK = "push.read-back"


async def read_back(
    parts: Parts,
    to: Destination,
    api: RegistryApi,
    reference: Reference,
    done: EnginePushed,
    image: TestImage,
) -> AsyncGenerator[Event, None]:
    yield Began(READ_BACK, Step.PUSH, f"reading {reference} back", parts.outside.timeout_s)
    outcome = await attempt(
        parts,
        _compare(api, reference, done, image),
        to.provider.signs,
        about=reference,
        stage=Stage.MANIFEST,
        limit_s=parts.outside.timeout_s * 2,
    )
    if isinstance(outcome, Trouble):
        yield Checked(outcome.row(READ_BACK, Step.PUSH))
        return
    manifest = outcome.value
    size = sum(part.size for part in (manifest.config, *manifest.layers) if part)
    digest = str(done.digest)
    said = f"it is there, for {image.platform}, with the digest that was pushed"
    yield Checked(passed(READ_BACK, Step.PUSH, said, digest, seconds=outcome.seconds))
    yield Pushed(reference, done.digest, image.platform, size, 0.0, done.route, manifest)


async def _compare(
    api: RegistryApi, reference: Reference, done: EnginePushed, image: TestImage
) -> Manifest:
    """The platform's manifest as the registry serves it. Raises Problem when it is another's."""
    repository = reference.repository
    top = await api.get_manifest(repository, reference.version)
    if top.digest != done.digest:
        answered = f"{top.digest.short}, but {done.digest.short} was pushed"
        raise Problem(
            Evidence(Stage.MANIFEST, f"the digest of {reference}", answered, fault=Fault.DIGEST),
            cause="push.interrupted",
        )
    if top.digest == image.manifest.digest:
        return top  # our own bytes: platform and content are known
    own = top
    if top.is_index:
        child = top.child(image.platform)
        if child is None:
            raise _other_platform(reference, image, "another platform")
        own = await api.get_manifest(repository, str(child.digest))
    if own.config is None:
        raise _other_platform(reference, image, "no platform at all")
    stated = config_platform(await api.get_blob(repository, own.config))
    if (stated.os, stated.architecture) != (image.platform.os, image.platform.architecture):
        raise _other_platform(reference, image, str(stated))
    return own


def _other_platform(reference: Reference, image: TestImage, stated: str) -> Problem:
    facts = {"platform": str(image.platform), "reference": str(reference)}
    asked = f"the platform of {reference}"
    return Problem(
        Evidence(Stage.MANIFEST, asked, f"{stated}, not {image.platform}", facts=facts),
        cause="engine.platform-unsupported",
    )
