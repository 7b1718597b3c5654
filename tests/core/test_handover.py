"""Snippets to hand over: valid in their languages, with the proven values and nothing else."""

from __future__ import annotations

import ast
import json
import shlex
import subprocess

import pytest

from wizard.core.handover import HAND_OVERS, TITLES, WHATS, Handover, of_profile, render
from wizard.core.names import InvalidNameError, Platform
from wizard.core.prefix import Prefix
from wizard.core.settings import Profile, Proof

GHCR = Prefix("ghcr", "ghcr.io", "acme")
PROVEN = Handover(
    GHCR,
    "my-app",
    python_version="3.11",
    digest="sha256:" + "9f2c" + "0" * 56 + "41aa",
    when="2026-11-23T05:35:00Z",
    pull="public",
)


def _arguments(snippet: str, function: str) -> dict[str, object]:
    """The keyword arguments of the first call to a function, evaluated."""
    for node in ast.walk(ast.parse(snippet)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == function:
            return {str(k.arg): ast.literal_eval(k.value) for k in node.keywords}
    raise AssertionError(f"{function} is not called")


def test_the_imagespec_compiles_and_carries_the_proven_values() -> None:
    assert _arguments(render("imagespec", PROVEN), "ImageSpec") == {
        "name": "my-app",
        "registry": "ghcr.io/acme",
        "python_version": "3.11",
        "platform": "linux/amd64",
        "packages": [],
    }


def test_the_flyte_image_compiles_and_names_one_platform_only() -> None:
    assert _arguments(render("flyte", PROVEN), "flyte.Image.from_debian_base") == {
        "name": "my-app",
        "registry": "ghcr.io/acme",
        "python_version": (3, 11),
        "platform": ("linux/amd64",),
    }


def test_a_python_too_new_for_flytekit_is_lowered_and_said() -> None:
    values = Handover(GHCR, "my-app", python_version="3.14")
    snippet = render("imagespec", values)

    assert _arguments(snippet, "ImageSpec")["python_version"] == "3.12"
    assert "3.14" in snippet
    flyte = _arguments(render("flyte", values), "flyte.Image.from_debian_base")
    assert flyte["python_version"] == (3, 14)


def test_a_registry_that_flytekit_refuses_is_handed_over_with_a_word() -> None:
    by_number = Handover(Prefix("other", "[::1]:5000", "team"), "my-app")

    assert "# flytekit refuses this registry" in render("imagespec", by_number)
    assert "refuses" not in render("imagespec", PROVEN)


def test_the_flyte_config_is_yaml_of_one_mapping() -> None:
    assert _yaml(render("flyte-config", PROVEN)) == {
        "image": {"builder": "local", "registry": "ghcr.io/acme"}
    }


def test_podman_is_the_builder_where_podman_pushes() -> None:
    by_podman = Handover(GHCR, "my-app", engine="podman")

    assert _yaml(render("flyte-config", by_podman))["image"]["builder"] == "local-podman"
    assert "export FLYTE_IMAGE_BUILDER=local-podman\n" in render("env", by_podman)


@pytest.mark.parametrize(
    "prefix",
    [
        GHCR,
        Prefix("other", "localhost:30000"),
        Prefix("other", "[::1]:5000", "team"),
        Prefix("ecr", "123456789012.dkr.ecr.us-east-1.amazonaws.com"),
    ],
    ids=str,
)
def test_the_shell_reads_back_every_kind_of_prefix(prefix: Prefix) -> None:
    script = render("env", Handover(prefix, "a/b")) + 'printf %s "$FLYTE_IMAGE_REGISTRY"'
    shell = ["sh", "-euc", script]

    said = subprocess.run(shell, capture_output=True, check=True).stdout.decode()

    assert said == str(prefix)
    assert "export FLYTE_IMG_FAST_FAIL=1" in script.splitlines()
    assert _yaml(render("flyte-config", Handover(prefix)))["image"]["registry"] == str(prefix)


@pytest.mark.parametrize("what", WHATS)
def test_every_snippet_says_in_comments_what_was_proven_and_when(what: str) -> None:
    comments = [line for line in render(what, PROVEN).splitlines() if line.startswith("#")]

    assert comments[0].endswith("ghcr.io/acme/my-app")
    assert "2026-11-23T05:35:00Z" in comments[0]
    assert comments[1] == "# pushed, and pulled without a login, linux/amd64, sha256:9f2c…41aa"


@pytest.mark.parametrize("what", WHATS)
def test_what_was_not_proven_is_not_called_proven(what: str) -> None:
    assert render(what, Handover(GHCR, "my-app")).startswith("# Not proven yet")


def test_a_declared_pull_is_told_from_a_proven_one() -> None:
    declared = Handover(GHCR, "my-app", when="2026-11-23T05:35:00Z", pull="declared")

    assert "you declared" in render("imagespec", declared)
    assert "secrets=" in render("flyte", declared)
    assert "without a login" not in render("flyte", declared)


@pytest.mark.parametrize("what", WHATS)
def test_every_snippet_has_a_title_and_ends_in_one_newline(what: str) -> None:
    snippet = render(what, PROVEN)

    assert TITLES[what]
    assert snippet.endswith("\n")
    assert not snippet.endswith("\n\n")
    assert max(map(len, snippet.splitlines())) <= 100


@pytest.mark.parametrize(
    "wrong",
    [
        {"image": 'x")\nimport os'},
        {"image": "Capital"},
        {"image": ""},
        {"python_version": "3.12; rm"},
        {"python_version": "2.7"},
        {"digest": "sha256:zz"},
        {"when": "now\nimport os"},
    ],
)
def test_a_value_that_could_become_code_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidNameError):
        Handover(GHCR, **{"image": "my-app", **wrong})


def test_an_unknown_snippet_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="imagespec, flyte, flyte-config, env"):
        render("report", PROVEN)


def test_another_platform_is_handed_over_as_proven() -> None:
    arm = Handover(GHCR, "my-app", Platform("linux", "arm64"))

    assert _arguments(render("imagespec", arm), "ImageSpec")["platform"] == "linux/arm64"


def test_a_profile_is_handed_over_with_its_proof() -> None:
    proof = Proof("ghcr.io/acme/my-app:check", PROVEN.digest, PROVEN.when, "public")
    profile = Profile("default", "ghcr.io/acme", "ghcr", "docker", "my-app", proof=proof)

    assert of_profile(profile, "3.11") == PROVEN
    assert list(HAND_OVERS) == [*WHATS, "github-actions"]
    assert HAND_OVERS["env"](profile) == render("env", PROVEN)


def test_the_proof_of_another_image_is_not_handed_over() -> None:
    proof = Proof("ghcr.io/acme/other:check", PROVEN.digest, PROVEN.when, "public")
    profile = Profile("default", "ghcr.io/acme", "ghcr", image="my-app", proof=proof)

    assert HAND_OVERS["flyte"](profile).startswith("# Not proven yet")


def _yaml(text: str) -> dict[str, dict[str, str]]:
    """Just enough YAML: one level of mappings, plain or JSON-quoted scalars."""
    found: dict[str, dict[str, str]] = {}
    inner: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        key, colon, value = line.partition(":")
        assert colon, line
        if not line.startswith(" "):
            assert not value
            inner = found.setdefault(key, {})
        else:
            assert key.startswith("  ")
            value = value.strip()
            inner[key.strip()] = json.loads(value) if value.startswith('"') else value
            assert value.startswith('"') or shlex.quote(value) == value
    return found
