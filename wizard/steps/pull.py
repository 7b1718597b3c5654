"""Pull an image as an engine on a cluster node would: manifest, the platform's child, its content.

Used to prove visibility and by `check`. Order and requests: performance.md, registries.md 8.5.
"""

from __future__ import annotations

import asyncio

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Diagnosis, Evidence, Problem, Stage, diagnose
from wizard.core.image import Descriptor, InvalidManifestError, Manifest, config_platform
from wizard.core.names import Digest, Platform, Reference, Repository
from wizard.core.ports import Parts, RegistryApi, RegistryProvider
from wizard.core.secret import AnyCredential, Credential
from wizard.steps.run import Done, attempt

NOT_FOUND = 404
MOST_READ_BYTES = 64 * 1024
"""Of a layer: what takes no longer than asking whether it is there."""
_NO_REPOSITORY = "NAME_UNKNOWN"
UNDECIDED_PULLS = ("pull.private-or-missing", "pull.private")


@dataclass(frozen=True, slots=True)
class Pulled:
    """What was read, all of it."""

    digest: Digest
    """Of the manifest or index that the reference names."""
    platforms: tuple[Platform, ...]
    size_bytes: int
    """Config and layers of the platform's image, as a node would transfer them."""
    manifest: Manifest
    """The platform's own."""
    evidence: tuple[str, ...]


async def pull(
    api: RegistryApi, reference: Reference, platform: Platform, known: Manifest | None = None
) -> Pulled:
    """Read everything that a pull needs. Raises Problem at the first thing that is refused.

    With `known`, the platform's manifest as it was pushed, its content is asked for at the same
    time as the manifest: one round trip less, and nothing is taken on trust.
    """
    repository = reference.repository
    if known is not None:
        # Awaited in this order: the manifest's refusal is the one to report, as in a real pull.
        reading = asyncio.ensure_future(_content(api, repository, known))
        try:
            top = await _top(api, reference)
            stated = await reading
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        if _platform_digest(top, platform) == known.digest:
            return _pulled(reference, top, known, stated, platform)
    else:
        top = await _top(api, reference)
    own = await _own(api, reference, top, platform)
    stated = await _content(api, repository, own)
    return _pulled(reference, top, own, stated, platform)


async def _top(api: RegistryApi, reference: Reference) -> Manifest:
    try:
        return await api.get_manifest(reference.repository, reference.version)
    except Problem as problem:
        raise await _told_apart(api, reference.repository, problem) from None


async def _told_apart(api: RegistryApi, repository: Repository, problem: Problem) -> Problem:
    """Distribution says `manifest unknown` of a missing repository too (seen): its tags decide."""
    if problem.evidence[-1].status != NOT_FOUND or problem.evidence[-1].code == _NO_REPOSITORY:
        return problem
    try:
        await api.expect_repository(repository)
    except Problem as other:
        if other.evidence[-1].code == _NO_REPOSITORY:
            return Problem(*problem.evidence, *other.evidence)
    return problem


def _platform_digest(top: Manifest, platform: Platform) -> Digest | None:
    if not top.is_index:
        return top.digest
    child = top.child(platform)
    return child.digest if child else None


async def _own(
    api: RegistryApi, reference: Reference, top: Manifest, platform: Platform
) -> Manifest:
    """The platform's own manifest: the top one, or the index's child for the platform."""
    if not top.is_index:
        return top
    child = top.child(platform)
    if child is None:
        raise _platform_missing(reference, platform, _platforms(top))
    try:
        return await api.get_manifest(reference.repository, str(child.digest))
    except Problem as problem:
        if problem.evidence[-1].status != NOT_FOUND:
            raise
        raise _child_gone(reference, platform, problem) from None


def _platforms(top: Manifest) -> tuple[Platform, ...]:
    return tuple(child.platform for child in top.children if child.platform)


async def _content(api: RegistryApi, repository: Repository, own: Manifest) -> Platform:
    """Read the config and ask for every layer; the platform that the config states."""
    if own.config is None:
        raise Problem(Evidence(Stage.MANIFEST, str(repository), "the manifest names no config"))
    layers = asyncio.gather(*(_layer(api, repository, layer) for layer in own.layers))
    config, _ = await asyncio.gather(api.get_blob(repository, own.config), layers)
    try:
        return config_platform(config)
    except InvalidManifestError as error:
        raise Problem(
            Evidence(Stage.BLOB, f"the config of {repository}", str(error)),
            cause="pull.blobs-unreadable",
        ) from error


async def _layer(api: RegistryApi, repository: Repository, layer: Descriptor) -> None:
    """Small ones are read whole: what is damaged on the way has the right length."""
    if layer.size <= MOST_READ_BYTES:
        await api.get_blob(repository, layer)
        return
    if not await api.has_blob(repository, layer):
        gone = Evidence(
            Stage.BLOB,
            f"layer {layer.digest.short} of {repository}",
            "not there",
            repository.host,
            status=404,
            facts={"reference": str(repository)},
        )
        raise Problem(gone, cause="pull.blobs-unreadable")


def _platform_missing(
    reference: Reference, platform: Platform, there: tuple[Platform, ...]
) -> Problem:
    names = ", ".join(str(p) for p in there) or "none named"
    facts = {"platform": str(platform), "reference": str(reference), "platforms": names}
    evidence = Evidence(
        Stage.MANIFEST,
        f"{reference} for {platform}",
        f"it is there for {names}",
        reference.repository.host,
        facts=facts,
    )
    return Problem(evidence, cause="pull.platform-missing")


def _child_gone(reference: Reference, platform: Platform, problem: Problem) -> Problem:
    """The index is there and lists it: a clean-up of what has no tag takes just these."""
    facts = {"platform": str(platform), "reference": str(reference), "platforms": "others, or none"}
    told = Evidence(
        Stage.MANIFEST,
        f"{reference} for {platform}",
        "it is listed, and its manifest is gone: a clean-up of untagged versions does that",
        reference.repository.host,
        facts=facts,
    )
    return Problem(*problem.evidence, told, cause="pull.platform-missing")


def _pulled(
    reference: Reference, top: Manifest, own: Manifest, stated: Platform, wanted: Platform
) -> Pulled:
    if not top.is_index and (stated.os, stated.architecture) != (wanted.os, wanted.architecture):
        raise _platform_missing(reference, wanted, (stated,))
    size = sum(part.size for part in (own.config, *own.layers) if part)
    layers = f"{len(own.layers)} layer" + ("" if len(own.layers) == 1 else "s")
    return Pulled(
        digest=top.digest,
        platforms=_platforms(top) or (stated,),
        size_bytes=size,
        manifest=own,
        evidence=(f"manifest {top.digest.short}", f"config for {stated}", f"{layers} readable"),
    )


async def private_or_missing(
    parts: Parts,
    provider: RegistryProvider,
    reference: Reference,
    trouble: Diagnosis,
    credential: AnyCredential,
) -> Diagnosis:
    """Registries answer strangers alike for private and missing; a login that sees it decides."""
    if trouble.cause not in UNDECIDED_PULLS or not isinstance(credential, Credential):
        return trouble
    api = parts.api(provider.endpoint(reference.repository.host), credential)
    seen = await attempt(
        parts,
        _head(api, reference),
        provider.signs,
        about=reference,
        limit_s=parts.outside.timeout_s,
    )
    if isinstance(seen, Done):
        return as_private(parts, trouble)
    return seen.found if seen.found.cause.startswith("pull.missing") else trouble


async def _head(api: RegistryApi, reference: Reference) -> None:
    try:
        await api.head_manifest(reference.repository, reference.version)
    except Problem as problem:
        raise await _told_apart(api, reference.repository, problem) from None


def as_private(parts: Parts, trouble: Diagnosis) -> Diagnosis:
    """The same evidence, now that the image is known to be there."""
    return diagnose(Problem(*trouble.evidence, cause="pull.private"), parts.catalogue)
