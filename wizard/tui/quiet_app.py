"""An app that writes nothing down: no values of a crash, no pictures."""

from __future__ import annotations

from typing import Any

from textual.app import App


class QuietApp(App[str]):
    """Ends at a fault of its own, and keeps it for whoever ran it."""

    def __init__(self) -> None:
        super().__init__()
        self.failure: Exception | None = None
        """What crashed the app; raised by whoever ran it, for a report without values."""

    def crashed(self, error: Exception) -> None:
        """As a fault in a handler would: end, and let the report be written without values."""
        self._handle_exception(error)

    def _fatal_error(self) -> None:
        """Textual's own would print every local variable (credentials.md 4.3 row 4)."""
        self.failure = self._exception
        self._exit_renderables.clear()
        self._close_messages_no_wait()

    def panic(self, *renderables: Any) -> None:  # noqa: ARG002 - what it holds is not for show
        self._fatal_error()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """None here: a picture of a page may show what was meant for one person."""
