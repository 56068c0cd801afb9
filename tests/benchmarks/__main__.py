"""`make bench`: runs every bench_*.py here, prints its figures as a table and writes them as JSON.

Figures, not pass or fail. Each module has `run(shared: Path) -> dict[str, object]`; a figure is a number,
or a dict of figures. Speeds are ratios beside a floor or a peer of the same run: this machine is shared.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run the benchmarks named on the command line, or all."""
    names = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(names)}; default all")
    default = os.environ.get("DOGEAR_SHARED", str(HERE.parents[2] / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(default), help="folder with data/ and models/")
    parser.add_argument("--out", type=Path, default=Path("bench"), help="folder for the JSON files")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(names):
        parser.error(f"no benchmark called {', '.join(sorted(unknown))}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or names:
        started = time.perf_counter()
        figures = import_module(f"tests.benchmarks.bench_{name}").run(arguments.shared)
        seconds = time.perf_counter() - started
        print(f"\n== {name} ({seconds:.0f} s)")
        for label, value in flat(figures):
            print(f"  {label:<66} {shown(value)}")
        report = {"name": name, "seconds": seconds, "python": platform.python_version(), "figures": figures}
        (arguments.out / f"{name}.json").write_text(json.dumps(report, indent=1, default=str))
        sys.stdout.flush()
    return 0


def flat(figures: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield the figures with dotted names."""
    for key, value in figures.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def shown(value: object) -> str:
    """Return a figure as the table shows it."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
