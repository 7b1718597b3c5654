"""Images as bytes: the tiny test image, and reading manifests (OCI image-spec)."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any, Final

from wizard.core.dataclass import dataclass
from wizard.core.names import Digest, InvalidNameError, Platform

OCI_MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX: Final = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG: Final = "application/vnd.oci.image.config.v1+json"
OCI_LAYER: Final = "application/vnd.oci.image.layer.v1.tar+gzip"
DOCKER_MANIFEST: Final = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST: Final = "application/vnd.docker.distribution.manifest.list.v2+json"
MANIFEST_TYPES: Final = (OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST)
INDEX_TYPES: Final = (OCI_INDEX, DOCKER_LIST)

MOST_CHILDREN: Final = 1000


class InvalidManifestError(ValueError):
    """The bytes are no manifest that an engine could use. `str()` says why."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """Names content: its type, digest and size in bytes; in an index also its platform."""

    media_type: str
    digest: Digest
    size: int
    platform: Platform | None = None

    @classmethod
    def of(cls, media_type: str, content: bytes) -> Descriptor:
        return cls(media_type, digest_of(content), len(content))

    def document(self) -> dict[str, Any]:
        return {"mediaType": self.media_type, "digest": str(self.digest), "size": self.size}


def digest_of(content: bytes) -> Digest:
    import hashlib

    return Digest(f"sha256:{hashlib.sha256(content).hexdigest()}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest or index, parsed, with the bytes that its digest is of."""

    media_type: str
    body: bytes
    config: Descriptor | None = None
    layers: tuple[Descriptor, ...] = ()
    children: tuple[Descriptor, ...] = ()

    @property
    def digest(self) -> Digest:
        return digest_of(self.body)

    @property
    def is_index(self) -> bool:
        return self.media_type in INDEX_TYPES

    def child(self, platform: Platform) -> Descriptor | None:
        """The child for a platform; one without a variant serves a platform that names one not."""
        exact = [c for c in self.children if c.platform == platform]
        if exact:
            return exact[0]
        same = (platform.os, platform.architecture)
        loose = [
            c
            for c in self.children
            if c.platform and (c.platform.os, c.platform.architecture) == same
        ]
        return loose[0] if loose else None


def parse_manifest(body: bytes, content_type: str) -> Manifest:
    """Read an OCI or Docker manifest, index or list. Raises InvalidManifestError.

    `mediaType` inside the document wins over the header, which proxies are known to rewrite.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidManifestError("it is not JSON") from error
    if not isinstance(document, dict):
        raise InvalidManifestError("it is not a JSON object")
    media_type = document.get("mediaType") or content_type.partition(";")[0].strip()
    if media_type not in MANIFEST_TYPES:
        media_type = OCI_INDEX if "manifests" in document else OCI_MANIFEST
    if media_type in INDEX_TYPES:
        children = _descriptors(document.get("manifests"), "manifests")
        return Manifest(media_type, body, children=children)
    config = _descriptor(document.get("config"), "config")
    return Manifest(media_type, body, config, _descriptors(document.get("layers"), "layers"))


def _descriptors(value: Any, name: str) -> tuple[Descriptor, ...]:
    if not isinstance(value, list) or len(value) > MOST_CHILDREN:
        raise InvalidManifestError(f"`{name}` is not a list of at most {MOST_CHILDREN} entries")
    return tuple(_descriptor(item, name) for item in value)


def _descriptor(value: Any, name: str) -> Descriptor:
    if not isinstance(value, dict):
        raise InvalidManifestError(f"`{name}` has an entry that is not an object")
    size, media_type = value.get("size"), value.get("mediaType", "")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise InvalidManifestError(f"`{name}` has an entry without a size")
    try:
        digest = Digest(str(value.get("digest", "")))
    except InvalidNameError as error:
        raise InvalidManifestError(f"`{name}` has an entry without a valid digest") from error
    return Descriptor(str(media_type), digest, size, _platform(value.get("platform")))


def _platform(value: Any) -> Platform | None:
    if not isinstance(value, dict):
        return None
    try:
        parts = (value.get("os"), value.get("architecture"), value.get("variant"))
        return Platform.parse("/".join(str(part) for part in parts if part))
    except InvalidNameError:
        # Attestations carry `unknown/unknown`, others nothing at all: no platform of ours.
        return None


def config_platform(config: bytes) -> Platform:
    """The platform that an image config states. Raises InvalidManifestError."""
    try:
        document = json.loads(config)
    except (ValueError, RecursionError) as error:
        raise InvalidManifestError("its config is not JSON") from error
    platform = _platform(document)
    if platform is None:
        raise InvalidManifestError("its config names no platform")
    return platform


@dataclass(frozen=True, slots=True)
class TestImage:
    """A whole image in memory: one fresh random layer, so that a push really uploads."""

    __test__ = False  # pytest: not a test class

    platform: Platform
    labels: Mapping[str, str]
    file_name: str
    file_content: bytes
    layer: bytes
    config: bytes
    manifest: Manifest

    @property
    def size_bytes(self) -> int:
        return len(self.layer) + len(self.config) + len(self.manifest.body)

    def build_context(self) -> bytes:
        """A tar with a Dockerfile that makes the same image without pulling anything.

        GNU format: dockerd takes Python's default PAX headers for a Dockerfile (engines.md E92).
        """
        # One instruction: the classic builder takes up to a second for each (seen).
        pairs = "".join(f" {key}={json.dumps(value)}" for key, value in self.labels.items())
        labels = f"LABEL{pairs}\n" if pairs else ""
        dockerfile = f"FROM scratch\nCOPY {self.file_name} /\n{labels}".encode()
        return _tar({"Dockerfile": dockerfile, self.file_name: self.file_content})


LAYER_BYTES: Final = 4096
"""At least; more than any packet, since some ways let only small ones through (a VPN's MTU)."""


def make_test_image(platform: Platform, labels: Mapping[str, str], nonce: bytes) -> TestImage:
    """A valid OCI image of one layer holding `nonce`; deterministic for the same arguments."""
    import gzip
    import hashlib

    name = "registry-wizard.txt"
    filling = hashlib.shake_256(nonce).hexdigest(LAYER_BYTES)
    says = "Pushed by registry-wizard to prove a link. Safe to delete."
    content = f"{says}\n{nonce.hex()}\n{filling}\n".encode()
    layer_tar = _tar({name: content})
    layer = gzip.compress(layer_tar, mtime=0)
    config = _compact(
        {
            "architecture": platform.architecture,
            "os": platform.os,
            **({"variant": platform.variant} if platform.variant else {}),
            "config": {"Labels": dict(labels)},
            "rootfs": {"type": "layers", "diff_ids": [str(digest_of(layer_tar))]},
        }
    )
    config_descriptor = Descriptor.of(OCI_CONFIG, config)
    layer_descriptor = Descriptor.of(OCI_LAYER, layer)
    body = _compact(
        {
            "schemaVersion": 2,
            # Amazon ECR refuses a manifest without its own type (registries.md C5).
            "mediaType": OCI_MANIFEST,
            "config": config_descriptor.document(),
            "layers": [layer_descriptor.document()],
        }
    )
    manifest = Manifest(OCI_MANIFEST, body, config_descriptor, (layer_descriptor,))
    return TestImage(platform, labels, name, content, layer, config, manifest)


def _tar(files: Mapping[str, bytes]) -> bytes:
    import tarfile

    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _compact(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()
