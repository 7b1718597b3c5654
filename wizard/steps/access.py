"""Who may pull, by the registry's own word, and opening it to them after consent."""

from __future__ import annotations

from dataclasses import replace

from wizard.core.actions import OPEN_ACCESS
from wizard.core.diagnosis import Diagnosis, Evidence, Fix, Problem, Stage, diagnose
from wizard.core.names import Repository
from wizard.core.ports import Access, Audience, Opening, Parts, RegistryProvider
from wizard.core.state import Choices, Journey
from wizard.steps.registry import Destination
from wizard.steps.repository import credential_of
from wizard.steps.run import Done, Trouble, attempt, naming


def audience_of(provider: RegistryProvider, choices: Choices) -> Audience:
    """Who shall be able to pull: the declared identity where it is somebody there, else everybody.

    A profile or a team's preset can declare one for another cloud than the images now go to.
    """
    return provider.known(Audience(choices.cluster_account, choices.cluster_principal))


async def judge(
    parts: Parts, journey: Journey, to: Destination, repository: Repository
) -> Done[Access | None] | Trouble:
    """What the management side says of the journey's audience."""
    asking = to.provider.access(
        repository,
        audience_of(to.provider, journey.choices),
        credential_of(parts, journey),
        parts.outside,
    )
    limit_s = parts.outside.timeout_s * 2
    return await attempt(parts, asking, to.provider.signs, about=repository, limit_s=limit_s)


def refused(parts: Parts, to: Destination, access: Access, audience: Audience) -> Diagnosis:
    """The declared identity has no right to pull."""
    seen = Evidence(
        Stage.API,
        f"may {audience} pull {to.repository}",
        access.said,
        to.endpoint.host,
        facts={"reference": str(to.repository), "principal": str(audience)},
    )
    more = tuple(Evidence(Stage.API, answered=line) for line in access.evidence)
    fixes = (*(opening_fix(o) for o in (access.opening,) if o), *access.fixes)
    problem = Problem(*more, seen, cause="pull.cluster-not-granted", fixes=fixes)
    found = diagnose(naming(parts.registries, problem, to.repository), parts.catalogue)
    # Where what helps is known exactly, the catalogue's words about every cloud are noise.
    return replace(found, fixes=fixes) if fixes else found


def opening_fix(opening: Opening) -> Fix:
    """The change as a fix that the wizard can apply."""
    return Fix(
        opening.title,
        command=opening.command,
        action=OPEN_ACCESS,
        changes="\n".join(opening.details),
    )
