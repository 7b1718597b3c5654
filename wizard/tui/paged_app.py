"""An app that shows one of its pages, and what stands over it."""

from __future__ import annotations

import importlib
from typing import Final

from wizard.tui.quiet_app import QuietApp
from wizard.tui.screens.page import Page
from wizard.tui.view import View

_PAGES: Final = {
    "home": ("home", "HomePage"),
    "engine": ("engine", "EnginePage"),
    "registry": ("registry", "RegistryPage"),
    "login": ("login", "LoginPage"),
    "push": ("push", "PushPage"),
    "visibility": ("visibility", "VisibilityPage"),
    "ready": ("ready", "ReadyPage"),
    "examine": ("examine", "ExaminePage"),
    "fix": ("fix", "FixPage"),
    "undo": ("undo", "UndoPage"),
}
"""Module and class; imported when first shown, so that the first frame waits for one only."""


class PagedApp(QuietApp):
    """Keeps each page as it was left, so that nothing typed on it is lost."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: dict[str, Page] = {}

    @property
    def view(self) -> View:
        """Of the subclass: what pages show."""
        raise NotImplementedError

    def get_default_screen(self) -> Page:
        return self._page("home")

    @property
    def page_id(self) -> str:
        return self.page.page_id

    @property
    def page(self) -> Page:
        """The page, also while help, the palette or an explanation stands over it."""
        pages = (s for s in reversed(self.screen_stack) if isinstance(s, Page))
        return next(page for page in pages if not page.stands_over)

    @property
    def top_page(self) -> Page:
        """The page that is seen: an explanation, where one is open."""
        return next(s for s in reversed(self.screen_stack) if isinstance(s, Page))

    def open_page(self, page: str) -> None:
        wanted = self._page(page)
        while self.screen is not self.page:
            self.pop_screen()
        wanted.show(self.view)
        if self.screen is not wanted:
            # The first screen was never pushed, so there is nothing to put in its place.
            if len(self.screen_stack) == 1:
                self.push_screen(wanted)
            elif wanted is self.screen_stack[0]:
                self.pop_screen()
            else:
                self.switch_screen(wanted)

    def stand_over(self, over: Page) -> None:
        """Put a page over the one that is shown, which stays as it is until that is closed."""
        over.view = self.view
        over.step = self.page.step
        self.push_screen(over)

    def forget_pages(self) -> None:
        """A journey begins: what was typed for another one is not taken along."""
        for name in [name for name, page in self._pages.items() if page is not self.page]:
            if name != "home":
                self.uninstall_screen(name)
                self._pages.pop(name).remove()

    def show_pages(self) -> None:
        """Bring the page, and pages over it, up to date."""
        first = self.screen_stack.index(self.page)
        for screen in self.screen_stack[first:]:
            if isinstance(screen, Page):
                screen.show(self.view)

    def _page(self, page: str) -> Page:
        if page not in self._pages:
            module, name = _PAGES[page]
            made = getattr(importlib.import_module(f"wizard.tui.screens.{module}"), name)()
            made.view = self.view
            self._pages[page] = made
            self.install_screen(made, page)
        return self._pages[page]
