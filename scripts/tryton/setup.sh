#!/bin/bash
# A real Tryton 6.0 on Debian 12 for tests and the demo, on 127.0.0.1 and a private PostgreSQL cluster.
#
#   scripts/tryton/setup.sh [all|install|books|start|stop|kill|reset|status|env]      (default: all)
#
#   all      install, books, start; every step may be run again
#   reset    both databases back to the state after `books`, in about two seconds; the server runs afterwards
#   kill     end the server (not its database) at once, as a crash would
#   env      print the variables that the tests and the demo read: eval "$(scripts/tryton/setup.sh env)"
#
#   TRYTON_DIR       configuration, passwords, logs, the cluster          (default .tryton)
#   TRYTON_PORT      server                                              (default 8117)
#   TRYTON_PG_PORT   cluster                                             (default 5517)
#   TRYTON_DURABLE=1 fsync on (default off: the books are for tests)
#
# Two databases are served: `books` is stock Tryton, `books_keyed` has our module tieout_key as well. Making the tables
# is what takes the time (about a minute), so it is done once and copied.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
TRYTON_DIR=$(mkdir -p "${TRYTON_DIR:-.tryton}" && cd "${TRYTON_DIR:-.tryton}" && pwd)
TRYTON_PORT=${TRYTON_PORT:-8117}
TRYTON_PG_PORT=${TRYTON_PG_PORT:-5517}
CONF=$TRYTON_DIR/trytond.conf
PID=$TRYTON_DIR/trytond.pid
CLUSTER=$TRYTON_DIR/cluster
# Debian's own Python holds the modules; another python3 may stand before it in PATH.
PYTHON=/usr/bin/python3
PACKAGES="tryton-server tryton-modules-account tryton-modules-analytic-account tryton-proteus python3-psycopg2 postgresql"

say() { printf '%s  %s\n' "$(date +%T)" "$*" >&2; }

install_packages() {
  local missing=
  for package in $PACKAGES; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  say "apt-get install$missing"
  # Debian would start a cluster of its own on 5432 otherwise.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  fi
  compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null || apt-get update -qq
  # With the recommended packages it would be 400 of them.
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends $missing >/dev/null
}

# PostgreSQL refuses root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
  else
    "$@"
  fi
}
pg_bin() { ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1; }
# Tryton refuses a password that repeats its characters: few characters of a large alphabet.
password() { [ -s "$1" ] || (umask 077 && head -c 12 /dev/urandom | base64 | tr '+/' 'xy' >"$1"); }
sql() { PGPASSWORD=$(cat "$TRYTON_DIR/pg.pass") "$(pg_bin)/psql" -qAt -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$TRYTON_PG_PORT" -U tryton -d "${2:-postgres}" -c "$1"; }

database_up() {
  local bin
  bin=$(pg_bin)
  password "$TRYTON_DIR/pg.pass"
  if [ ! -s "$CLUSTER/PG_VERSION" ]; then
    say "initdb on 127.0.0.1:$TRYTON_PG_PORT"
    chmod o+x "$TRYTON_DIR"
    mkdir -p -m 700 "$CLUSTER"
    install -m 600 "$TRYTON_DIR/pg.pass" "$TRYTON_DIR/initdb.pass"
    [ "$(id -u)" != 0 ] || chown postgres: "$CLUSTER" "$TRYTON_DIR/initdb.pass"
    as_postgres "$bin/initdb" -D "$CLUSTER" -U tryton -A scram-sha-256 --pwfile="$TRYTON_DIR/initdb.pass" -E UTF8 --locale=C.UTF-8 >/dev/null
    rm -f "$TRYTON_DIR/initdb.pass"
    printf '%s\n' "listen_addresses = '127.0.0.1'" "port = $TRYTON_PG_PORT" "unix_socket_directories = '$CLUSTER'" 'jit = off' >>"$CLUSTER/postgresql.conf"
    [ "${TRYTON_DURABLE:-0}" = 1 ] || printf '%s\n' 'fsync = off' 'synchronous_commit = off' 'full_page_writes = off' >>"$CLUSTER/postgresql.conf"
  fi
  as_postgres "$bin/pg_ctl" -D "$CLUSTER" status >/dev/null 2>&1 || as_postgres "$bin/pg_ctl" -D "$CLUSTER" -l "$CLUSTER/server.log" -w start >/dev/null
}

make_books() {
  [ ! -e "$TRYTON_DIR/books.done" ] || return 0
  database_up
  password "$TRYTON_DIR/admin.pass"
  password "$TRYTON_DIR/tieout.pass"
  (umask 077 && cat >"$CONF") <<CONF
[web]
listen = 127.0.0.1:$TRYTON_PORT
[database]
uri = postgresql://tryton:$(cat "$TRYTON_DIR/pg.pass")@127.0.0.1:$TRYTON_PG_PORT/
language = en
list = False
[session]
# Posting asks for a session used within this many seconds.
timeout = 3600
CONF
  if [ ! -e "$TRYTON_DIR/tables.done" ]; then
    sql 'drop database if exists books with (force)'
    sql 'create database books'
    say 'tables and modules (about 60 s)'
    TRYTONPASSFILE=$TRYTON_DIR/admin.pass trytond-admin -c "$CONF" -d books -u ir res account analytic_account \
      --activate-dependencies --email admin@example.invalid >"$TRYTON_DIR/admin.log" 2>&1
    touch "$TRYTON_DIR/tables.done"
  fi
  say 'companies, chart, periods, user'
  $PYTHON -W ignore "$HERE/books.py" "$CONF" books "$TRYTON_DIR/tieout.pass" "$HERE/accounts.csv"
  sql 'drop database if exists books_keyed with (force)'
  sql 'create database books_keyed template books'
  say 'module tieout_key'
  local modules
  modules=$($PYTHON -c 'import trytond.modules as m; print(m.__path__[0])')
  rm -rf "$modules/tieout_key"
  cp -r "$HERE/../../integrations/tryton/tieout_key" "$modules/"
  trytond-admin -c "$CONF" -d books_keyed --update-modules-list >>"$TRYTON_DIR/admin.log" 2>&1
  trytond-admin -c "$CONF" -d books_keyed -u tieout_key --activate-dependencies >>"$TRYTON_DIR/admin.log" 2>&1
  for database in books books_keyed; do
    sql "drop database if exists ${database}_clean"
    sql "create database ${database}_clean template $database"
  done
  touch "$TRYTON_DIR/books.done"
}

# A killed server may stay a zombie where the first process does not reap; `kill -0` would call it alive.
running() {
  local pid
  pid=$(cat "$PID" 2>/dev/null) && [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && ! grep -q '^State:.*Z' "/proc/$pid/status"
}

start() {
  ! running || return 0
  database_up
  setsid trytond -c "$CONF" -d books books_keyed >>"$TRYTON_DIR/trytond.log" 2>&1 </dev/null &
  echo $! >"$PID"
  for _ in $(seq 1 240); do
    if curl -fsS -o /dev/null -H 'Content-Type: application/json' -d '{"id":1,"method":"common.server.version","params":[]}' \
      "http://127.0.0.1:$TRYTON_PORT/" 2>/dev/null; then
      say "ready on http://127.0.0.1:$TRYTON_PORT"
      return 0
    fi
    running || break
    sleep 0.25
  done
  tail -20 "$TRYTON_DIR/trytond.log" >&2
  return 1
}

end_server() {
  ! running || kill "-$1" "$(cat "$PID")"
  while running; do sleep 0.05; done
  rm -f "$PID"
}

case "${1:-all}" in
  all) install_packages; make_books; start ;;
  install) install_packages ;;
  books) make_books ;;
  start) start ;;
  kill) end_server KILL ;;
  stop)
    end_server TERM
    [ ! -s "$CLUSTER/postmaster.pid" ] || as_postgres "$(pg_bin)/pg_ctl" -D "$CLUSTER" -m fast -w stop >/dev/null
    ;;
  reset)
    end_server TERM
    database_up
    for database in books books_keyed; do
      sql "drop database if exists $database with (force)"
      sql "create database $database template ${database}_clean"
    done
    start
    ;;
  status) running && echo running || echo stopped ;;
  env)
    printf 'export %s=%s\n' TRYTON_URL "http://127.0.0.1:$TRYTON_PORT" TRYTON_DATABASE books TRYTON_DATABASE_KEYED books_keyed \
      TRYTON_USER tieout TRYTON_PASSWORD_FILE "$TRYTON_DIR/tieout.pass" TRYTON_ADMIN_PASSWORD_FILE "$TRYTON_DIR/admin.pass"
    ;;
  *) sed -n '2,19p' "$0"; exit 2 ;;
esac
