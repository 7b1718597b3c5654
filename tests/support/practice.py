"""Pushing to a registry with plain httpx, request by request, as the protocol says.

Not the product's own client: what it does to a practice registry is to be seen from outside.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from urllib.parse import urljoin

import httpx

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = (
    b'{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}}'
)


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def manifest_of(config: bytes = CONFIG, *layers: bytes) -> bytes:
    def descriptor(media_type: str, content: bytes) -> dict[str, object]:
        return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}

    layer_type = "application/vnd.oci.image.layer.v1.tar+gzip"
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": descriptor("application/vnd.oci.image.config.v1+json", config),
        "layers": [descriptor(layer_type, layer) for layer in layers],
    }
    return json.dumps(document).encode()


@dataclass
class Pusher:
    """One repository of one registry, and the headers that its login needs."""

    client: httpx.AsyncClient
    host: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return f"https://{self.host}/v2/{self.path}"

    async def start_upload(self, **query: str) -> httpx.Response:
        url = f"{self.base}/blobs/uploads/"
        return await self.client.post(url, params=query, headers=self.headers)

    async def push_blob(self, content: bytes) -> httpx.Response:
        started = await self.start_upload()
        if started.status_code != 202:
            return started
        location = httpx.URL(urljoin(str(started.url), started.headers["location"]))
        url = location.copy_merge_params({"digest": digest_of(content)})
        return await self.client.put(url, content=content, headers=self.headers)

    async def put_manifest(self, content: bytes, reference: str = "1") -> httpx.Response:
        headers = {**self.headers, "Content-Type": OCI_MANIFEST}
        url = f"{self.base}/manifests/{reference}"
        return await self.client.put(url, content=content, headers=headers)

    async def push(self, tag: str = "1", *, config: bytes = CONFIG) -> httpx.Response:
        """The whole image; the answer to the manifest, or the first refusal."""
        pushed = await self.push_blob(config)
        if pushed.status_code != 201:
            return pushed
        return await self.put_manifest(manifest_of(config), tag)


async def ghcr_token(
    client: httpx.AsyncClient, path: str, secret: str = "", actions: str = "pull,push"
) -> httpx.Response:
    """Ask GHCR's token service; without a secret anonymously."""
    query = {"service": "ghcr.io", "scope": f"repository:{path}:{actions}"}
    auth = ("practice", secret) if secret else None
    return await client.get("https://ghcr.io/token", params=query, auth=auth)


async def ghcr_pusher(client: httpx.AsyncClient, path: str, secret: str) -> Pusher:
    answer = await ghcr_token(client, path, secret)
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    return Pusher(client, "ghcr.io", path, headers)


def said(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, code and message of an error in distribution's shape."""
    first = answer.json()["errors"][0]
    return answer.status_code, first["code"], first["message"]
