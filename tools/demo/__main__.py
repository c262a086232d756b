"""`python -m tools.demo [--port 8000]`: the whole site on this machine, with made-up people."""

import argparse
import sys

from tools.demo import environment


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tools.demo",
        description="Show the whole site on this machine, with made-up people; Ctrl-C ends it.",
    )
    parser.add_argument("--port", default="8000", help="where it listens (8000)")
    port = parser.parse_args().port
    if sentence := environment.refusal(port):
        sys.exit(sentence)
    environment.settle(port)
    import django

    django.setup()
    from tools.demo.start import start

    start(int(port))


if __name__ == "__main__":
    main()
