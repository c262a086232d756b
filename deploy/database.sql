-- A role that owns its database and nothing else: no superuser, makes no databases and no roles.
-- As the server's administrator: psql -v password="'…'" -f deploy/database.sql
CREATE ROLE workshop LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :password;
CREATE DATABASE workshop OWNER workshop ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE workshop FROM PUBLIC;

-- What waits longer ends with a sentence. The site asks for the same when it connects; behind
-- pgbouncer (ignore_startup_parameters = options) these are the ones that hold.
ALTER ROLE workshop SET lock_timeout = '4s';
ALTER ROLE workshop SET statement_timeout = '20s';
ALTER ROLE workshop SET idle_in_transaction_session_timeout = '60s';

-- PostgreSQL's own log would keep the rows and statements of what failed: addresses and tokens.
ALTER ROLE workshop SET log_min_error_statement = 'panic';
ALTER ROLE workshop SET log_error_verbosity = 'terse';
