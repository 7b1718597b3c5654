"""Which intent asks what of the conductor: one line each."""

from __future__ import annotations

from wizard.tui import intents
from wizard.tui.conductor import Conductor


def carry_out(conductor: Conductor, page: str, intent: intents.Intent) -> None:  # noqa: C901, PLR0912, PLR0915 - one line per intent
    """Intents that only the app itself can carry out (copy, leave) are left to it."""
    match intent:
        case intents.Open("home"):
            conductor.home()
        case intents.Open("undo"):
            conductor.show_last_change(page)
        case intents.Open(wanted):
            conductor.open(wanted)
        case intents.Onward(done):
            conductor.onward(done)
        case intents.Back(left):
            conductor.back(left)
        case intents.SetUp():
            conductor.set_up()
        case intents.AcceptProposal():
            conductor.accept_proposal()
        case intents.Resume():
            conductor.resume()
        case intents.Prove(profile):
            conductor.prove(profile)
        case intents.Examine():
            conductor.examine()
        case intents.Retry():
            conductor.retry(page)
        case intents.Forget(step):
            conductor.forget(step)
        case intents.UseEngine(found):
            conductor.use_engine(found)
        case intents.UseRegistry(prefix, image):
            conductor.use_registry(prefix, image)
        case intents.PlanLogin(username, store, login):
            conductor.plan_login(username, store, login)
        case intents.LogIn(credential):
            conductor.log_in(credential)
        case intents.UseLogin(login):
            conductor.use_login(login)
        case intents.Push():
            conductor.push()
        case intents.WantPrivate(wants):
            conductor.want_private(wants=wants)
        case intents.DeleteImage():
            conductor.delete_image()
        case intents.Publish():
            conductor.publish()
        case intents.AskAgain():
            conductor.verify()
        case intents.KeepPrivate(how):
            conductor.keep_private(how)
        case intents.DeclareCluster(account, principal):
            conductor.declare_cluster(account, principal)
        case intents.PreviewFix(fix, check):
            conductor.preview_fix(fix, check, page)
        case intents.ApplyFix():
            conductor.apply_fix()
        case intents.TakeBack(over_others):
            conductor.take_back(over_others=over_others)
        case intents.OpenLink(url):
            conductor.open_link(url)
        case intents.Save(name, what, text):
            conductor.save(name, what, text)
