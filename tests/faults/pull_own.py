"""Faults of pulling from real registries: what is gone from their disks, and who is let in."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.case import Breaks, Case, Inject
from tests.faults.places import OPEN
from tests.faults.pull import ANONYMOUS, BLOBS, GONE, NO_TAG, PRIVATE
from tests.faults.registries import BASIC, BEARER, BEHIND_A_PROXY
from tests.faults.world import World
from wizard.core.image import OCI_INDEX

CLUSTER = Breaks.CLUSTER_PULL
Content = Callable[[bytes], bool]


@contextmanager
def put_back(world: World) -> Iterator[Path]:
    """The files of the registry, whatever is done to them."""
    port = world.place.host.partition(":")[2]
    storage = world.lab.machine.folder / f"registry-{port}" / "storage"
    copy = storage.with_name("copy")
    shutil.copytree(storage, copy)
    try:
        yield storage / "docker" / "registry" / "v2"
    finally:
        shutil.rmtree(storage)
        copy.rename(storage)


def on_disk(change: Callable[[Path], None]) -> Inject:
    """Something is done to the files of the registry."""

    @contextmanager
    def inject(world: World) -> Iterator[None]:
        with put_back(world) as root:
            world.cluster = (world.place.username, world.place.secret)
            change(root)
            yield

    return inject


def blob(is_meant: Content, change: Callable[[Path], object]) -> Inject:
    """Of all blobs that look like it: everything that was ever pushed there."""

    def change_all(root: Path) -> None:
        found = [file for file in (root / "blobs").rglob("data") if is_meant(file.read_bytes())]
        assert found, "no such blob"
        for file in found:
            change(file)

    return on_disk(change_all)


def is_layer(content: bytes) -> bool:
    return content.startswith(b"\x1f\x8b")


def is_config(content: bytes) -> bool:
    return b'"rootfs"' in content


def is_manifest(content: bytes) -> bool:
    return b'"schemaVersion"' in content


def _remove(file: Path) -> None:
    shutil.rmtree(file.parent)


def _shorten(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def _empty(file: Path) -> None:
    """As after a power failure."""
    file.write_bytes(b"")


def _tags_removed(root: Path) -> None:
    for tags in root.rglob("_manifests/tags"):
        shutil.rmtree(tags)
        tags.mkdir()


def _repositories_removed(root: Path) -> None:
    shutil.rmtree(root / "repositories")


@contextmanager
def _for_arm(world: World) -> Iterator[None]:
    """Somebody has built it on a new laptop and pushed it under the same tag."""
    with put_back(world):
        _push_for_arm(world)
        yield


def _push_for_arm(world: World) -> None:
    folder = Path(world.an_image.partition(":")[2])
    copy = world.lab.machine.folder / "arm"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    own = (copy / "manifest.json").read_bytes()
    digest = hashlib.sha256(own).hexdigest()
    (copy / f"{digest}.manifest.json").write_bytes(own)
    child = {
        "mediaType": json.loads(own)["mediaType"],
        "digest": f"sha256:{digest}",
        "size": len(own),
        "platform": {"os": "linux", "architecture": "arm64"},
    }
    index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [child]}
    (copy / "manifest.json").write_text(json.dumps(index))
    to = f"docker://{world.reference}"
    world.run("skopeo", "copy", "--all", f"dir:{copy}", to).succeeded()


@contextmanager
def _strangers_let_out(_world: World) -> Iterator[None]:
    (tokens,) = BEHIND_A_PROXY.tokens
    before, tokens.anonymous = tokens.anonymous, {}
    try:
        yield
    finally:
        tokens.anonymous = before


def _nobody_declared(world: World) -> None:
    """Another prefix of it, of which nobody has said how the cluster gets in."""
    world.prefix = f"{BASIC.host}/another"


FAULTS: tuple[Case, ...] = (
    Case("overwritten-by-one-for-arm", "pull.platform-missing", _for_arm, ANONYMOUS, OPEN),
    Case("layer-gone", BLOBS, blob(is_layer, _remove), ANONYMOUS, OPEN),
    Case("layer-shortened", BLOBS, blob(is_layer, _shorten), ANONYMOUS, OPEN),
    Case("layer-empty", BLOBS, blob(is_layer, _empty), ANONYMOUS, OPEN),
    Case("config-gone", BLOBS, blob(is_config, _remove), ANONYMOUS, OPEN),
    Case("manifest-gone", NO_TAG, blob(is_manifest, _remove), ANONYMOUS, OPEN),
    Case("tags-gone", NO_TAG, on_disk(_tags_removed), ANONYMOUS, OPEN),
    Case("repositories-gone", GONE, on_disk(_repositories_removed), ANONYMOUS, OPEN),
    Case("tags-gone", NO_TAG, on_disk(_tags_removed), CLUSTER, BASIC),
    Case("layer-gone", BLOBS, blob(is_layer, _remove), CLUSTER, BASIC),
    Case("strangers-let-out", PRIVATE, _strangers_let_out, ANONYMOUS, BEARER),
    Case(
        "nobody-declared-the-cluster",
        "pull.never-anonymous",
        _nobody_declared,
        ANONYMOUS,
        BASIC,
        options=("--push",),
    ),
)
