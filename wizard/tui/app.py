"""The app: owns the view, shows its pages, and hands what they ask for to the conductor."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any, ClassVar, Final

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from wizard.core.checks import Pull
from wizard.core.ports import Parts
from wizard.tui import intents
from wizard.tui.beside import Beside
from wizard.tui.conductor import Conductor
from wizard.tui.dispatch import carry_out
from wizard.tui.marks import AsciiFilter
from wizard.tui.options import PLAIN, Build, StartOptions
from wizard.tui.paged_app import PagedApp
from wizard.tui.screens.page import Page
from wizard.tui.theme import DARK_THEME, LIGHT_THEME
from wizard.tui.view import View

LEAVE_LIMIT_S: Final = 5.0
_PAINTING_S: Final = 0.06


class WizardApp(PagedApp):
    CSS_PATH = "app.tcss"
    TITLE = "registry-wizard"
    ENABLE_COMMAND_PALETTE = True
    AUTO_FOCUS = None
    BINDINGS: ClassVar = [
        Binding("ctrl+q", "quit", show=False, priority=True),
        Binding("ctrl+l", "toggle_light", show=False, priority=True),
    ]

    def __init__(self, build: Build, options: StartOptions) -> None:
        super().__init__()
        self._build = build
        self._options = options
        self._may_end = asyncio.Event()
        self._parts_task: asyncio.Task[None] | None = None
        self._beside = Beside()
        self._unpainted = ExitStack()
        self._is_begun = False
        self._is_stale = False
        self._is_leaving = False
        view = View(is_sandbox=options.is_sandbox, system=options.system)
        self.conductor = Conductor(self, view)
        if options.is_ascii:
            self._filters.append(AsciiFilter())
        self.register_theme(DARK_THEME)
        self.register_theme(LIGHT_THEME)
        self.theme = DARK_THEME.name

    # --- parts ---

    @property
    def view(self) -> View:
        return self.conductor.view

    def on_load(self) -> None:
        # Textual lays the first page out four times and would paint it three times.
        self._unpainted.enter_context(self.batch_update())

    @on(Page.Resumed)
    def paint_first(self) -> None:
        if not self._is_begun:
            self._is_begun = True
            self.call_later(self._paint)

    def _paint(self) -> None:
        """Then build the parts: their import keeps the loop busy, so the picture comes before."""
        self._unpainted.close()
        self.screen.refresh()
        self.set_timer(_PAINTING_S, self._begin)

    def _begin(self) -> None:
        self._parts_task = asyncio.create_task(self._hold_parts(), name="parts")
        self._parts_task.add_done_callback(self._tell_end)

    async def _hold_parts(self) -> None:
        """Build the parts and keep them open until the app may end: one task, in and out."""
        async with self._build() as parts:
            self._ready_to_work(parts)
            await self._may_end.wait()

    def _ready_to_work(self, parts: Parts) -> None:
        self.conductor.begin(parts, self._options.profile)
        if parts.code is not None:
            self._beside.start("project", self.conductor.look_at_project())

    def _tell_end(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self.crashed(error)

    @property
    def is_ready(self) -> bool:
        """The cluster can pull: proven, or declared."""
        return self.conductor.view.journey.pull is not Pull.UNPROVEN

    # --- what the conductor needs ---

    def view_changed(self) -> None:
        """Show it once for all changes of this moment."""
        if not self._is_stale and self.is_running:
            self._is_stale = True
            self.call_later(self._show)

    def _show(self) -> None:
        self._is_stale = False
        if not self._is_leaving:
            self.show_pages()

    # --- intents ---

    @on(intents.Intent)
    def do_intent(self, message: intents.Intent) -> None:
        if not self._is_leaving and self.conductor.is_built:
            carry_out(self.conductor, self.page_id, message)

    @on(intents.Suggest)
    def do_suggest(self) -> None:
        if not self.conductor.is_built:
            return
        self._beside.start("suggest", self.conductor.suggest())

    @on(intents.WatchSessions)
    def do_watch_sessions(self) -> None:
        self._beside.start_once("sessions", self.conductor.watch_sessions)

    @on(intents.TryStores)
    def do_try_stores(self) -> None:
        self._beside.start_once("stores", self.conductor.try_stores)

    @on(intents.WatchChecks)
    def do_watch_checks(self) -> None:
        is_on = not self.conductor.view.is_watching
        self.conductor.change(is_watching=is_on)
        if is_on:
            self._beside.start("watch", self.conductor.watch_checks())

    @on(intents.Stop)
    async def do_stop(self) -> None:
        self.conductor.change(said="stopping…")
        stopped = await self.conductor.runner.stop(LEAVE_LIMIT_S)
        self.conductor.change(said="stopped" if stopped else "still stopping")

    @on(intents.Copy)
    def do_copy(self, message: intents.Copy) -> None:
        self.copy_to_clipboard(message.text)
        self.conductor.change(said=f"Copied {message.what}")

    @on(intents.Help)
    def do_help(self) -> None:
        from wizard.tui.screens.help import HelpScreen

        page = self.top_page
        keys = "\n".join(
            f"{offer.shown_key:<7}{offer.label}" for offer in page.offers() if offer.is_listed
        )
        self.push_screen(HelpScreen(page.page_id, keys))

    @on(intents.Explain)
    def do_explain(self, message: intents.Explain) -> None:
        from wizard.tui.screens.explain import ExplainPage

        known = (*message.found, *self.view.journey.checks)
        case = next((check for check in known if check.cause == message.cause), None)
        self.stand_over(ExplainPage(message.cause, case, message.found))

    @on(intents.ListCauses)
    def do_list_causes(self) -> None:
        from wizard.tui.cause_list import cause_list

        self.push_screen(cause_list())

    @on(intents.PlainMode)
    async def do_plain_mode(self) -> None:
        await self.leave(PLAIN)

    @on(intents.LeaveApp)
    async def action_quit(self) -> None:
        await self.leave("")

    # --- leaving ---

    async def leave(self, result: str) -> None:
        """Stop what runs, wait for its cleaning up, keep the place, end."""
        if self._is_leaving:
            return
        self.conductor.change(said="leaving…")
        self.show_pages()
        self._is_leaving = True
        await self.conductor.runner.stop(LEAVE_LIMIT_S)
        self._beside.cancel()
        self.conductor.keep_place(self.page_id)
        await self._close_parts()
        self.exit(result)

    async def _close_parts(self) -> None:
        self._may_end.set()
        waited = {t for t in (self._parts_task, *self._beside.tasks) if t is not None}
        if waited:
            await asyncio.wait(waited, timeout=LEAVE_LIMIT_S)

    async def on_unmount(self) -> None:
        """However it ended, a crash included: what is open gets closed in order."""
        await self.conductor.runner.stop(LEAVE_LIMIT_S)
        await self._close_parts()

    # --- the rest of the frame ---

    def action_help_quit(self) -> None:
        """Ctrl+C, as in every terminal: end what runs. It never ends the app by accident."""
        if self.view.is_busy:
            self.post_message(intents.Stop())
        else:
            self.conductor.change(said="Nothing is running. ctrl+q leaves and keeps your place.")

    def action_toggle_light(self) -> None:
        is_dark = self.theme == DARK_THEME.name
        self.theme = LIGHT_THEME.name if is_dark else DARK_THEME.name

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Everything that can be done here, in our own words."""
        from wizard.tui.commands import commands

        page = screen if isinstance(screen, Page) else self.top_page
        return commands(page, self.conductor, self.action_toggle_light)
