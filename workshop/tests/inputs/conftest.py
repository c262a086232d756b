"""The leak test's world, once more: here what is done in it stays done."""

from workshop.tests.leak.conftest import world

__all__ = ["world"]
