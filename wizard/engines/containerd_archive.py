"""The test image as an OCI archive, which containerd imports as it is: nothing is built.

Source: OCI image-spec, image-layout; containerd's `io.containerd.image.name`.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any

from wizard.core.image import OCI_INDEX, Descriptor, TestImage
from wizard.core.names import Platform, Reference


def archive(image: TestImage, reference: Reference) -> bytes:
    """A tar whose only image has this name; its manifest keeps its digest through the import."""
    manifest = image.manifest
    entry = {
        **Descriptor.of(manifest.media_type, manifest.body).document(),
        "platform": _platform(image.platform),
        "annotations": {
            "io.containerd.image.name": str(reference),
            "org.opencontainers.image.ref.name": reference.tag,
        },
    }
    index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [entry]}
    files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}', "index.json": _json(index)}
    config, layer = manifest.config, manifest.layers[0]
    for digest, content in (
        (manifest.digest, manifest.body),
        (config.digest if config else None, image.config),
        (layer.digest, image.layer),
    ):
        if digest is not None:
            files[f"blobs/{str(digest).replace(':', '/')}"] = content
    return _tar(files)


def _platform(platform: Platform) -> dict[str, str]:
    parts = {
        "os": platform.os,
        "architecture": platform.architecture,
        "variant": platform.variant,
    }
    return {name: value for name, value in parts.items() if value}


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _tar(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()
