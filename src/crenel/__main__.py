"""`crenel`, and `python -m crenel`."""

import sys


def main() -> None:
    """Start the command line."""
    try:
        from crenel.cli import start

        start()
    except KeyboardInterrupt:  # before any command has begun
        sys.exit(130)


if __name__ == "__main__":
    main()
