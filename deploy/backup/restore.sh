#!/bin/sh
# Brings a backup into an empty database: all of it, or nothing.
#   DATABASE_URL=postgresql+psycopg://gateway@database/restored restore.sh FILE   (createdb it first)
#   DATABASE_URL=sqlite:////srv/gateway/data/restored.db restore.sh FILE
# Then, with the GATEWAY_KEY of that time: gateway migrate, gateway doctor.
set -eu
umask 077
: "${DATABASE_URL:?Set DATABASE_URL to the address of an empty database.}"
file=${1:?Name the backup.}
[ -f "$file" ] || { echo "There is no file $file." >&2; exit 1; }
case $DATABASE_URL in
  postgresql*)
    pg_restore --no-owner --no-privileges --exit-on-error --single-transaction \
      --dbname="postgresql:${DATABASE_URL#*:}" "$file"
    ;;
  sqlite:///*)
    target=${DATABASE_URL#sqlite:///}
    [ ! -e "$target" ] || { echo "$target is there already. Name a new file." >&2; exit 1; }
    cp "$file" "$target"
    ;;
  *)
    echo "DATABASE_URL begins with neither postgresql nor sqlite:///." >&2
    exit 1
    ;;
esac
echo "Restored from: $file"
