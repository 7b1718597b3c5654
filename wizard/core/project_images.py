"""The images that a project's own code names, found in its source text and never run.

`ImageSpec(name=…)` of flytekit and union, `flyte.Image.from_…(name=…)` of Flyte 2.
"""

from __future__ import annotations

import ast
import warnings
from typing import Final

from wizard.core.names import is_path

MOST_CHARACTERS: Final = 1_000_000
"""Nobody writes such a file by hand; parsing takes 100 times its size in memory."""

_IMAGE_MAKERS: Final = frozenset(
    {"from_debian_base", "from_dockerfile", "from_uv_script", "from_pixi_script", "clone"}
)
_SPEC: Final = "ImageSpec"
_IMAGE: Final = "Image"


def image_names(source: str) -> tuple[str, ...]:
    """The names in a Python file, in the order in which they stand there, each once.

    Empty for what is no Python. A name given by a constant of the same file is found too.
    """
    tree = _parse(source)
    if tree is None:
        return ()
    aliases, constants = _aliases(tree), _constants(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    found = (_name(call, aliases, constants) for call in calls)
    # flytekit writes names in lower case, whatever was typed; Flyte 2 fails later.
    lowered = (name.lower() for name in found if name)
    return tuple(dict.fromkeys(name for name in lowered if is_path(name)))


def _parse(source: str) -> ast.Module | None:
    if len(source) > MOST_CHARACTERS:
        return None
    try:
        with warnings.catch_warnings():
            # Another's doubtful escape sequences are not ours to report.
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _aliases(tree: ast.Module) -> dict[str, str]:
    """Names under which the two classes were imported: `from flytekit import ImageSpec as IS`."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in (_SPEC, _IMAGE)
    }


def _constants(tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target: ast.expr = node.targets[0]
        elif isinstance(node, ast.AnnAssign):
            target = node.target
        else:
            continue
        text = _text(node.value, {})
        if isinstance(target, ast.Name) and text:
            found[target.id] = text
    return found


def _name(call: ast.Call, aliases: dict[str, str], constants: dict[str, str]) -> str:
    if not _is_image(call.func, aliases):
        return ""
    for keyword in call.keywords:
        if keyword.arg == "name":
            return _text(keyword.value, constants)
    # The name is ImageSpec's first field; the others take theirs by keyword only.
    is_spec = _last(call.func, aliases) == _SPEC
    return _text(call.args[0], constants) if is_spec and call.args else ""


def _is_image(func: ast.expr, aliases: dict[str, str]) -> bool:
    if _last(func, aliases) == _SPEC:
        return True
    return (
        isinstance(func, ast.Attribute) and func.attr in _IMAGE_MAKERS and _of_image(func, aliases)
    )


def _of_image(func: ast.Attribute, aliases: dict[str, str]) -> bool:
    """Does the chain of calls begin at `Image`? `flyte.Image.from_base(...).clone(...)`."""
    inner: ast.expr = func.value
    while True:
        if _last(inner, aliases) == _IMAGE:
            return True
        if isinstance(inner, ast.Call):
            inner = inner.func
        elif isinstance(inner, ast.Attribute):
            inner = inner.value
        else:
            # A variable that holds an image: `base.clone(name=…)`.
            return func.attr == "clone"


def _last(node: ast.expr, aliases: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return aliases.get(node.id, node.id) if isinstance(node, ast.Name) else ""


def _text(node: ast.expr | None, constants: dict[str, str]) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return constants.get(node.id, "") if isinstance(node, ast.Name) else ""
