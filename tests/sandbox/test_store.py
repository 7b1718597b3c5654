"""The practice registries hold so much and no more."""

from __future__ import annotations

import pytest

from wizard.sandbox.core import Core
from wizard.sandbox.exchange import Request
from wizard.sandbox.refusals import Habits
from wizard.sandbox.routes import read_route
from wizard.sandbox.store import MOST_UPLOADS, Store, StoreFullError, digest_of

APP = "team/app"


def test_what_is_removed_makes_room() -> None:
    store = Store(most_bytes=10)
    blob = store.keep_blob(APP, b"12345")
    manifest = store.keep_manifest(APP, "application/json", b"67890")
    with pytest.raises(StoreFullError):
        store.keep_blob(APP, b"x")
    store.remove_blob(APP, blob)
    blob = store.keep_blob(APP, b"abcde")
    store.remove_manifest(APP, manifest)
    store.keep_manifest(APP, "application/json", b"fghij")
    store.remove(APP)
    assert store.keep_blob("team/other", b"0123456789") == digest_of(b"0123456789")


def test_the_same_content_takes_no_room_twice() -> None:
    store = Store(most_bytes=5)
    assert store.keep_blob(APP, b"12345") == store.keep_blob(APP, b"12345")


def test_open_uploads_count_and_the_oldest_makes_way() -> None:
    store = Store(most_bytes=5)
    first = store.open_upload(APP)
    store.append(store.uploads[first], b"12345")
    for _ in range(MOST_UPLOADS):
        newest = store.open_upload(APP)
    assert first not in store.uploads
    store.append(store.uploads[newest], b"67890")


def test_a_full_registry_says_so() -> None:
    store = Store(most_bytes=3)
    core = Core(store, Habits(takes_single_post=True))
    query = {"digest": [digest_of(b"1234")]}
    request = Request("POST", "", f"/v2/{APP}/blobs/uploads/", query, {}, b"1234")
    route = read_route(request)
    assert route is not None
    assert core.answer(route, request).status == 413


def test_a_tag_that_moves_leaves_the_old_manifest_by_its_digest() -> None:
    store = Store()
    old = store.keep_manifest(APP, "application/json", b"old")
    new = store.keep_manifest(APP, "application/json", b"new")
    repository = store.repository(APP)
    repository.tags["latest"] = old
    repository.tags["latest"] = new
    assert repository.resolve("latest") == new
    assert repository.resolve(old) == old
    store.remove_manifest(APP, new)
    assert repository.tags == {}
