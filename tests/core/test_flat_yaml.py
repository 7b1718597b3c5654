"""The scalars of the SDKs' configuration files, and nothing guessed of all else that YAML is."""

from __future__ import annotations

import pytest

from wizard.core.flat_yaml import scalars


def test_block_mappings_are_told_by_their_path() -> None:
    text = """
    # written by flyte create config
admin:
  endpoint: dns:///acme.hosted.unionai.cloud   # the tenant
  insecure: false
image:
  builder: "local"
  registry: 'ghcr.io/acme'
task:
    org: acme
    domain: development
"""
    assert scalars(text) == {
        "admin.endpoint": "dns:///acme.hosted.unionai.cloud",
        "admin.insecure": "false",
        "image.builder": "local",
        "image.registry": "ghcr.io/acme",
        "task.org": "acme",
        "task.domain": "development",
    }


def test_one_line_mappings_are_told_too() -> None:
    text = 'union:\n  connection: {host: "dns:///a.union.ai:443", insecure: false}\n'

    assert scalars(text)["union.connection.host"] == "dns:///a.union.ai:443"


@pytest.mark.parametrize(
    "text",
    [
        "image:\n  image_refs: [a, b]\n",
        "a: &anchor b",
        "a: |\n",
        "- a\n- b",
        "a: !!python/object:os.system x",
        "{",
        "\0" * 5000,
        "a" * 5000 + ": b",
        "",
    ],
)
def test_what_is_not_a_plain_scalar_is_passed_over(text: str) -> None:
    assert scalars(text) == {}


def test_a_deeper_key_ends_with_its_block() -> None:
    assert scalars("a:\n  b: 1\nc: 2\n") == {"a.b": "1", "c": "2"}
