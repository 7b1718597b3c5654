"""What a person wants, as messages: pages post them, the app carries them out.

Without comparison and printing, which nobody needs and which cost the first picture its time.
"""

from __future__ import annotations

from textual.message import Message

from wizard.core.checks import Check, Step
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Fix
from wizard.core.ports import FoundEngine, FoundLogin, StoreChoice
from wizard.core.prefix import Prefix
from wizard.core.secret import Credential


class Intent(Message):
    """The base of them all."""


@dataclass(eq=False, repr=False)
class Open(Intent):
    """Show another page."""

    page: str


@dataclass(eq=False, repr=False)
class Onward(Intent):
    """This page is done: show the next one."""

    page: str


@dataclass(eq=False, repr=False)
class Back(Intent):
    """To the page before this one."""

    page: str


class Help(Intent):
    """What is this page about, and which keys are there?"""


@dataclass(eq=False, repr=False)
class Explain(Intent):
    """The page of a cause, over this one."""

    cause: str
    found: tuple[Check, ...] = ()
    """All with a cause that stand on the page, what matters most first."""


class ListCauses(Intent):
    """Every cause, to choose the page of one."""


class PlainMode(Intent):
    """Leave, and go on as plain numbered questions."""


class LeaveApp(Intent):
    """Stop what is running, keep the place, end."""


class Stop(Intent):
    """End what is running, and stay."""


class Resume(Intent):
    """Go on where the last journey stopped."""


class AcceptProposal(Intent):
    """A new journey, with what the team's preset proposes."""


class SetUp(Intent):
    """A new journey to a registry that is chosen on the way."""


@dataclass(eq=False, repr=False)
class Prove(Intent):
    """Make a profile the current one and prove it again."""

    profile: str


class Examine(Intent):
    """Every check, nothing changed."""


class WatchChecks(Intent):
    """Begin to check everything again and again, or stop that."""


class Retry(Intent):
    """The step of this page, once more."""


@dataclass(eq=False, repr=False)
class Forget(Intent):
    """What was found at this link and after it: another choice comes."""

    step: Step


@dataclass(eq=False, repr=False)
class UseEngine(Intent):
    """This one shall build."""

    found: FoundEngine


@dataclass(eq=False, repr=False)
class UseRegistry(Intent):
    """Images shall go there, under this name."""

    prefix: Prefix
    image: str


class Suggest(Intent):
    """What does this machine know of the registries' fields?"""


@dataclass(eq=False, repr=False)
class PlanLogin(Intent):
    """Where would a login go? `store` None: as chosen before."""

    username: str
    store: StoreChoice | None = None
    login: FoundLogin | None = None
    """Of another program, which is to serve all tools: a cloud's goes another way."""


@dataclass(eq=False, repr=False)
class LogIn(Intent):
    """Check this login, then store it."""

    credential: Credential


@dataclass(eq=False, repr=False)
class UseLogin(Intent):
    """A login of another program, for every tool."""

    login: FoundLogin


class TryStores(Intent):
    """Where could a login be kept? Nobody waits for it."""


class WatchSessions(Intent):
    """Look again when another program's session works."""


class Push(Intent):
    pass


@dataclass(eq=False, repr=False)
class WantPrivate(Intent):
    """Shall a missing repository be made private before the push, or as the push decides?"""

    wants: bool


class DeleteImage(Intent):
    pass


class Publish(Intent):
    """Sandbox only: play the person who makes the image public."""


class AskAgain(Intent):
    """Is it public now?"""


@dataclass(eq=False, repr=False)
class KeepPrivate(Intent):
    """The cluster pulls another way, in the user's words."""

    how: str


@dataclass(eq=False, repr=False)
class DeclareCluster(Intent):
    """The identity that the cluster pulls with."""

    account: str
    principal: str


@dataclass(eq=False, repr=False)
class PreviewFix(Intent):
    """Show what a fix would do, before it is done."""

    fix: Fix
    check: Check


class ApplyFix(Intent):
    """Do what is shown."""


@dataclass(eq=False, repr=False)
class TakeBack(Intent):
    """The change that is shown; `over_others`: also what something else changed since."""

    over_others: bool = False


@dataclass(eq=False, repr=False)
class Copy(Intent):
    """To the clipboard."""

    text: str
    what: str
    """In our own words: `the command`."""


@dataclass(eq=False, repr=False)
class OpenLink(Intent):
    """In the browser."""

    url: str


@dataclass(eq=False, repr=False)
class Save(Intent):
    """Write a snippet to a new file in the project's directory."""

    name: str
    what: str
    text: str
