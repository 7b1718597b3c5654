"""The login that a cluster may be given: found where docker finds it, and fit to be given."""

from __future__ import annotations

from wizard.core.diagnosis import Evidence, Fix, Problem, Stage
from wizard.core.ports import Parts
from wizard.core.pull_secret import Way, kubernetes_secret, ways
from wizard.core.secret import Credential
from wizard.core.state import Journey
from wizard.steps.login import DOCKER
from wizard.steps.registry import Destination, destination


def pull_secret_ways(parts: Parts, journey: Journey) -> tuple[Way, ...]:
    """How to hand a login over to the cluster; no secret is read for it. Raises Problem."""
    to = destination(parts, journey)
    token = to.provider.pull_token(to.repository)
    known = journey.identity.username if journey.identity else journey.choices.username
    return ways(to.endpoint.host, to.endpoint.config_key, token.username or known)


def token_advice(parts: Parts, journey: Journey) -> tuple[str, tuple[Fix, ...]]:
    """What the secret should hold at least, in a sentence, and where to make that."""
    to = destination(parts, journey)
    token = to.provider.pull_token(to.repository)
    lasts = f"; it lasts {token.lasts}" if token.lasts else ""
    return f"Best is {token.title}{lasts}", token.fixes


async def export_pull_secret(parts: Parts, journey: Journey) -> tuple[str, tuple[str, ...]]:
    """The manifest, and sentences about what is in it.

    Raises Problem: login.missing, or pull.secret-short-lived.
    """
    to = destination(parts, journey)
    credential = await _docker_login(parts, to)
    unfit = to.provider.unfit_for_clusters(credential)
    if unfit:
        raise _refused(to, unfit)
    manifest = kubernetes_secret(to.endpoint.host, to.endpoint.config_key, credential)
    advice, _ = token_advice(parts, journey)
    return manifest, (f"It holds the login of {credential.username}. {advice}.",)


async def _docker_login(parts: Parts, to: Destination) -> Credential:
    """What docker would send, out of whatever helper keeps it."""
    found = await parts.logins.find(to.provider, to.endpoint)
    for login in found:
        if DOCKER in login.tools and login.problem is None:
            credential = parts.logins.credential(login)
            if isinstance(credential, Credential):
                return credential
    host = to.endpoint.host
    seen = Evidence(Stage.STORE, f"logins for {host}", "none found", host, facts={"host": host})
    raise Problem(seen, cause="login.missing")


def _refused(to: Destination, why: str) -> Problem:
    token = to.provider.pull_token(to.repository)
    host = to.endpoint.host
    seen = Evidence(
        Stage.STORE,
        f"the login for {host}, for a cluster",
        why,
        host,
        message=why,
        facts={"host": host},
    )
    return Problem(seen, cause="pull.secret-short-lived", fixes=token.fixes)
