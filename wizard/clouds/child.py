"""One question on stdin, one answer on stdout, both JSON: how the programs in this folder talk.

    question: {"ask": "sessions", ...}
    answer:   {"answer": ...}  or  {"refused": {"kind": ..., "message": ..., ...}}

Secrets stand in answers, which go through a pipe to the process that asked, and nowhere else.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

MOST_QUESTION_BYTES = 1 << 20


class RefusedError(Exception):
    """The cloud or this machine said no. `facts` are strings: `kind`, `message`, ..."""

    def __init__(self, kind: str, message: str, **facts: str) -> None:
        super().__init__(kind)
        self.facts = {"kind": kind, "message": message, **facts}


Handler = Callable[[Mapping[str, Any]], Any]


def serve(handlers: Mapping[str, Handler]) -> int:
    """Answer the one question; 0 when it was answered or refused, 1 when it makes no sense."""
    try:
        question = json.loads(sys.stdin.buffer.read(MOST_QUESTION_BYTES))
        handler = handlers[question["ask"]]
    except (ValueError, KeyError, TypeError):
        return 1
    _trust_what_the_system_trusts()
    try:
        document = {"answer": handler(question)}
    except RefusedError as refused:
        document = {"refused": refused.facts}
    sys.stdout.write(json.dumps(document))
    return 0


def _trust_what_the_system_trusts() -> None:
    """The SDKs bring lists of their own, which know no company's certificate authority."""
    import truststore

    truststore.inject_into_ssl()
