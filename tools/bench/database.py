"""A database of the bench's own, made beside the site's and dropped when it is done."""

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2
from environ import Env
from psycopg2 import sql

from tools.embedded_postgresql.server import DATABASE, EmbeddedServer

VAR_DIR = Path(__file__).resolve().parent.parent.parent / "var"


@contextmanager
def own_database() -> Iterator[tuple[str, int | None]]:
    """Yield its DATABASE_URL, and the server's first process where the server is the embedded one.

    An embedded server that did not run before does not run afterwards.
    """
    given = os.environ.get("DATABASE_URL", "")
    if given:
        with _made(given) as url:
            yield url, None
        return
    server = EmbeddedServer(VAR_DIR / "postgres", os.environ.get("POSTGRESQL_BIN_DIR", ""))
    was_running = server.is_alive()
    try:
        with _made(url_of(server.ensure(), DATABASE)) as url:
            yield url, int((server.data / "postmaster.pid").read_text().split()[0])
    finally:
        if not was_running:
            server.stop()


def url_of(parameters: dict[str, Any], name: str) -> str:
    """Return the DATABASE_URL for a server on a Unix socket, whose folder goes into the path."""
    user, password = (quote(parameters[key], safe="") for key in ("user", "password"))
    folder = quote(parameters["host"])
    return f"postgres://{user}:{password}@:{parameters['port']}/{folder}/{name}"


def beside(url: str, name: str) -> str:
    """Return `url` with another database of the same server."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rpartition('/')[0]}/{name}"))


@contextmanager
def _made(url: str) -> Iterator[str]:
    name = f"workshop_bench_{secrets.token_hex(4)}"
    try:
        execute(url, "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", name)
    except psycopg2.errors.InsufficientPrivilege:
        raise SystemExit(
            "The role in DATABASE_URL may not make databases, and the bench needs one of its own: "
            "name a role with CREATEDB, or leave DATABASE_URL out."
        ) from None
    try:
        yield beside(url, name)
    finally:
        execute(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def execute(url: str, statement: str, name: str) -> None:
    """Carry out `statement` about the database `name`, on the server of `url`."""
    found = Env.db_url_config(url)
    names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    parameters = {ours: found[theirs] for theirs, ours in names.items() if found.get(theirs)}
    parameters |= {"dbname": found["NAME"]} | found.get("OPTIONS", {})
    with closing(psycopg2.connect(**parameters)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))
