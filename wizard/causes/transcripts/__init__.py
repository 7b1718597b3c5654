"""What docker, podman, the cluster and the SDKs print for a cause, or why they print nothing.

One module per family, imported only when a cause of it is explained: no check needs these words.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol, cast

from wizard.causes.transcripts.said import Said

__all__ = ["Said", "said_for", "silence_of"]


def said_for(cause: str) -> tuple[Said, ...]:
    """The commonest tool first; empty for a cause at which every tool is silent."""
    return _family(cause).SAID.get(cause, ())


def silence_of(cause: str) -> str:
    """Why no tool says anything; empty where one does."""
    return _family(cause).SILENT.get(cause, "")


class _Family(Protocol):
    """A module of this package."""

    SAID: Mapping[str, tuple[Said, ...]]
    SILENT: Mapping[str, str]


def _family(cause: str) -> _Family:
    return cast("_Family", import_module(f"{__name__}.{cause.partition('.')[0]}"))
