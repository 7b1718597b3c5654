"""Our `dataclass` beside the standard library's: the same classes, made without compiling."""

from __future__ import annotations

import dataclasses
from dataclasses import FrozenInstanceError, field, fields, replace

import pytest

from wizard.core.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    host: str
    port: int = 443
    notes: dict[str, str] = field(default_factory=dict, compare=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Named(Place):
    name: str = "none"


@dataclass(frozen=True, slots=True)
class Checked:
    port: int

    def __post_init__(self) -> None:
        if self.port < 0:
            raise ValueError(self.port)


@dataclass(slots=True)
class Counter:
    count: int = 0


def test_fields_are_taken_by_place_and_by_name_with_their_defaults() -> None:
    assert Place("a", token="t") == Place(host="a", port=443, token="t")
    assert Place("a").notes is not Place("a").notes
    assert Named("a", 5).name == "none"


@pytest.mark.parametrize(
    ("given", "named"),
    [((), {}), (("a", 1, {}, "t", 5), {}), (("a",), {"host": "b"}), (("a",), {"hots": 1})],
)
def test_what_does_not_fit_is_refused(given: tuple[object, ...], named: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="Place"):
        Place(*given, **named)  # type: ignore[arg-type]


def test_values_are_equal_by_what_counts_and_hash_so() -> None:
    assert Place("a", notes={"x": "y"}) == Place("a")
    assert hash(Place("a", 1)) == hash(Place("a", 1))
    assert Place("a") != Place("b")
    assert Place("a") != Named("a")


def test_a_hidden_field_is_never_shown() -> None:
    assert repr(Named("a", token="canary")) == "Named(host='a', port=443, notes={}, name='none')"


def test_a_frozen_value_takes_no_change_and_no_new_name() -> None:
    place = Place("a")

    for name in ("host", "other"):
        with pytest.raises(FrozenInstanceError):
            setattr(place, name, "b")
    with pytest.raises(FrozenInstanceError):
        del place.host
    assert not hasattr(place, "__dict__")


def test_one_that_is_not_frozen_changes_and_has_no_hash() -> None:
    counter = Counter()
    counter.count += 1

    assert counter == Counter(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(counter)


def test_what_the_standard_library_offers_for_dataclasses_works() -> None:
    place = replace(Place("a", 5), host="b")

    assert place == Place("b", 5)
    assert [each.name for each in fields(Named)] == ["host", "port", "notes", "token", "name"]
    assert dataclasses.asdict(place) == {"host": "b", "port": 5, "notes": {}, "token": ""}
    assert Place.__match_args__ == ("host", "port", "notes", "token")


def test_a_check_after_making_is_run() -> None:
    with pytest.raises(ValueError, match="-1"):
        Checked(-1)


def test_methods_that_a_class_brings_itself_are_kept() -> None:
    @dataclass(frozen=True)
    class Spoken:
        word: str

        def __repr__(self) -> str:
            return self.word

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Spoken)

        def __hash__(self) -> int:
            return 7

    assert repr(Spoken("a")) == "a"
    assert Spoken("a") == Spoken("b")
    assert hash(Spoken("a")) == 7
