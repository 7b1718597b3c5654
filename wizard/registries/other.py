"""Any other OCI registry, by its host name: `registry.example.com/team`, `localhost:30000`.

Known products behind such hosts are rows of other_products.py; all else takes the generic path.
"""
# ruff: noqa: ARG002 - methods of the provider protocol, which not every registry needs whole

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from wizard.core.diagnosis import Evidence, Fix, Problem, Stage
from wizard.core.fields import Field
from wizard.core.names import Digest, Reference, Repository, is_host, is_path, looks_like_host
from wizard.core.ports import (
    Answer,
    Endpoint,
    Identity,
    Outside,
    Ping,
    PullToken,
    Recognised,
    Session,
    WayIn,
)
from wizard.core.secret import AnyCredential, Credential
from wizard.core.text import clean
from wizard.registries import other_azure
from wizard.registries.generic import OciRegistry
from wizard.registries.other_hosted import AZURE_TOKEN_USER
from wizard.registries.other_products import PRODUCTS
from wizard.registries.other_signs import OTHER_SIGNS
from wizard.registries.products import (
    Seen,
    UserForm,
    facts,
    filled_fixes,
    filled_token,
    filled_ways,
    find,
)

_MOST_HOSTS: Final = 1000
_DELETED: Final = (200, 202, 204, 404)
_NOT_ALLOWED: Final = (401, 403)
_PRIVATE: Final = Fix("Or keep it private and give the cluster an image-pull secret")


def wrong_prefix(text: str) -> str:
    """What is wrong with HOST[:PORT][/PATH], or nothing."""
    host, slash, path = text.strip().lower().removesuffix("/").partition("/")
    if not host:
        return "the registry's host name is missing"
    if not is_host(host) or not looks_like_host(host):
        return "a registry's host name has a dot or a port, for example registry.example.com"
    if slash and not is_path(path):
        return "after the host: lower-case letters, digits, and single dots, dashes, underscores"
    return ""


class Other(OciRegistry):
    """Every host that no other provider knows."""

    fields = (
        Field(
            "prefix",
            "Registry",
            example="registry.example.com/team",
            help="Host, port if it has one, and the path below which your images go.",
            check=wrong_prefix,
        ),
    )
    signs = OTHER_SIGNS

    def __init__(self) -> None:
        self._answered: dict[str, Seen] = {}
        """By host: what its first answer showed, where the host's name alone does not."""

    def recognise(self, host: str, ping: Ping | None = None) -> Recognised | None:
        if ping is not None and find(PRODUCTS, host, {}) is None:
            self._remember(host, find(PRODUCTS, host, ping.traits))
        seen = self._seen(host)
        if seen is None:
            return None
        return Recognised(seen.product.title, seen.product.remarks, seen.product.is_local)

    def _remember(self, host: str, seen: Seen | None) -> None:
        if seen is None:
            self._answered.pop(host, None)
        elif len(self._answered) < _MOST_HOSTS:
            self._answered[host] = seen

    def _seen(self, host: str) -> Seen | None:
        return find(PRODUCTS, host, {}) or self._answered.get(host)

    def endpoint(self, host: str) -> Endpoint:
        plain = super().endpoint(host)
        by_host = find(PRODUCTS, host, {})
        # Only by the host's own name: what somebody answers there may not widen where logins go.
        if by_host is None or not by_host.product.realms:
            return plain
        product = by_host.product
        return Endpoint(host, plain.base_url, product.realms, service=product.service)

    # --- who one is -------------------------------------------------------------------------------

    def ways_to(self, host: str) -> tuple[WayIn, ...]:
        seen = self._seen(host)
        if seen is None or not seen.product.ways:
            return self.ways_in
        return filled_ways(seen.product.ways, facts(seen, None, host))

    async def sessions(self, host: str, outside: Outside) -> tuple[Session, ...]:
        seen = find(PRODUCTS, host, {})
        if seen is None or seen.product.id != "acr":
            return ()
        return await other_azure.sessions(host, outside)

    async def inspect(
        self, credential: Credential, repository: Repository, outside: Outside
    ) -> Identity:
        """By the forms of its product; the registry itself is asked in the next step anyway."""
        seen = self._seen(repository.host)
        if seen is not None and seen.product.id == "acr":
            other_azure.expect_not_ended(credential, repository.host)
        forms = seen.product.users if seen is not None else ()
        form = next((form for form in forms if _fits(form, credential)), None)
        if form is None:
            return Identity(credential.username)
        notes = (form.note,) if form.note else ()
        return Identity(credential.username, form.kind, expires=credential.expires, notes=notes)

    def pull_token(self, repository: Repository) -> PullToken:
        seen = self._seen(repository.host)
        if seen is None or seen.product.token is None:
            return super().pull_token(repository)
        return filled_token(seen.product.token, facts(seen, repository, repository.host))

    def unfit_for_clusters(self, credential: Credential) -> str:
        if credential.username == AZURE_TOKEN_USER:
            return (
                "a token of az ends after three hours, and from then on no node could pull: use a "
                "token of the registry or a service principal, or give the cluster AcrPull"
            )
        if credential.username == "gitlab-ci-token":
            return "a pipeline's token ends with its job: use a deploy token with read_registry"
        return ""

    # --- who may pull, and taking the test image away ---------------------------------------------

    def publish_fixes(self, repository: Repository, owner_kind: str) -> tuple[Fix, ...]:
        seen = self._seen(repository.host)
        if seen is None:
            return super().publish_fixes(repository, owner_kind)
        about = facts(seen, repository, repository.host)
        fixes = filled_fixes(seen.product.publish, about)
        return fixes if seen.product.is_local else (*fixes, _PRIVATE)

    async def delete(
        self, pushed: Reference, digest: Digest, credential: AnyCredential, outside: Outside
    ) -> str | None:
        """None where the protocol's own way works, as it does with most products."""
        seen = self._seen(pushed.repository.host)
        product = seen.product if seen is not None else None
        if product is None or not (product.delete_tag or product.delete_actions):
            return None
        by_tag = product.delete_tag and pushed.tag
        answer = await outside.ask_registry(
            "DELETE",
            f"manifests/{pushed.tag if by_tag else digest}",
            endpoint=self.endpoint(pushed.repository.host),
            credential=credential,
            repository=pushed.repository,
            actions=product.delete_actions or ("pull", "push", "delete"),
            stage=Stage.DELETE,
        )
        if answer.status not in _DELETED:
            raise _kept(answer, pushed, isinstance(credential, Credential))
        return f"deleted {pushed}"


def _fits(form: UserForm, credential: Credential) -> bool:
    named = not form.username or re.fullmatch(form.username, credential.username, re.IGNORECASE)
    hidden = not form.secret or credential.secret.matches(re.compile(form.secret, re.DOTALL))
    return bool(named) and bool(hidden)


def _kept(answer: Answer, pushed: Reference, authenticated: bool) -> Problem:
    words = _words(answer)
    seen = Evidence(
        Stage.DELETE,
        f"DELETE {pushed}",
        f"{answer.status} {words}".strip(),
        host=pushed.repository.host,
        status=answer.status,
        message=words,
        authenticated=authenticated,
    )
    return Problem(seen, cause="push.not-permitted" if answer.status in _NOT_ALLOWED else "")


def _words(answer: Answer) -> str:
    """The first error's message, in distribution's form."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    errors = found.get("errors") if isinstance(found, Mapping) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    message = first.get("message") if isinstance(first, Mapping) else None
    return clean(message) if isinstance(message, str) else ""
