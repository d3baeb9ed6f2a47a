"""The repository as tests see it: tracked files, modules, what they import and define."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def repository_files() -> tuple[Path, ...]:
    """Files that are or would be committed; without git (an unpacked archive), all files outside what tools make."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        made = {".venv", ".tools", "node_modules", "var", "client/"}
        names = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.parts[len(ROOT.parts)] not in made]
    return tuple(path for name in names if name and (path := ROOT / name).is_file())


def texts(*suffixes: str, under: str = "") -> Iterator[tuple[str, str]]:
    """Name and text of repository files with these suffixes below a folder."""
    for path in repository_files():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in suffixes and name.startswith(under):
            yield name, path.read_text(encoding="utf-8")


@cache
def modules() -> dict[str, ast.Module]:
    """Dotted name → syntax tree of every module of the package."""
    found = {}
    for name, text in texts(".py", under="legalaid/"):
        dotted = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        found[dotted] = ast.parse(text)
    return found


def imports(tree: ast.AST) -> Iterator[str]:
    """Dotted names a module imports, at any depth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
