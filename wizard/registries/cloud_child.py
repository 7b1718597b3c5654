"""Asks the clouds' own SDKs, which run in programs of their own (wizard/clouds)."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.ports import Outside
from wizard.core.text import clean


class RefusedError(Exception):
    """What the cloud, or this machine's configuration for it, answered instead."""

    def __init__(self, facts: Mapping[str, str]) -> None:
        super().__init__(facts.get("kind", ""))
        self.kind = facts.get("kind", "")
        """The SDK's or the cloud's own word: `AccessDeniedException`, `NoCredentialsError`."""
        self.message = facts.get("message", "")
        """Already cleaned and bounded."""
        self.facts = facts


async def ask_child(
    outside: Outside, module: str, question: Mapping[str, Any], *, timeout_s: float | None = None
) -> Any:
    """The answer of `wizard.clouds.<module>`. Raises RefusedError, or Problem when it is mute.

    It has its own deadline, since an SDK may ask a dead address for minutes.
    """
    limit_s = timeout_s or outside.timeout_s * 2
    # -P: nothing in the current folder is imported.
    argv = [sys.executable, "-P", "-m", f"wizard.clouds.{module}"]
    result = await outside.run(argv, stdin=json.dumps(question).encode(), timeout_s=limit_s)
    asked = f"{module}: {question['ask']}"
    if result.timed_out:
        words = f"no answer in {limit_s:g} s"
        raise Problem(Evidence(Stage.API, asked, words, fault=Fault.TIMEOUT))
    try:
        document = json.loads(result.stdout)
        if "answer" in document:
            return document["answer"]
        facts = {str(k): clean(str(v), 400) for k, v in document["refused"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        # Its stderr could hold anything: only that it failed is told.
        words = f"the program ended with {result.code} and no answer"
        raise Problem(Evidence(Stage.API, asked, words, fault=Fault.NONSENSE)) from None
    raise RefusedError(facts)
