"""The lower part of the login page: one way in, where its login goes, and the field for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from wizard.core.fields import Field
from wizard.core.ports import WayIn
from wizard.tui.screens.login_places import unfit_parts
from wizard.tui.screens.login_words import plan_parts, practice_parts, way_parts
from wizard.tui.view import View
from wizard.tui.widgets.diff_view import DiffView
from wizard.tui.widgets.field_form import FieldForm
from wizard.tui.widgets.secret_input import SecretInput
from wizard.tui.widgets.text import Text

USERNAME: Final = Field("username", "User name", "octo")


class LoginEntry(Vertical):
    """Shows what it is given; the page keeps what was chosen."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._way: WayIn | None = None

    def compose(self) -> ComposeResult:
        yield from self._parts()

    def _parts(self) -> Iterator[Widget]:
        yield Text(id="way", classes="gap")
        yield Text(id="practice", classes="gap")
        yield FieldForm((USERNAME,), {}, id="who")
        yield Text(id="plan")
        yield DiffView(id="diff", classes="gap")
        yield Text("Token or password", id="ask")
        yield SecretInput(id="secret")

    def show(self, view: View, way: WayIn | None, *, is_agreed: bool, asks: bool) -> None:
        """`asks`: for the secret; `is_agreed`: to storing it unencrypted."""
        plan = view.plan
        if way != self._way and view.practice is not None:
            self.who.fill({"username": view.practice.username})
        self._way = way
        self.query_one("#way", Text).say(*(way_parts(way, view) if way else ()))
        self.who.display = bool(way and way.wants_secret and way.needs_username)
        told = unfit_parts(view) if plan else ()
        self.query_one("#plan", Text).say(*plan_parts(view, is_agreed=is_agreed), *told)
        self.query_one("#diff", DiffView).show_files(plan.diffs if plan else (), view.home)
        self.query_one("#practice", Text).say(*(practice_parts(view) if asks else ()))
        self.query_one("#ask").display = asks
        self.secret.display = asks

    @property
    def who(self) -> FieldForm:
        return self.query_one("#who", FieldForm)

    @property
    def secret(self) -> SecretInput:
        return self.query_one(SecretInput)

    @property
    def username(self) -> str:
        """As it was typed."""
        return self.who.answers["username"].strip()
