"""Doing one thing many times at the same moment, each on a connection of its own."""

from threading import Barrier, Thread

from django.db import connections

THREADS = 20


def at_once(act, count=THREADS) -> list:
    """What each of `count` threads got that did `act(n)` together; an error by its name."""
    got, start = [], Barrier(count)

    def run(n):
        try:
            start.wait()
            got.append(act(n))
        except Exception as error:
            got.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[n]) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got
