"""A list to choose from: the arrows move, Enter takes, a letter or a click takes at once."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.widget import Widget

from wizard.core.dataclass import dataclass
from wizard.tui.marks import POINTER
from wizard.tui.widgets.joints import jointed
from wizard.tui.widgets.text import Part

_INDENT = 2
_LEAST_TEXT = 20
_GAP = 3
"""At least, before what stands at the right: a letter there must not read as a word."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One row. Everything is shown letter for letter."""

    id: str
    title: str
    state: str = ""
    """At the right of the title: `ready`, `not found`."""
    lines: tuple[str, ...] = ()
    """What it means, below the title."""
    key: str = ""
    """The letter that takes it at once."""


class ChoiceList(Widget, can_focus=True):
    """Borderless and one widget, so that a key repaints two rows and nothing else."""

    DEFAULT_CSS = """
    ChoiceList {
        width: 100%;
        max-width: 72;
        height: auto;
        margin-bottom: 1;
        padding-right: 1;  /* beside it stands the scroll bar */
    }
    """
    BINDINGS = [  # noqa: RUF012 - Textual's own way
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("enter,space", "take", show=False),
    ]

    @dataclass
    class Taken(Message):
        """Somebody wants this one."""

        rows: ChoiceList
        choice: Choice

        @property
        def control(self) -> ChoiceList:
            return self.rows

    @dataclass
    class Moved(Message):
        """The pointer stands on another row."""

        rows: ChoiceList
        choice: Choice

        @property
        def control(self) -> ChoiceList:
            return self.rows

    def __init__(
        self,
        choices: tuple[Choice, ...] = (),
        *,
        id: str,  # noqa: A002 - Textual's word
        always_points: bool = True,
    ) -> None:
        """`always_points`: also without the focus, where it is the only list of its page."""
        super().__init__(id=id)
        self._always_points = always_points
        self._choices = choices
        self._cursor = 0
        self._was_moved = False
        self.display = bool(choices)

    # --- what is shown ---

    def show(self, choices: tuple[Choice, ...], selected: str = "") -> None:
        """Replace the rows. The pointer stays where somebody put it, else it is on `selected`."""
        before = self.selected.id if self.selected and self._was_moved else ""
        if choices != self._choices:
            ids = [choice.id for choice in choices]
            wanted = next((i for i in (before, selected) if i in ids), "")
            self._was_moved = bool(before) and wanted == before
            height, was_shown = self._height(self.size.width), self.display
            self._choices = choices
            self._cursor = ids.index(wanted) if wanted else 0
            self.display = bool(choices)
            is_as_high = was_shown and height == self._height(self.size.width)
            self.refresh(layout=not is_as_high)

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self._choices

    @property
    def selected(self) -> Choice | None:
        return self._choices[self._cursor] if self._choices else None

    # --- drawing ---

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return self._height(width)

    def _height(self, width: int) -> int:
        return sum(len(self._rows(choice, width)) for choice in self._choices)

    def render(self) -> Content:
        width = self.size.width
        lines: list[Content] = []
        for position, choice in enumerate(self._choices):
            points = self.has_focus or self._always_points
            is_selected = points and position == self._cursor
            lines += self._painted(choice, width, is_selected=is_selected)
        return Content("\n").join(lines)

    def _rows(self, choice: Choice, width: int) -> list[str]:
        """Title and meaning, wrapped to the width."""
        room = max(width - _INDENT, _LEAST_TEXT)
        return [*self._title(choice, width), *_wrapped(choice.lines, room)]

    def _title(self, choice: Choice, width: int) -> list[str]:
        right = len(_right(choice))
        gap = _GAP if right else 0
        return _wrapped((choice.title,), max(width - _INDENT - right - gap, _LEAST_TEXT))

    def _painted(self, choice: Choice, width: int, *, is_selected: bool) -> list[Content]:
        title = self._title(choice, width)
        shade = "$accent" if self.has_focus else "$quiet"
        style = f"bold {shade}" if is_selected and self.has_focus else "bold" * is_selected
        right = _right(choice)
        head = POINTER if is_selected else " "
        gap = " " * max(width - _INDENT - Content(title[0]).cell_length - len(right), 1)
        state = right.removesuffix(choice.key)
        first: list[Part] = [(f"{head} ", f"bold {shade}"), (title[0], style)]
        first += [gap, (state, "$quiet"), (choice.key, "bold $accent")]
        more = _wrapped(choice.lines, max(width - _INDENT, _LEAST_TEXT))
        return [
            Content.assemble(*first),
            *(Content.styled(f"  {row}", style) for row in title[1:]),
            *(Content.styled(f"  {row}", "$quiet") for row in more),
        ]

    def _region(self, position: int) -> Region:
        """The rows of one choice, within this widget."""
        width = self.size.width
        top = sum(len(self._rows(c, width)) for c in self._choices[:position])
        return Region(0, top, width, len(self._rows(self._choices[position], width)))

    def _title_region(self, position: int) -> Region:
        """All of it that looks different under the pointer: fewer bytes for a far terminal."""
        region = self._region(position)
        height = len(self._title(self._choices[position], region.width))
        return Region(region.x, region.y, region.width, height)

    # --- moving and taking ---

    def action_move(self, by: int) -> None:
        if self._choices:
            self._move_to((self._cursor + by) % len(self._choices))

    def action_take(self) -> None:
        if self.selected is not None:
            self.post_message(self.Taken(self, self.selected))

    def take(self, key: str) -> bool:
        """Take the choice with this letter, if one has it."""
        found = next((c for c in self._choices if c.key == key), None)
        if found is None:
            return False
        self._move_to(self._choices.index(found))
        self.action_take()
        return True

    def _move_to(self, position: int) -> None:
        if position == self._cursor:
            return
        before, self._cursor = self._cursor, position
        self._was_moved = True
        self.refresh(self._title_region(before), self._title_region(position))
        self.reveal()
        self.post_message(self.Moved(self, self._choices[position]))

    def reveal(self) -> None:
        """Scroll so that the pointer is seen."""
        if self._choices and self.parent is not None and isinstance(self.parent, Widget):
            region = self._region(self._cursor).translate(self.virtual_region.offset)
            self.parent.scroll_to_region(region, animate=False)

    def on_focus(self) -> None:
        if self._choices:
            self.refresh(self._title_region(self._cursor))

    def on_blur(self) -> None:
        if self._choices:
            self.refresh(self._title_region(self._cursor))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        for position in range(len(self._choices)):
            region = self._region(position)
            if region.y <= offset.y < region.bottom:
                self._move_to(position)
                self.action_take()
                return


def _right(choice: Choice) -> str:
    return "  ".join(part for part in (choice.state, choice.key) if part)


def _wrapped(lines: Iterable[str], room: int) -> list[str]:
    return [part.plain for line in lines for part in jointed(Content(line), room).wrap(room)]
