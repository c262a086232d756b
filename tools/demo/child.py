"""A process of the demo that ends with it, however the demo ends.

`python -m tools.demo.child manage.py worker` runs manage.py, `… child gunicorn …` a module.
"""

import os
import runpy
import signal
import sys
import threading


def end_with_parent() -> None:
    """End with the demo: it holds the input's other end, which closes even where it is killed."""
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    sys.argv = sys.argv[1:]
    if sys.argv[0].endswith(".py"):
        runpy.run_path(sys.argv[0], run_name="__main__")
    else:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
