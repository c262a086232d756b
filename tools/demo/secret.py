"""The demo's own secret key: random, made once, readable only by whoever runs the demo."""

import os
import secrets
from pathlib import Path


def demo_secret(folder: Path) -> str:
    """Return the key in `folder`, made on first use; two processes that race get the same one."""
    path = folder / "demo-secret-key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".demo-secret-key-{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)  # fails where another process was first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
