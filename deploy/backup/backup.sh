#!/bin/sh
# Writes the whole database into one new file, while the gateway runs.
#   DATABASE_URL=postgresql+psycopg://gateway@database/gateway backup.sh FILE     (pg_dump)
#   DATABASE_URL=sqlite:////srv/gateway/data/gateway.db backup.sh FILE            (SQLite's online backup)
# The password of PostgreSQL belongs into ~/.pgpass: in an address, every process could read it.
# The master key (GATEWAY_KEY) is in no backup. Keep it elsewhere: without it nobody can read this one.
set -eu
umask 077
: "${DATABASE_URL:?Set DATABASE_URL to the address of the database.}"
file=${1:?Name the file to write.}
[ ! -e "$file" ] || { echo "$file is there already. Name a new file." >&2; exit 1; }
case $DATABASE_URL in
  postgresql*)
    pg_dump --format=custom --no-owner --no-privileges --file="$file" --dbname="postgresql:${DATABASE_URL#*:}"
    ;;
  sqlite:///*)
    python3 - "${DATABASE_URL#sqlite:///}" "$file" <<'PYTHON'
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

source, target = sys.argv[1:]
if not Path(source).is_file():
    sys.exit(f"There is no database {source}.")
with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
    old.backup(new)
    (verdict,) = new.execute("PRAGMA integrity_check").fetchone()
sys.exit(0 if verdict == "ok" else f"The backup is damaged: {verdict}")
PYTHON
    ;;
  *)
    echo "DATABASE_URL begins with neither postgresql nor sqlite:///." >&2
    exit 1
    ;;
esac
echo "Written: $file"
