"""The search for secrets finds them in every form, so that finding nothing means something."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.journeys.canary import files_with, new_canary, texts_with

SECRET = new_canary()
FORMS = {
    "plain": SECRET,
    "for a URL": quote(SECRET, safe=""),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "as HTTP Basic has it": base64.b64encode(f"ada:{SECRET}".encode()).decode(),
    "base64 for a URL": base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_found_in_a_text_and_in_a_file(tmp_path: Path, form: str) -> None:
    text = f"before {FORMS[form]} after"
    (tmp_path / "folder").mkdir()
    file = tmp_path / "folder" / "file"
    file.write_text(text)

    assert texts_with(["nothing", text], SECRET, "ada") == [text]
    assert files_with(tmp_path, SECRET, "ada") == [file]
    assert files_with(tmp_path, SECRET, "ada", but=[file]) == []


def test_what_is_no_secret_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("CANARY-")

    assert texts_with([SECRET[:-4]], SECRET, "ada") == []
    assert files_with(tmp_path, SECRET, "ada") == []
