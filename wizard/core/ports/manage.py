"""What a registry knows beyond the distribution protocol: sessions, repositories, who may pull."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Fix, Problem
from wizard.core.secret import Credential


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose a credential is and what it may do, as far as the provider says so beforehand."""

    username: str
    kind: str = ""
    """`classic token`, `OAuth token`, `password`, ... in the registry's own words."""
    token_scopes: tuple[str, ...] = ()
    expires: datetime | None = None
    notes: tuple[str, ...] = ()
    """Sentences worth showing: warnings about too many rights, no expiry, ..."""
    evidence: tuple[str, ...] = ()
    account: str = ""
    """Whose it is, where the user name is the same for everybody: an e-mail, an ARN."""

    @property
    def who(self) -> str:
        """As a person is named to others."""
        return self.account or self.username


@dataclass(frozen=True, slots=True)
class Session:
    """A credential that another program on this machine gives, or why it does not."""

    source: str
    """Where it comes from, in words: `gh`, `AWS profile dev (SSO)`, `gcloud, ada@example.com`."""
    credential: Credential | None = None
    """Its `origin` names the session to the provider, for what the provider does later."""
    identity: Identity | None = None
    """What the provider learned while it was made; it is then not asked again."""
    problem: Problem | None = None
    """Why there is none: `login.cloud-*`, with the command that mends it."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Answers to a provider's fields that this machine already knows."""

    answers: Mapping[str, str]
    """By field id; fields that are not known are left out."""
    reason: str
    """`AWS profile dev`, `gh is logged in as ada`: where that comes from."""
    is_logged_in: bool = False
    """A login or session that works comes with it, as far as can be told without asking."""


@dataclass(frozen=True, slots=True)
class NewRepository:
    """What must be made before a push can work. Made only after consent."""

    title: str
    """`the repository team/my-app in account 123456789012, us-east-1`."""
    details: tuple[str, ...] = ()
    """What it costs, who will see it, what else a person may want to know first."""
    command: str = ""
    """The same by hand."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who shall be able to pull: everybody, or a cluster's own identity."""

    account: str = ""
    """An AWS account id."""
    principal: str = ""
    """An ARN, or the e-mail of a service account at Google."""

    @property
    def is_everybody(self) -> bool:
        return not self.account and not self.principal

    def __str__(self) -> str:
        return self.principal or (f"AWS account {self.account}" if self.account else "everybody")


@dataclass(frozen=True, slots=True)
class Opening:
    """A change that would let somebody pull, shown before it is made."""

    title: str
    """`Let everybody read the repository images`."""
    details: tuple[str, ...] = ()
    """Consequences: what else becomes public, what cannot be taken back."""
    diff: str = ""
    """A unified diff of what is changed there: a policy, a setting."""
    command: str = ""
    """The same by hand."""


@dataclass(frozen=True, slots=True)
class Access:
    """What the registry's own management side says about an audience."""

    is_allowed: bool | None
    """None: it cannot be told from here."""
    said: str
    """One sentence: `the repository's policy lets account 210987654321 pull`."""
    evidence: tuple[str, ...] = ()
    opening: Opening | None = None
    """What would allow it, where the wizard could do that."""
    fixes: tuple[Fix, ...] = ()
    """What a person can do, where it could not."""


@dataclass(frozen=True, slots=True)
class PullToken:
    """The least that an image-pull secret needs at this registry, and where to get it."""

    title: str
    """`a classic token with read:packages only`."""
    username: str = ""
    """The literal user name that goes with it; empty: the account's own."""
    lasts: str = ""
    """`until the date you choose`, `until it is deleted`."""
    fixes: tuple[Fix, ...] = field(default_factory=tuple)
    """Pages and commands that make one."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A product behind a host that no provider of its own claims."""

    title: str
    """`Harbor`, `Azure Container Registry`."""
    remarks: tuple[str, ...] = ()
    """Sentences for a newcomer: who makes repositories, who decides what is public."""
    is_local: bool = False
    """Only this machine reaches it: no cluster elsewhere can pull from there."""
