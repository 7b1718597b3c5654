"""From options and profiles to `Choices`: everything typed is checked here, once."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

from wizard.core.diagnosis import Diagnosis, Evidence, Fix, Problem, Stage, diagnose
from wizard.core.names import InvalidNameError, Platform
from wizard.core.ports import Parts, StoreChoice
from wizard.core.prefix import Prefix, PrefixError
from wizard.core.settings import Profile, Settings
from wizard.core.state import Choices
from wizard.core.text import clean
from wizard.steps.project import images
from wizard.steps.remember import choices_from

FIRST_PROFILE = "default"
_SHOWN = 200


class UsageError(Exception):
    """What was asked for cannot be done; `str()` says why and what can."""

    def __init__(self, message: str, found: Diagnosis | None = None, suggestion: str = "") -> None:
        super().__init__(message)
        self.found = found
        self.suggestion = suggestion


def read_choices(parts: Parts, arguments: Namespace, typed_prefix: str = "") -> Choices:
    """The profile's choices, with what the command line says instead.

    Raises UsageError, and Problem (config.wizard-*) for a settings file that cannot be read.
    """
    settings = parts.settings.load()
    prefix = read_prefix(parts, typed_prefix, arguments.command) if typed_prefix else None
    profile = _profile(settings, arguments, prefix)
    choices = _base(parts, profile)
    if prefix is not None:
        choices = replace(choices, prefix=prefix)
    name = arguments.profile or (profile.name if profile else "")
    image, tag = _image(arguments.image)
    choices = replace(
        choices,
        profile=name or _new_name(settings, choices.prefix),
        engine=arguments.engine or choices.engine,
        image=image or _image_here(parts, profile, choices) or choices.image,
        tag=tag,
        platform=read_platform(arguments.platform) if arguments.platform else choices.platform,
        # A profile's user name says whose login was used, and is no reason to ask for it again.
        username=arguments.username or "",
        store=StoreChoice(arguments.store) if arguments.store else choices.store,
        create_repository=arguments.create_repository,
        wants_private=arguments.private,
        make_public=arguments.make_public,
        grant_cluster=arguments.grant_cluster,
        delete_image=arguments.delete_image,
    )
    if arguments.cluster_account or arguments.cluster_principal:
        choices = _of_cluster(arguments, choices)
    return _checked(parts, choices)


def read_prefix(parts: Parts, typed: str, command: str = "setup") -> Prefix:
    """Raises UsageError with the cause, the reason and what was probably meant."""
    try:
        prefix, _ = parts.parse_prefix(typed)
    except PrefixError as error:
        raise _refused(parts, typed, error, command) from error
    return prefix


def mends(parts: Parts, typed: str) -> tuple[str, ...]:
    """What `read_prefix` changed in what was typed, in words."""
    return parts.parse_prefix(typed)[1]


def read_platform(text: str) -> Platform:
    try:
        return Platform.parse(text)
    except InvalidNameError as error:
        raise UsageError(f"--platform {clean(text, _SHOWN)}: {error}") from error


def _of_cluster(arguments: Namespace, choices: Choices) -> Choices:
    """With the identity that the cluster pulls with. Raises UsageError."""
    from wizard.core.cluster import wrong_account, wrong_principal

    account = (arguments.cluster_account or "").strip()
    if wrong := wrong_account(account):
        raise UsageError(f"--cluster-account {clean(account, _SHOWN)}: {wrong}")
    principal = (arguments.cluster_principal or "").strip()
    if wrong := wrong_principal(principal):
        raise UsageError(f"--cluster-principal {clean(principal, _SHOWN)}: {wrong}")
    return replace(
        choices,
        cluster_account=account.replace("-", "") or choices.cluster_account,
        cluster_principal=principal or choices.cluster_principal,
    )


def _refused(parts: Parts, typed: str, error: PrefixError, command: str) -> UsageError:
    shown = clean(typed, _SHOWN)
    evidence = Evidence(
        Stage.NAME,
        asked=shown,
        answered=error.reason,
        message=error.reason,
        facts={"reference": shown},
    )
    meant = error.suggestion
    fixes = (Fix("What was meant, perhaps", command=f"registry-wizard {command} {meant}"),)
    problem = Problem(evidence, cause=error.cause, fixes=fixes if meant else ())
    return UsageError(error.reason, diagnose(problem, parts.catalogue), meant)


def _profile(settings: Settings, arguments: Namespace, prefix: Prefix | None) -> Profile | None:
    """The one that is named, or the one of this prefix, or the current one."""
    if arguments.profile:
        named = settings.profile(arguments.profile)
        if named is None and prefix is None:
            known = ", ".join(profile.name for profile in settings.profiles) or "none yet"
            shown = clean(arguments.profile, _SHOWN)
            raise UsageError(f"there is no profile {shown}; profiles here: {known}")
        return named
    if prefix is None:
        return settings.current_profile
    return next((p for p in settings.profiles if p.prefix == str(prefix)), None)


def _base(parts: Parts, profile: Profile | None) -> Choices:
    if profile is None:
        return Choices()
    try:
        return choices_from(parts, profile)
    except (PrefixError, InvalidNameError, ValueError) as error:
        reason = clean(str(error), _SHOWN)
        file = str(parts.settings.path)
        facts = {"file": file, "message": f"profile {profile.name}: {reason}"}
        seen = Evidence(Stage.CONFIG, f"profile {profile.name}", reason, facts=facts)
        raise Problem(seen, cause="config.wizard-damaged") from error


def _new_name(settings: Settings, prefix: Prefix | None) -> str:
    """A name that no other profile has: a second registry must not take the place of the first."""
    taken = {profile.name for profile in settings.profiles}
    if FIRST_PROFILE not in taken or prefix is None:
        return FIRST_PROFILE
    wanted = [prefix.kind, *(f"{prefix.kind}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in wanted if name not in taken)


def _image_here(parts: Parts, profile: Profile | None, choices: Choices) -> str:
    """What the code here calls its image; a profile knows its own, and so is not overruled."""
    if profile is not None or choices.prefix is None:
        return ""
    return next((name for name in images(parts) if _fits(choices.prefix, name)), "")


def _fits(prefix: Prefix, name: str) -> bool:
    try:
        prefix.repository(name)
    except InvalidNameError:
        return False
    return True


def _image(text: str | None) -> tuple[str, str]:
    """`NAME[:TAG]` -> name and tag, either empty when it is not given."""
    name, colon, tag = (text or "").partition(":")
    if colon and not tag:
        raise UsageError(f"--image {clean(text or '', _SHOWN)}: the tag after the colon is empty")
    return name, tag


def _checked(parts: Parts, choices: Choices) -> Choices:
    """Raises UsageError when prefix, image and tag make no name together."""
    if choices.prefix is None:
        return choices
    try:
        choices.prefix.reference(choices.image, choices.tag or "latest")
    except InvalidNameError as error:
        shown = clean(f"{choices.prefix}/{choices.image}", _SHOWN)
        facts = {"reference": shown, "message": str(error)}
        seen = Evidence(Stage.NAME, shown, str(error), facts=facts)
        found = diagnose(Problem(seen, cause="reference.invalid"), parts.catalogue)
        raise UsageError(str(error), found) from error
    return choices
