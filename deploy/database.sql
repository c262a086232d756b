-- A role that owns its database and nothing else: no superuser, makes no databases and no roles.
-- As the server's administrator: psql -v password="'…'" -f deploy/database.sql
CREATE ROLE workshop LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :password;
CREATE DATABASE workshop OWNER workshop ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE workshop FROM PUBLIC;
