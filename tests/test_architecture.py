"""The fences round book text that a reader of the code can check (design, section 1)."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Yield every module of the product with its path from the root."""
    for package in ("bot", "agent", "storage"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def called(tree: ast.Module) -> Iterator[str]:
    """Yield the names of all that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            target = node.func
            yield target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


def test_a_horizon_is_made_in_one_file() -> None:
    makers = {path for path, tree in sources() if "Horizon" in called(tree)}
    assert makers == {"storage/horizon.py", "storage/reader/progress.py"}


def test_no_horizon_is_replaced_field_by_field() -> None:
    # dataclasses.replace on a frozen horizon would widen it.
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("replace"):
                assert "horizon" not in ast.unparse(node).lower(), path


def test_a_view_is_made_in_one_file() -> None:
    assert {path for path, tree in sources() if "BookView" in called(tree)} == {"storage/book/library.py"}


def test_importing_the_product_does_nothing() -> None:
    # No file, no connection, no thread and no heavy library until something is opened.
    code = (
        "import sys, threading, bot.__main__, bot.cli, bot.config, storage, agent;"
        "heavy = {'chromadb', 'langgraph', 'sqlalchemy', 'onnxruntime'} & set(sys.modules);"
        "assert not heavy, heavy; assert threading.active_count() == 1"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_the_repository_names_no_machine_and_no_package_index() -> None:
    for path in [*ROOT.glob("*.*"), *ROOT.glob("docs/**/*.md"), ROOT / "Makefile", ROOT / ".ci" / "run"]:
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not [place for place in (ROOT, Path.home()) if f"{place}/" in text], path
            assert "extra-index-url" not in text.replace("no-emit-index-url", ""), path


def test_only_telegrams_edge_imports_its_library() -> None:
    knowing = {
        path
        for path, tree in sources()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and any(a.name.split(".")[0] == "telegram" for a in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "telegram")
    }
    assert knowing
    assert {path.rpartition("/")[0] for path in knowing} == {"bot/telegram_adapter"}
