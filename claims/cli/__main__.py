"""``python -m claims.cli`` is ``claims``."""

from claims.cli import main

if __name__ == "__main__":
    main()
