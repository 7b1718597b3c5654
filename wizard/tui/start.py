"""Start the app, with everything shut that could write down what is typed."""

from __future__ import annotations

import gc
import locale
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager

from wizard.core.ports import Parts
from wizard.tui.options import PLAIN, Build, StartOptions

_TELLTALES = (
    "TEXTUAL",  # devtools and debug features
    "TEXTUAL_DEBUG",
    "TEXTUAL_DEVTOOLS_HOST",
    "TEXTUAL_DEVTOOLS_PORT",
    "TEXTUAL_LOG",  # writes every key, those of a secret too (credentials.md 4.3 row 5)
    "TEXTUAL_PRESS",
    "TEXTUAL_SCREENSHOT",
    "TEXTUAL_SCREENSHOT_FILENAME",
    "TEXTUAL_SCREENSHOT_LOCATION",
)
_ASCII_TERMINALS = ("linux", "vt100", "vt220", "dumb")


def run_app(build: Build, options: StartOptions, run_plain: Callable[[], int] | None = None) -> int:
    """Run until the person leaves; the exit code. Raises what crashed it, for a safe report."""
    forget_telltales()
    # A key is painted at the next frame: at Textual's own 60 that alone is up to 17 ms.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    # What imports make is no garbage: looking through it again and again while more of it came
    # was a fifth of the way to the first frame. `_swept` goes on with it.
    gc.disable()
    from wizard.tui.app import WizardApp

    app = WizardApp(_swept(build), options)
    ended = app.run()
    if app.failure is not None:
        raise app.failure
    if ended == PLAIN and run_plain is not None:
        return run_plain()
    return 0 if app.is_ready else 1


def _swept(build: Build) -> Build:
    """Collect garbage from here on, after the first frame, and never what is there already."""

    def building() -> AbstractAsyncContextManager[Parts]:
        gc.collect()
        gc.freeze()
        gc.enable()
        return build()

    return building


def forget_telltales() -> None:
    """Textual reads these when it is imported, so they go before."""
    for name in _TELLTALES:
        os.environ.pop(name, None)


def options_here(
    environ: Mapping[str, str], *, is_sandbox: bool = False, profile: str = ""
) -> StartOptions:
    """The options of this machine's terminal."""
    encoding = locale.getencoding().lower().replace("-", "").replace("_", "")
    named = next((environ[n] for n in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(n)), "")
    is_utf8 = encoding == "utf8" and named not in ("C", "POSIX")
    return StartOptions(
        is_sandbox=is_sandbox,
        profile=profile,
        system=sys.platform,
        is_ascii=not is_utf8 or environ.get("TERM", "") in _ASCII_TERMINALS,
    )
