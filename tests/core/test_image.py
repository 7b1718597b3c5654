"""Test images and manifests: made here, and read from whatever a server sends."""

from __future__ import annotations

import gzip
import io
import json
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.core.image import (
    DOCKER_LIST,
    DOCKER_MANIFEST,
    MOST_CHILDREN,
    OCI_INDEX,
    OCI_MANIFEST,
    InvalidManifestError,
    config_platform,
    digest_of,
    make_test_image,
    parse_manifest,
)
from wizard.core.names import LINUX_AMD64, Platform

LABELS = {"org.opencontainers.image.title": 'a "quoted" \\ title', "note": "two\nlines $HOME"}
DIGEST = "sha256:" + "a" * 64
CHILD = {"mediaType": OCI_MANIFEST, "digest": DIGEST, "size": 3}

# registries.md 8.4: the smallest image in both dialects, with digests verified elsewhere.
SMALLEST = (
    '{"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":'
    '"sha256:277a86d5d1a6983dd0f8c45442ddec4188dd31d58693bede97b63004e4706d31","size":163},'
    '"layers":[{"mediaType":"%s","digest":'
    '"sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4","size":32}]}'
)


def test_the_smallest_oci_image_has_the_known_digest() -> None:
    body = SMALLEST % (
        OCI_MANIFEST,
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.oci.image.layer.v1.tar+gzip",
    )
    manifest = parse_manifest(body.encode(), OCI_MANIFEST)

    assert str(manifest.digest) == (
        "sha256:bd39ffcc55552a667b4ce7234a106f7983d66058f078d0e30df1ef6ea1859627"
    )
    assert [layer.size for layer in manifest.layers] == [32]


def test_the_smallest_docker_image_has_the_known_digest() -> None:
    body = SMALLEST % (
        DOCKER_MANIFEST,
        "application/vnd.docker.container.image.v1+json",
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
    )

    assert str(parse_manifest(body.encode(), DOCKER_MANIFEST).digest) == (
        "sha256:50e159c29d3d52e429420b8241cbf93bda5e9985d7da0f740c5d3e78fb9fd66d"
    )


def test_a_test_image_is_consistent_from_layer_to_manifest() -> None:
    image = make_test_image(LINUX_AMD64, LABELS, b"nonce")

    config = json.loads(image.config)
    manifest = parse_manifest(image.manifest.body, "")
    assert manifest.config is not None
    assert manifest.config.digest == digest_of(image.config)
    assert manifest.layers[0].digest == digest_of(image.layer)
    assert manifest.layers[0].size == len(image.layer)
    assert config["rootfs"]["diff_ids"] == [str(digest_of(gzip.decompress(image.layer)))]
    assert config["config"]["Labels"] == LABELS
    assert config_platform(image.config) == LINUX_AMD64


def test_the_layer_holds_one_file_that_says_what_it_is() -> None:
    image = make_test_image(LINUX_AMD64, LABELS, b"\x01\x02")

    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(image.layer))) as archive:
        assert archive.getnames() == [image.file_name]
        content = archive.extractfile(image.file_name)
        assert content is not None
        assert content.read() == image.file_content
    assert b"Safe to delete" in image.file_content


def test_the_layer_is_larger_than_what_goes_into_one_packet() -> None:
    packet = 1500

    assert len(make_test_image(LINUX_AMD64, {}, b"1").layer) > 2 * packet


def test_each_nonce_makes_another_layer_so_that_a_push_really_uploads() -> None:
    first, again, second = (make_test_image(LINUX_AMD64, {}, n) for n in (b"1", b"1", b"2"))

    assert first.manifest.digest == again.manifest.digest
    assert first.layer != second.layer
    assert first.manifest.digest != second.manifest.digest


def test_a_variant_is_kept_in_the_config() -> None:
    arm = Platform.parse("linux/arm/v7")

    assert config_platform(make_test_image(arm, {}, b"n").config) == arm


def test_the_build_context_builds_from_nothing_and_keeps_labels_on_one_line() -> None:
    image = make_test_image(LINUX_AMD64, LABELS, b"n")

    with tarfile.open(fileobj=io.BytesIO(image.build_context())) as archive:
        dockerfile = archive.extractfile("Dockerfile")
        assert dockerfile is not None
        lines = dockerfile.read().decode().splitlines()
    assert lines[0] == "FROM scratch"
    assert lines[1] == f"COPY {image.file_name} /"
    # One instruction for all of them: each costs the classic builder up to a second.
    pairs = " ".join(f"{key}={json.dumps(value)}" for key, value in LABELS.items())
    assert lines[2:] == [f"LABEL {pairs}"]


def test_an_index_gives_the_child_for_the_platform() -> None:
    index = parse_manifest(
        _index(_for("linux", "arm64"), _for("linux", "amd64", digest="sha256:" + "b" * 64)),
        OCI_INDEX,
    )

    child = index.child(LINUX_AMD64)
    assert child is not None
    assert str(child.digest) == "sha256:" + "b" * 64


def test_a_child_with_a_variant_serves_a_platform_that_names_none() -> None:
    index = parse_manifest(_index(_for("linux", "arm", "v7")), OCI_INDEX)

    assert index.child(Platform("linux", "arm")) is not None
    assert index.child(LINUX_AMD64) is None


def test_an_attestation_is_nobodys_platform() -> None:
    index = parse_manifest(_index(_for("unknown", "unknown"), CHILD), OCI_INDEX)

    assert index.child(LINUX_AMD64) is None
    assert index.children[1].platform is None


def test_the_documents_own_type_wins_over_the_header() -> None:
    body = json.dumps({"mediaType": DOCKER_LIST, "manifests": [CHILD]}).encode()

    assert parse_manifest(body, "application/json; charset=utf-8").media_type == DOCKER_LIST


def test_a_document_without_type_is_told_by_its_shape() -> None:
    assert parse_manifest(b'{"manifests":[]}', "text/plain").is_index
    assert not parse_manifest(json.dumps({"config": CHILD, "layers": []}).encode(), "").is_index


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"config":null,"layers":[]}',
        b'{"manifests":{}}',
        b'{"manifests":[1]}',
        json.dumps({"manifests": [{**CHILD, "size": -1}]}).encode(),
        json.dumps({"manifests": [{**CHILD, "size": True}]}).encode(),
        json.dumps({"manifests": [{**CHILD, "size": "3"}]}).encode(),
        json.dumps({"manifests": [{**CHILD, "digest": "sha256:../../etc"}]}).encode(),
        json.dumps({"manifests": [CHILD] * (MOST_CHILDREN + 1)}).encode(),
    ],
)
def test_what_is_no_manifest_is_refused_with_a_reason(body: bytes) -> None:
    with pytest.raises(InvalidManifestError) as refusal:
        parse_manifest(body, OCI_MANIFEST)
    assert str(refusal.value)


@pytest.mark.parametrize("config", [b"", b"{}", b"[]", b'{"os":"linux"}', b"[" * 100_000])
def test_a_config_without_a_platform_is_refused(config: bytes) -> None:
    with pytest.raises(InvalidManifestError):
        config_platform(config)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["config", "layers", "manifests", "mediaType", "digest", "size", "os"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_any_json_is_read_as_a_manifest_or_refused_and_never_anything_else(value: object) -> None:
    body = json.dumps(value).encode()
    try:
        manifest = parse_manifest(body, "")
    except InvalidManifestError:
        return
    assert manifest.digest == digest_of(body)


def _for(os: str, architecture: str, variant: str = "", digest: str = DIGEST) -> dict[str, object]:
    platform = {"os": os, "architecture": architecture, "variant": variant}
    return {**CHILD, "digest": digest, "platform": platform}


def _index(*children: object) -> bytes:
    return json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": children}).encode()
