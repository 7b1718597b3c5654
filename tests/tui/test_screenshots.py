"""The pictures in screenshots/ show the app as it is."""

from __future__ import annotations

from tests.tui.screenshots import FOLDER, pictures


async def test_pictures_are_current() -> None:
    taken = await pictures()
    kept = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")}

    stale = sorted(name for name in {*taken, *kept} if taken.get(name) != kept.get(name))
    assert not stale, f"run: python tests/tui/screenshots.py   ({', '.join(stale)})"
