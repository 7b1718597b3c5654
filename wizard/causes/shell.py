"""The same small command in the shells of the three systems: POSIX, and PowerShell on Windows."""

from __future__ import annotations

from wizard.core.diagnosis import Fix

_POSIX = ("linux", "darwin")


def unset(title: str, *names: str) -> tuple[Fix, ...]:
    """Forget environment variables."""
    windows = "Remove-Item -ErrorAction Ignore " + ", ".join(f"Env:{name}" for name in names)
    return _rows(title, "unset " + " ".join(names), windows)


def export(title: str, name: str, value: str) -> tuple[Fix, ...]:
    """Set an environment variable; `value` is put in double quotes."""
    return _rows(title, f'export {name}="{value}"', f'$env:{name} = "{value}"')


def set_aside(title: str, file: str) -> tuple[Fix, ...]:
    """Rename a damaged file. `file` may hold a `{placeholder|fallback}`."""
    return _rows(
        title,
        f"mv '{file}' '{file}.broken'",
        f"Move-Item -LiteralPath '{file}' -Destination '{file}.broken'",
    )


def on_posix(title: str, command: str) -> tuple[Fix, ...]:
    """The same on Linux and macOS, and nothing on Windows."""
    return tuple(Fix(title, command=command, system=system) for system in _POSIX)


def _rows(title: str, posix: str, windows: str) -> tuple[Fix, ...]:
    return (*on_posix(title, posix), Fix(title, command=windows, system="win32"))
