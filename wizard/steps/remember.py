"""What is kept between runs: the profile with its proof, and where a journey stopped."""

from __future__ import annotations

from dataclasses import replace

from wizard.core.checks import Pull, Status
from wizard.core.names import Platform
from wizard.core.ports import Parts, StoreChoice
from wizard.core.settings import Profile, Proof, Settings, Stopped
from wizard.core.state import Choices, Journey
from wizard.steps.order import DELETED


def choices_from(parts: Parts, profile: Profile, base: Choices | None = None) -> Choices:
    """A profile's choices, over `base`. Raises PrefixError or InvalidNameError for a bad file."""
    prefix, _ = parts.parse_prefix(profile.prefix)
    return replace(
        base or Choices(),
        engine=profile.engine,
        prefix=prefix,
        image=profile.image,
        platform=Platform.parse(profile.platform),
        username=profile.username,
        store=StoreChoice(profile.store),
        cluster_account=profile.cluster_account,
        cluster_principal=profile.cluster_principal,
        declared_pull=profile.declared_pull,
        profile=profile.name,
    )


def remember(parts: Parts, journey: Journey) -> Settings:
    """Keep the journey's choices as a profile, with the proof if there is one. Raises Problem."""
    settings = parts.settings.load()
    choices = journey.choices
    if choices.prefix is None:
        return settings
    known = settings.profile(choices.profile)
    same_place = known is not None and known.prefix == str(choices.prefix)
    profile = Profile(
        name=choices.profile,
        prefix=str(choices.prefix),
        kind=choices.prefix.kind,
        engine=choices.engine,
        image=choices.image,
        platform=str(choices.platform),
        username=journey.identity.username if journey.identity else choices.username,
        store=choices.store.value,
        cluster_account=choices.cluster_account,
        cluster_principal=choices.cluster_principal,
        declared_pull=choices.declared_pull,
        proof=_proof(parts, journey) or (known.proof if known and same_place else None),
    )
    settings = replace(settings.with_profile(profile), stopped=None)
    parts.settings.save(settings)
    return settings


def _proof(parts: Parts, journey: Journey) -> Proof | None:
    pushed = journey.pushed
    if pushed is None or journey.pull is Pull.UNPROVEN:
        return None
    when = parts.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    deleted = journey.check(DELETED)
    is_gone = deleted is not None and deleted.status is Status.PASS
    return Proof(
        reference=str(pushed.reference),
        digest=str(pushed.digest),
        when=when,
        pull=journey.pull.value,
        deleted=when if is_gone else "",
    )


def keep_place(parts: Parts, journey: Journey, step: str) -> None:
    """Remember where the person left, so that the next start goes on there. Raises Problem."""
    settings = parts.settings.load()
    choices = journey.choices
    stopped = Stopped(
        step=step,
        prefix=str(choices.prefix) if choices.prefix else "",
        engine=choices.engine,
        image=choices.image,
        username=choices.username,
    )
    parts.settings.save(replace(settings, stopped=stopped))
