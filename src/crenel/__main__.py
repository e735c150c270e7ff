"""`crenel`, and `python -m crenel`."""


def main() -> None:
    """Start the command line."""
    from crenel.cli import start

    start()


if __name__ == "__main__":
    main()
