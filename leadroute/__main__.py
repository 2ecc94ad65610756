"""The way into the process, for ``python -m leadroute`` as for ``leadroute``."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command line of this process; never returns."""
    # What a command loads and makes it mostly keeps to its end: looking for garbage among it every few hundred values takes a twentieth
    # of the time of a check. So this comes before anything is loaded.
    gc.set_threshold(100_000, 20, 100)
    from leadroute.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
