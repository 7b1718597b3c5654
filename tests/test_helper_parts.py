from __future__ import annotations

import pytest

from wizard.helper_parts import WINDOWS_BYTES, Texts
from wizard.helper_words import HelperError


class WindowsKeyring:
    """A stand-in for Windows Credential Manager: 2,560 bytes of UTF-16 in an item, no more."""

    def __init__(self) -> None:
        self.items: dict[str, str] = {}
        self.left: int | None = None
        """How many more items it takes before it is killed."""

    def get_password(self, service: str, _username: str) -> str | None:
        return self.items.get(service)

    def set_password(self, service: str, _username: str, password: str) -> None:
        if len(password.encode("utf-16-le")) > 2560:
            raise OSError(1783, "The stub received bad data")
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt
        self.items[service] = password

    def delete_password(self, service: str, _username: str) -> None:
        del self.items[service]


@pytest.fixture
def keyring() -> WindowsKeyring:
    return WindowsKeyring()


@pytest.fixture
def texts(keyring: WindowsKeyring) -> Texts:
    return Texts(keyring, WINDOWS_BYTES)


@pytest.mark.parametrize(
    "text", ["", "short", "x" * 1200, "x" * 1201, "x" * 60_000, "ü😀" * 900, "😀" * 601]
)
def test_a_text_of_any_length_comes_back_from_a_keyring_with_a_limit(
    texts: Texts, text: str
) -> None:
    texts.set("ghcr.io", text)

    assert texts.get("ghcr.io") == text


def test_a_short_text_is_one_item_as_it_is(texts: Texts, keyring: WindowsKeyring) -> None:
    texts.set("ghcr.io", "short")

    assert keyring.items == {"ghcr.io": "short"}


def test_nothing_of_an_earlier_text_is_left_behind(texts: Texts, keyring: WindowsKeyring) -> None:
    texts.set("ghcr.io", "x" * 9000)
    texts.set("ghcr.io", "y" * 5000)
    assert texts.get("ghcr.io") == "y" * 5000
    assert not any("x" in text for name, text in keyring.items.items() if name != "ghcr.io")

    texts.set("ghcr.io", "short")
    assert keyring.items == {"ghcr.io": "short"}

    texts.set("ghcr.io", "z" * 5000)
    texts.delete("ghcr.io")
    assert keyring.items == {}
    texts.delete("ghcr.io")


@pytest.mark.parametrize("left", range(5))
def test_a_write_that_is_cut_off_leaves_the_earlier_text(
    texts: Texts, keyring: WindowsKeyring, left: int
) -> None:
    texts.set("ghcr.io", "x" * 3000)
    keyring.left = left

    with pytest.raises(KeyboardInterrupt):
        texts.set("ghcr.io", "y" * 6000)

    assert texts.get("ghcr.io") == "x" * 3000


def test_a_part_that_was_lost_or_changed_is_told_and_never_half_a_secret(
    texts: Texts, keyring: WindowsKeyring
) -> None:
    texts.set("ghcr.io", "x" * 6000)
    second = next(name for name in keyring.items if "part 2" in name)

    keyring.items[second] = "changed"
    with pytest.raises(HelperError, match="log in again"):
        texts.get("ghcr.io")
    del keyring.items[second]
    with pytest.raises(HelperError, match="log in again"):
        texts.get("ghcr.io")


def test_a_keyring_without_a_limit_is_given_everything_whole() -> None:
    keyring = WindowsKeyring()
    with pytest.raises(OSError, match="bad data"):
        Texts(keyring).set("ghcr.io", "x" * 3000)
