"""How a person leaves a question. A file of its own: most commands ask nothing."""

from __future__ import annotations


class LeftError(Exception):
    """The person ended the input (Ctrl-D): nothing more is asked or done."""
