"""While the mail server is away: asked every few seconds, by one thread, about no message."""

import time

FIRST_PAUSE = 1.0  # seconds
LONGEST_PAUSE = 60.0


class Outage:
    """What this process knows of it; every process finds out by itself."""

    def __init__(self) -> None:
        self._calls = 0
        self._ask_again_at = 0.0

    @property
    def lasts(self) -> bool:
        """Return whether the server is away, and not to be called just now."""
        return time.monotonic() < self._ask_again_at

    def begin(self) -> None:
        """Wait before the server is called again; the next time, twice as long."""
        if not self.lasts:  # several threads may find out at once
            pause = FIRST_PAUSE * 2 ** min(self._calls, 20)
            self._calls += 1
            self._ask_again_at = time.monotonic() + min(pause, LONGEST_PAUSE)

    def end(self) -> None:
        self._calls, self._ask_again_at = 0, 0.0


outage = Outage()
