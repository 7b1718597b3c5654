"""Somebody in the lab who uses the unmodified command line; all that they see is remembered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journeys.canary import files_with, texts_with
from tests.lab.lab import Lab

USER = "practice"


@dataclass(frozen=True)
class Outcome:
    """One run of the program that has ended."""

    line: str
    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document; fails when there is another word on stdout."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found

    @property
    def checks(self) -> list[dict[str, Any]]:
        rows = self.document["checks"]
        assert isinstance(rows, list)
        return rows

    @property
    def statuses(self) -> dict[str, str]:
        return {row["id"]: row["status"] for row in self.checks}

    def row(self, id_: str) -> dict[str, Any]:
        return next(row for row in self.checks if row["id"] == id_)

    def of(self, *statuses: str) -> list[dict[str, Any]]:
        return [row for row in self.checks if row["status"] in statuses]

    def is_ready(self) -> bool:
        """Ready, and by the exit code too."""
        assert self.code in (0, 1), self
        assert self.document["ready"] is (self.code == 0), self
        return self.code == 0

    def told(self) -> str:
        """The rows as a person would read them aloud, for a failed test."""
        rows = [(r["id"], r["status"], r["cause"], r["evidence"]) for r in self.checks]
        return "\n".join(map(str, (self.line, self.code, *rows, self.err[-2000:])))


class Person:
    """Types commands in the lab, with a HOME and a folder for temporary files of their own."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.said: list[str] = []
        """Everything on stdout and stderr so far."""
        self.secrets: dict[str, str] = {}
        """Every secret given so far, and whose it is."""
        self.keeps: set[Path] = set()
        """Where a secret is meant to be."""
        self.temporary = lab.home / "tmp"
        self.temporary.mkdir()
        self.temporary.chmod(0o1777)

    @property
    def home(self) -> Path:
        return self.lab.home

    @property
    def config(self) -> Path:
        """Docker's file of logins."""
        return self.home / ".docker" / "config.json"

    @property
    def settings(self) -> Path:
        return self.home / ".config" / "registry-wizard" / "config.toml"

    def environ(self, **more: str) -> dict[str, str]:
        return {"TMPDIR": str(self.temporary), **more}

    def run(
        self,
        *words: str,
        secret: str = "",
        username: str = USER,
        env: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Outcome:
        """`registry-wizard WORDS`. `secret` goes to its standard input."""
        if secret:
            self.secrets[secret] = username
            options["input"] = secret
        ran = self.lab.wizard(*words, env=self.environ(**(env or {})), **options)
        self.said += [ran.stdout, ran.stderr]
        return Outcome(" ".join(words), ran.status, ran.stdout, ran.stderr)

    def ask(self, *words: str, **options: Any) -> Outcome:
        """The same, for the JSON document."""
        outcome = self.run(*words, "--json", **options)
        assert outcome.out, outcome.err
        return outcome

    def set_up(
        self,
        prefix: str,
        *more: str,
        engine: str = "none",
        store: str = "none",
        secret: str = "",
        username: str = USER,
        **options: Any,
    ) -> Outcome:
        """`setup` of images called `app`, with consent given beforehand and a login if need be."""
        line = ["setup", prefix, "--engine", engine, "--image", "app", "--store", store, "--yes"]
        if secret:
            line += ["--username", username, "--password-stdin"]
        if store == "plaintext":
            self.keeps.add(self.config)
        return self.ask(*line, *more, secret=secret, username=username, **options)

    def examine(
        self, prefix: str = "", *more: str, engine: str = "none", **options: Any
    ) -> Outcome:
        words = ["doctor", *([prefix] if prefix else []), "--engine", engine, "--image", "app"]
        return self.ask(*words, *more, **options)

    def look(self, *references: str, **options: Any) -> list[dict[str, Any]]:
        """`check`: one verdict each."""
        images = self.ask("check", *references, **options).document["images"]
        assert isinstance(images, list)
        return images

    def write_config(self, document: Mapping[str, Any] | str) -> Path:
        """Docker's file of logins, as another program has left it."""
        self.config.parent.mkdir(mode=0o700, exist_ok=True)
        text = document if isinstance(document, str) else json.dumps(document, indent="\t")
        self.config.write_text(text)
        return self.config

    def leaks(self) -> list[str]:
        """Where a secret is found that it is not meant to be: outputs and files."""
        found = []
        logs = [self.lab.docker.log.read_text(errors="replace")] if self.lab.docker else []
        for secret, username in self.secrets.items():
            found += [text[:200] for text in texts_with(self.said + logs, secret, username)]
            files = files_with(self.home, secret, username, self.keeps)
            found += [str(path.relative_to(self.home)) for path in files]
        return found

    def litter(self) -> list[str]:
        """Temporary files and half-written ones, wherever the program writes."""
        left = [path.name for path in self.temporary.iterdir()]
        kept = (".docker", ".config", ".local", ".cache")
        for folder in kept:
            files = (self.home / folder).rglob("*")
            left += [str(f) for f in files if ".tmp" in f.name or f.name.startswith("tmp")]
        return left
