"""What every registry provider promises. Subclass it with a `provider` and an `example`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from wizard.causes import CATALOGUE
from wizard.core.names import is_path
from wizard.core.ports import RegistryProvider
from wizard.core.prefix import Prefix, PrefixError

LONGEST_ABOUT = 95
"""Characters: two lines of it fit the page at 80 columns when wrapped."""


@dataclass(frozen=True)
class Example:
    """One good destination of a provider, and what is wrong with others."""

    answers: Mapping[str, str]
    prefix: str
    bad_answers: Mapping[str, str] = field(default_factory=dict)
    """By field id: a value that its check refuses."""
    foreign_hosts: tuple[str, ...] = ("registry.example.com", "localhost:5000")


class RegistryContract:
    """The promises, as tests."""

    provider: RegistryProvider
    example: Example

    @property
    def prefix(self) -> Prefix:
        return self.provider.compose(self.example.answers)

    def test_the_answers_to_its_fields_make_the_prefix(self) -> None:
        assert str(self.prefix) == self.example.prefix
        assert self.prefix.kind == self.provider.kind

    def test_the_prefix_is_taken_apart_into_the_same_answers(self) -> None:
        assert dict(self.provider.answers(self.prefix)) == dict(self.example.answers)

    def test_the_prefix_is_one_that_it_would_accept_when_typed(self) -> None:
        assert self.provider.claims(self.prefix.host)
        assert self.provider.prefix(self.prefix.host, self.prefix.path) == self.prefix

    def test_answers_typed_with_capitals_and_spaces_are_understood(self) -> None:
        loud = {key: f"  {value.upper()} " for key, value in self.example.answers.items()}

        assert self.provider.compose(loud) == self.prefix

    def test_every_field_takes_its_own_example_and_the_good_answer(self) -> None:
        for one in self.provider.fields:
            assert one.check(one.example) == ""
            assert one.check(self.example.answers.get(one.id, one.example)) == ""
            assert one.title

    def test_every_field_says_what_is_wrong_while_typing(self) -> None:
        for one in self.provider.fields:
            bad = self.example.bad_answers[one.id]
            said = one.check(bad)
            assert said
            assert not said.endswith((".", "!"))
            with pytest.raises(PrefixError):
                self.provider.compose({**self.example.answers, one.id: bad})

    def test_a_required_field_left_empty_makes_no_prefix(self) -> None:
        for one in self.provider.fields:
            if one.is_optional:
                assert one.check("") == ""
                continue
            assert one.check("")
            with pytest.raises(PrefixError):
                self.provider.compose({**self.example.answers, one.id: ""})

    def test_it_leaves_the_hosts_of_others_alone(self) -> None:
        for host in self.example.foreign_hosts:
            assert not self.provider.claims(host)

    def test_its_endpoint_is_encrypted_and_so_are_its_token_services(self) -> None:
        endpoint = self.provider.endpoint(self.prefix.host)

        assert urlsplit(endpoint.base_url).scheme == "https"
        assert urlsplit(endpoint.base_url).path == ""
        for realm in endpoint.realms:
            assert urlsplit(realm).scheme == "https"
        assert endpoint.config_key
        assert endpoint.containers_key

    def test_a_newcomer_learns_what_it_means_in_two_lines(self) -> None:
        assert self.provider.title
        assert len(self.provider.about) == 2
        assert max(map(len, self.provider.about)) <= LONGEST_ABOUT

    def test_there_is_a_way_in_and_each_explains_itself(self) -> None:
        assert self.provider.ways_in
        for way in self.provider.ways_in:
            assert way.title
            assert way.explanation
            assert not way.url or way.url.startswith("https://")

    def test_its_signs_name_causes_that_are_in_the_catalogue_and_their_source(self) -> None:
        for sign in self.provider.signs:
            assert sign.cause in CATALOGUE
            assert sign.source

    def test_its_fixes_for_private_images_are_complete_commands_and_safe_links(self) -> None:
        repository = self.prefix.repository("team/app" if self._is_deep() else "app")
        for kind in ("user", "organization", ""):
            for fix in self.provider.publish_fixes(repository, kind):
                assert fix.title
                assert not fix.url or fix.url.startswith("https://")
                assert "{" not in fix.title + fix.command + fix.url

    def test_an_image_can_be_named_below_the_prefix(self) -> None:
        reference = self.prefix.reference("my-app", "wizard-check-0123abcd")

        assert str(reference) == f"{self.example.prefix}/my-app:wizard-check-0123abcd"
        assert is_path(reference.repository.path)

    def _is_deep(self) -> bool:
        return self.provider.kind != "dockerhub"
