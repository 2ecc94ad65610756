"""Run leadroute as a module: ``python -m leadroute``."""

from leadroute.cli.main import main

if __name__ == "__main__":
    main()
