"""`dogear`, and `python -m bot`: the program begins here."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from bot.cli import main as run

    sys.exit(run())


if __name__ == "__main__":
    main()
