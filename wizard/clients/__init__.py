"""One outside thing each: HTTP, programs, files, stores, threads."""

import sys

# httpx imports a command line of its own, and with it click, rich and pygments: a quarter of what
# it costs. It does without where that cannot be imported, which is what None says.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
