"""A team's preset: few keys, checked, and never a secret."""

from __future__ import annotations

import pytest

from wizard.core.preset import PresetError, parse_preset


def test_all_that_it_can_say_is_read() -> None:
    text = (
        'registry = "ghcr.io/acme"\nplatform = "linux/aarch64"\n'
        'cluster-account = "123456789012"\ncluster_principal = "arn:aws:iam::1:role/x"\n'
    )
    found = parse_preset(text, "/r/.registry-wizard.toml")

    assert (found.registry, found.platform) == ("ghcr.io/acme", "linux/arm64")
    assert found.cluster_account == "123456789012"
    assert found.cluster_principal == "arn:aws:iam::1:role/x"
    assert not found.notes


def test_a_secret_in_it_is_neither_read_nor_shown() -> None:
    found = parse_preset('registry = "ghcr.io/acme"\ntoken = "CANARY"\n', "f")

    assert "CANARY" not in repr(found)
    assert "token is not read" in found.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "registry = ",
        "registry = 7",
        'platform = "linux/amd64"',
        'registry = "a"\nplatform = "banana"',
        'registry = "' + "a" * 400 + '"',
        "[" * 500,
        "\0",
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(PresetError) as refused:
        parse_preset(text, "f")

    assert str(refused.value)


def test_nothing_of_it_can_act_on_a_terminal() -> None:
    found = parse_preset('registry = "ghcr.io/a\\u001b[2J"', "f")

    assert "\x1b" not in "".join(found.lines)
