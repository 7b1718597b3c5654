"""Real messages with their settled causes, the same messages as other people meet them, and scores.

Score: how often the true cause stands first, and how often it is among the first three.
"""

from __future__ import annotations

import json
import re
import textwrap
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from wizard.cli.meanings import meanings, read
from wizard.cli.world import SignTable
from wizard.core.signs import COMMON_SIGNS
from wizard.engines.docker import DockerEngine
from wizard.registries import REGISTRIES

CORPUS = Path(__file__).parents[1] / "causes" / "corpus"

TABLES = [
    *(SignTable(registry.signs, registry.claims) for registry in REGISTRIES),
    SignTable(DockerEngine.signs),
    SignTable(COMMON_SIGNS),
]


@dataclass(frozen=True)
class Case:
    """One message. `causes`: the true one, or all that its source leaves open."""

    source: str
    causes: tuple[str, ...]
    message: str

    @property
    def is_bare(self) -> bool:
        """A registry's or a library's own words, which a tool can put its own around."""
        return "\n" not in self.message and not _WRAPPED.search(self.message)

    def of(self, *families: str) -> bool:
        return self.causes[0].startswith(families)


_WRAPPED = re.compile(
    r"^(error\b|warning|ctr:|level=|time=|writing|checking|pinging|normalizing|creating|failed to"
    r"|docker\.|httpx\.|requests\.|urllib3\.|\{)|^\S+error\b|failed to pull|fetch(ing)? server api",
    re.IGNORECASE,
)


def corpus(name: str) -> list[Case]:
    rows = tomllib.loads((CORPUS / f"{name}.toml").read_text())
    return [
        Case(f"{name} {row}", tuple(causes.split(" | ")), message)
        for causes, by_row in rows.items()
        for row, messages in by_row.items()
        for message in messages
    ]


def ranked(message: str) -> list[str]:
    return [meaning.cause for meaning in meanings(message, TABLES)]


def is_known(message: str) -> bool:
    return bool(read(message, TABLES).meanings)


@dataclass
class Score:
    cases: int = 0
    first: int = 0
    three: int = 0
    misses: str = ""

    def holds(self, first: float, three: float) -> bool:
        return self.first >= first * self.cases and self.three >= three * self.cases

    def __str__(self) -> str:
        head = f"{self.first / self.cases:.1%} first, {self.three / self.cases:.1%} in three"
        return f"{head} of {self.cases}\n{self.misses}"


def score(cases: Iterable[Case]) -> Score:
    kept = Score()
    for case in cases:
        found = ranked(case.message)[:3]
        place = next((i for i, cause in enumerate(found) if cause in case.causes), None)
        kept.cases += 1
        kept.first += place == 0
        kept.three += place is not None
        if place != 0:
            shown = case.message.replace("\n", " / ")[:90]
            kept.misses += f"{case.source:<24} {case.causes[0]:<24} {found}  {shown}\n"
    return kept


# The same words with other names in them.

_OTHER_NAMES = (
    (r"ghcr\.io", "ghcr.io"),
    (r"\bacme\b", "umbrella-labs"),
    (r"\bAcme\b", "UmbrellaLabs"),
    (r"/app\b", "/train_step.v2"),
    (r"'app'", "'train_step.v2'"),
    (r"registry\.example\.com(:5000)?", "harbor.corp.lan:8443"),
    (r"127\.0\.0\.1:(5000|9)\b", "10.20.30.40:8080"),
    (r"10\.0\.0\.5", "192.168.7.21"),
    (r"\bno-such-host\.invalid", "build-7.intra"),
    (r"/home/ann", "/Users/kim"),
    (r"\bann\b", "kim"),
    (r"123456789012", "998877665544"),
    (r"us-east-1|us-central1", "eu-west-3"),
    (r"\bproj-1\b|projects/p\b", "projects/ml-prod-42"),
    (r"sha256:[0-9a-f]+", "sha256:" + "c0ffee42" * 8),
    (r"v1\.(41|42|50)\b", "v1.47"),
    (r"/run/user/1000/", "/run/user/54321/"),
    (r":1\b(?!\.)", ":2026-11-23-rc.4"),
    (r"\b2026-1\d-\d\d", "2031-02-03"),
)


def with_other_names(cases: Iterable[Case]) -> Iterator[Case]:
    for case in cases:
        message = case.message
        for pattern, other in _OTHER_NAMES:
            message = re.sub(pattern, other, message)
        yield replace(case, message=message)


# The same words in what tools put around them. The image is never one of the corpus.

_IMAGE = "quay.io/umbrella-labs/trainer:2.4"
_BLOB = "sha256:" + "beef" * 16


def _kubelet(words: str) -> str:
    return (
        f'  Warning  Failed  3s (x2 over 15s)  kubelet  Failed to pull image "{_IMAGE}": rpc '
        f'error: code = Unknown desc = failed to pull and unpack image "{_IMAGE}": {words}\n'
        "  Warning  Failed  3s (x2 over 15s)  kubelet  Error: ErrImagePull\n"
        f'  Normal   BackOff 1s (x3 over 14s)  kubelet  Back-off pulling image "{_IMAGE}"'
    )


def _flytekit(words: str) -> str:
    return (
        f"Image {_IMAGE} not found. building...\n"
        "Run command: docker image build --tag trainer --push /tmp/tmp_a1b2\n"
        f"ERROR: failed to solve: {words}\n"
        "Traceback (most recent call last):\n"
        '  File "/venv/flytekit/image_spec/default_builder.py", line 311\n'
        "    run(command, check=True)\n"
        "subprocess.CalledProcessError: Command '['docker', 'image', 'build']' returned non-zero "
        "exit status 1."
    )


def _engine_stream(words: str) -> str:
    return json.dumps({"errorDetail": {"message": words}, "error": words})


def _logged(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'time="2026-11-23T09:14:00Z" level=fatal msg="{escaped}"'


def _coloured(words: str) -> str:
    return f"\x1b[2K\x1b[1G\x1b[1;31m{words}\x1b[0m\r\n\x1b]0;make\x07"


def _in_a_job(words: str) -> str:
    lines = [f"#{n} {n / 7:.3f} Collecting package-{n} (from trainer)" for n in range(40)]
    text = "\n".join([*lines, *words.splitlines(), "Error: Process completed with exit code 1."])
    return "\n".join(f"2026-11-23T09:14:00.1234567Z {line}" for line in text.splitlines())


def _broken_at_80(words: str) -> str:
    return "\n".join(textwrap.wrap(words, 80, break_long_words=False, break_on_hyphens=False))


_ABROAD = ("push.", "pull.", "login.", "network.", "engine.registry-")

WRAPPINGS: dict[str, tuple[Callable[[str], str], Callable[[Case], bool]]] = {
    "kubelet": (_kubelet, lambda case: case.is_bare and case.of("pull.", "network.")),
    "flytekit": (
        _flytekit,
        lambda case: case.is_bare and case.of("push.", "network.", "engine.registry-"),
    ),
    "docker 29": (
        lambda words: f"error from registry: {words}\n{words}",
        lambda case: case.is_bare and case.of("push.", "login.re", "login.e", "login.sc"),
    ),
    "podman push": (
        lambda words: f"Error: writing blob: uploading layer to https://quay.io/v2/: {words}",
        lambda case: case.is_bare and case.of("push.", "network."),
    ),
    "podman pull": (
        lambda words: f"Error: initializing source docker://{_IMAGE}: {words}",
        lambda case: case.is_bare and case.of("pull.", "network."),
    ),
    "skopeo copy": (
        lambda words: _logged(f"trying to reuse blob {_BLOB} at destination: {words}"),
        lambda case: case.is_bare and case.of("push.", "network."),
    ),
    "engine's stream": (
        _engine_stream,
        lambda case: case.is_bare and case.of(*_ABROAD),
    ),
    "log line": (_logged, lambda case: "\n" not in case.message),
    "coloured": (_coloured, lambda _: True),
    "job log": (_in_a_job, lambda _: True),
    "broken at 80 columns": (_broken_at_80, lambda case: "\n" not in case.message),
}


def wrapped(cases: Iterable[Case], wrapping: str) -> list[Case]:
    wrap, fits = WRAPPINGS[wrapping]
    return [replace(case, message=wrap(case.message)) for case in cases if fits(case)]
