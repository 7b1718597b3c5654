"""What a person wants, as messages: pages post them, the app carries them out."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from wizard.core.checks import Step
from wizard.core.ports import FoundEngine, FoundLogin, StoreChoice
from wizard.core.prefix import Prefix
from wizard.core.secret import Credential


class Intent(Message):
    """The base of them all."""


@dataclass
class Open(Intent):
    """Show another page."""

    page: str


@dataclass
class Onward(Intent):
    """This page is done: show the next one."""

    page: str


@dataclass
class Back(Intent):
    page: str


class Help(Intent):
    """What is this page about, and which keys are there?"""


class PlainMode(Intent):
    """Leave, and go on as plain numbered questions."""


class LeaveApp(Intent):
    """Stop what is running, keep the place, end."""


class Stop(Intent):
    """End what is running, and stay."""


class Resume(Intent):
    """Go on where the last journey stopped."""


class SetUp(Intent):
    """A new journey to a registry that is chosen on the way."""


@dataclass
class Prove(Intent):
    """Make a profile the current one and prove it again."""

    profile: str


class Examine(Intent):
    """Every check, nothing changed."""


class Retry(Intent):
    """The step of this page, once more."""


@dataclass
class Forget(Intent):
    """What was found at this link and after it: another choice comes."""

    step: Step


@dataclass
class UseEngine(Intent):
    found: FoundEngine


@dataclass
class UseRegistry(Intent):
    prefix: Prefix
    image: str


@dataclass
class Prefill(Intent):
    """What this machine knows of a registry's fields."""

    kind: str


@dataclass
class PlanLogin(Intent):
    """Where would a login go? `store` None: as chosen before."""

    username: str
    store: StoreChoice | None = None


@dataclass
class LogIn(Intent):
    credential: Credential


@dataclass
class UseLogin(Intent):
    """A login of another program, for every tool."""

    login: FoundLogin


class Push(Intent):
    pass


class DeleteImage(Intent):
    pass


class Publish(Intent):
    """Sandbox only: play the person who makes the image public."""


class AskAgain(Intent):
    """Is it public now?"""


@dataclass
class KeepPrivate(Intent):
    """The cluster pulls another way, in the user's words."""

    how: str


@dataclass
class Copy(Intent):
    text: str
    what: str
    """In our own words: `the command`."""


@dataclass
class OpenLink(Intent):
    url: str


@dataclass
class Save(Intent):
    """Write a snippet to a new file in the project's directory."""

    name: str
    text: str
