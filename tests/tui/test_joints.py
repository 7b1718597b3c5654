"""An address that is longer than its line is parted where a reader would part it."""

from __future__ import annotations

from textual.content import Content

from wizard.tui.widgets.joints import jointed

ADDRESS = "https://github.com/users/practice/packages/container/flytekit/settings"


def test_a_long_address_is_parted_at_its_joints_and_keeps_every_letter_and_colour() -> None:
    fitted = jointed(Content.styled(ADDRESS, "$accent"), 54)

    first, rest = fitted.plain.split("\n")
    assert (first, rest) == (ADDRESS[:53], "flytekit/settings")
    assert all(line.spans for line in fitted.split("\n"))


def test_words_that_fit_are_left_alone() -> None:
    content = Content("POST https://ghcr.io/v2/")

    assert jointed(content, 20) is content


def test_what_is_left_of_a_line_is_filled_up_to_a_joint() -> None:
    host = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
    fitted = jointed(Content(f"x {host}/practice/flytekit must exist first"), 50)

    assert fitted.plain == f"x {host}/\npractice/flytekit must exist first"
    assert [line.plain for line in fitted.wrap(50)] == fitted.plain.split("\n")


def test_a_word_without_a_joint_fills_its_line() -> None:
    assert jointed(Content("a" * 25), 10).plain == "\n".join(("a" * 10, "a" * 10, "a" * 5))
