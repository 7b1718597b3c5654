"""What the configuration of Union or Flyte says, and whether images are built here at all.

Source: union-and-flyte.md 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from wizard.core.dataclass import dataclass
from wizard.core.text import clean

REMOTE: Final = "remote"
DEMO_REGISTRY: Final = "localhost:30000"
_UNION_HOSTS: Final = (".unionai.cloud", ".union.ai")
_SERVERLESS: Final = frozenset(
    {
        "serverless.union.ai",
        "serverless.staging.union.ai",
        "serverless.canary.union.ai",
        "serverless-1.us-east-2.s.union.ai",
        "serverless-gcp.cloud-staging.union.ai",
        "utt-srv-staging-1.cloud-staging.union.ai",
        "utt-srv-canary-1.canary.unionai.cloud",
        "serverless-preview.canary.unionai.cloud",
    }
)
"""As union 0.1 knows them (its `_config.py`)."""
_MOST: Final = 253


class Program(StrEnum):
    """Who reads it. Each has an order of places of its own."""

    FLYTE = "flyte 2"
    UNION = "union"
    PYFLYTE = "flytekit"


class EndpointKind(StrEnum):
    SERVERLESS = "Union Serverless"
    DEMO = "the local demo cluster"
    UNION = "Union"
    OTHER = "Flyte"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What one of the programs finds first. Never a secret."""

    program: Program
    source: str
    """A file, or the variable that stands in for one."""
    endpoint: str = ""
    """Host and port alone."""
    kind: EndpointKind = EndpointKind.NONE
    builder: str = ""
    """Flyte 2 only: `local`, `local-podman`, `remote`, a plugin's name; empty: the default."""
    builder_by: str = ""
    registry: str = ""
    """Flyte 2 only: `image.registry`."""

    @property
    def builds_elsewhere(self) -> str:
        """Why no image is built on this machine; empty when it is."""
        if self.kind is EndpointKind.SERVERLESS:
            return f"Union Serverless builds your images ({self.endpoint}, by {self.source})"
        if self.builder == REMOTE:
            return f"image.builder is remote, so Union builds your images (by {self.builder_by})"
        return ""

    @property
    def line(self) -> str:
        """`union: acme.hosted.unionai.cloud, Union, by ~/.union/config.yaml`."""
        where = f"{self.endpoint}, {self.kind}" if self.endpoint else "no endpoint in it"
        builder = f", images built by {self.builder}" if self.builder else ""
        return f"{self.program}: {where}{builder}, by {self.source}"


@dataclass(frozen=True, slots=True)
class Need:
    """Is an engine, a registry and a login needed at all? And why that is thought."""

    is_needed: bool
    reason: str = ""


def builder_of(found: Iterable[Configuration]) -> str:
    """Flyte 2's `image.builder`; empty where nothing sets it, which means `local`."""
    return next((one.builder for one in found if one.program is Program.FLYTE), "")


def need(found: Iterable[Configuration]) -> Need:
    """Not needed when every configuration that is in use has its images built elsewhere."""
    configurations = tuple(found)
    reasons = [configuration.builds_elsewhere for configuration in configurations]
    if reasons and all(reasons):
        return Need(False, "; ".join(dict.fromkeys(reasons)))
    return Need(True)


def configuration(
    program: Program, source: str, values: Mapping[str, str], environ: Mapping[str, str]
) -> Configuration:
    """From the values of a file, by dotted path; Flyte 2's variables come before them."""
    endpoint = values.get("admin.endpoint") or values.get("union.connection.host", "")
    builder = registry = ""
    by = source
    if program is Program.FLYTE:
        endpoint = environ.get("FLYTE_ADMIN_ENDPOINT") or endpoint
        registry = environ.get("FLYTE_IMAGE_REGISTRY") or values.get("image.registry", "")
        builder = environ.get("FLYTE_IMAGE_BUILDER", "")
        by = "FLYTE_IMAGE_BUILDER" if builder else source
        builder = builder or values.get("image.builder", "")
    host = host_of(endpoint)
    kind = kind_of(host)
    if kind is EndpointKind.DEMO and program is Program.FLYTE:
        registry = registry or DEMO_REGISTRY
    return Configuration(
        program, clean(source), host, kind, clean(builder, 80), by, clean(registry, _MOST)
    )


def host_of(endpoint: str) -> str:
    """`dns:///acme.hosted.unionai.cloud` -> `acme.hosted.unionai.cloud`; empty for nonsense."""
    host = re.sub(r"^[a-z][a-z0-9+.-]*:/{2,3}", "", endpoint.strip().lower()).partition("/")[0]
    is_host = len(host) <= _MOST and re.fullmatch(r"[\w.\[\]:-]+", host, re.ASCII)
    return host if is_host else ""


def kind_of(host: str) -> EndpointKind:
    """By the name alone: BYOC and self-managed cannot be told apart by it."""
    name = host.partition(":")[0]
    if not name:
        return EndpointKind.NONE
    if name in _SERVERLESS:
        return EndpointKind.SERVERLESS
    if "localhost" in name or name == "127.0.0.1":
        return EndpointKind.DEMO
    return EndpointKind.UNION if name.endswith(_UNION_HOSTS) else EndpointKind.OTHER
