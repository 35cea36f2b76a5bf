#!/usr/bin/env bash
# Are the files under deploy/ sound? Each part is checked with the program that will read it, as far as it is here:
# systemd units, nginx, HAProxy, Prometheus, compose; then PgBouncer with one page through it, and an orderly stop.
# Debian has them all: apt-get install systemd nginx-light haproxy prometheus pgbouncer postgresql openssl curl
# What is not installed is said and left out; `--all` makes that a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
all=no; [ "${1:-}" = --all ] && all=yes
folder=$(mktemp -d); chmod 755 "$folder"
failed=0 missing=0 pids=()
good() { printf '\033[32m✓\033[0m %s\n' "$*"; }
bad() { printf '\033[31m✗\033[0m %s\n' "$*"; failed=1; }
skip() { printf '\033[33m–\033[0m %s\n' "$*"; missing=1; }
has() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ]; }
quietly() { "$@" >"$folder/said" 2>&1 || { sed 's/^/    /' "$folder/said" >&2; return 1; }; }
finish() {
  for pid in "${pids[@]:-}"; do [ -z "$pid" ] || kill "$pid" 2>/dev/null || true; done
  [ ! -d "$folder/data" ] || "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap finish EXIT
PATH=$PATH:/usr/sbin

# A certificate of an hour, for what reads one.
mkdir "$folder/tls"
if has openssl; then
  openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$folder/tls/privkey.pem" -out "$folder/tls/fullchain.pem" 2>/dev/null
  cat "$folder/tls/fullchain.pem" "$folder/tls/privkey.pem" >"$folder/tls/site.pem"
fi

if has systemd-analyze; then
  # The units as they are, but for the program's path and user, which are not of this machine.
  mkdir "$folder/units"; cp deploy/systemd/* "$folder/units/"
  sed -i -E "s#/opt/xuecheng/.venv/bin#$PWD/.venv/bin#; s#^WorkingDirectory=.*#WorkingDirectory=/#; s#^(User|Group)=.*#\1=root#; s#^EnvironmentFile=/#EnvironmentFile=-/#" "$folder"/units/*.service
  cp "$folder/units/xuecheng-web@.service" "$folder/units/xuecheng-web@8001.service"
  quietly systemd-analyze verify --man=no "$folder"/units/xuecheng-{web@8001,jobs,routines,errands}.service "$folder/units/xuecheng.target" \
    && [ ! -s "$folder/said" ] && good "systemd units" || { sed 's/^/    /' "$folder/said"; bad "systemd units"; }
else skip "systemd-analyze is not here"; fi

if has nginx && has openssl; then
  sed "s#/etc/xuecheng/tls#$folder/tls#; s#/var/log/nginx#$folder#" deploy/nginx/xuecheng.conf >"$folder/site.conf"
  printf 'pid %s/nginx.pid; error_log %s/nginx.log; events {} http { include %s/site.conf; }' "$folder" "$folder" "$folder" >"$folder/nginx.conf"
  quietly nginx -t -c "$folder/nginx.conf" && good "nginx" || bad "nginx"
else skip "nginx or openssl is not here"; fi

if has haproxy && has openssl; then
  sed "s#/etc/xuecheng/tls#$folder/tls#" deploy/haproxy/haproxy.cfg >"$folder/haproxy.cfg"
  quietly haproxy -c -f "$folder/haproxy.cfg" && good "HAProxy" || bad "HAProxy"
else skip "haproxy or openssl is not here"; fi

if has promtool; then
  quietly promtool check rules deploy/prometheus/rules.yml && good "alarms can be read" || bad "alarms"
  quietly promtool test rules deploy/prometheus/rules-test.yml && good "alarms ring when they should" || bad "alarms"
  sed "s#/etc/prometheus/xuecheng-token#/dev/null#" deploy/prometheus/prometheus.yml >"$folder/prometheus.yml"
  cp deploy/prometheus/rules.yml "$folder/"
  quietly promtool check config "$folder/prometheus.yml" && good "Prometheus" || bad "Prometheus"
else skip "promtool is not here (Debian: prometheus)"; fi

if docker compose version >/dev/null 2>&1; then
  quietly docker compose -f deploy/compose.yaml config --quiet && good "compose" || bad "compose"
else skip "docker compose is not here"; fi

programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
if [ -n "$programs" ] && has pgbouncer && has curl; then
  as=()
  if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; as=(setpriv --reuid=postgres --regid=postgres --init-groups); fi
  (
    cd "$folder"
    "${as[@]}" "$programs/initdb" -D "$folder/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
    "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -w -l "$folder/data/log" -o "-c listen_addresses='' -k $folder -c fsync=off -c full_page_writes=off" start >/dev/null
    "$programs/psql" -q -h "$folder" -U postgres -f "$OLDPWD/deploy/database/roles.sql"
  )
  good "roles on $("$programs/postgres" --version)"
  export XUECHENG_HOME="$folder/home" XUECHENG_METRICS_TOKEN=only-for-this-check-0
  mkdir -m 750 "$XUECHENG_HOME"
  direct="postgresql://xuecheng_site@/xuecheng?host=$folder"
  DATABASE_URL="postgresql://xuecheng_owner@/xuecheng?host=$folder" quietly .venv/bin/xuecheng migrate && good "migrated as the owner" || bad "migrate"
  DATABASE_URL=$direct quietly .venv/bin/xuecheng build || bad "build"
  free() { .venv/bin/python -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
  pool=$(free) web=$(free)
  sed -E "s#host=/run/postgresql port=5432#host=$folder user=xuecheng_site#; s#^listen_port.*#listen_port = $pool#; s#^auth_type.*#auth_type = any#; /^auth_file/d" deploy/pgbouncer/pgbouncer.ini >"$folder/pgbouncer.ini"
  "${as[@]}" pgbouncer -q "$folder/pgbouncer.ini" 2>"$folder/pgbouncer.log" & pids+=($!)
  for _ in $(seq 50); do "$programs/psql" -h 127.0.0.1 -p "$pool" -U xuecheng_site xuecheng -qAtc 'show statement_timeout' >"$folder/said" 2>/dev/null && break; sleep 0.1; done
  grep -qx 10s "$folder/said" && good "PgBouncer answers, and bounds statements" || { cat "$folder/pgbouncer.log"; bad "PgBouncer"; }
  (
    # A worker speaks to the server itself; the pages come through the pooler.
    export DATABASE_URL=$direct DATABASE_APP_URL=$direct
    exec .venv/bin/python -m xuecheng.config.cli.worker jobs,routines,now,normal 2 >"$folder/worker.log" 2>&1
  ) & worker=$!; pids+=("$worker")
  (
    export DATABASE_URL="postgresql://xuecheng_site@127.0.0.1:$pool/xuecheng" XUECHENG_POOLED=1
    export DATABASE_APP_URL=$DATABASE_URL
    exec .venv/bin/xuecheng serve --port "$web" --processes 2 --drain 2 >"$folder/web.log" 2>&1
  ) & server=$!; pids+=("$server")
  for _ in $(seq 120); do curl -fs "http://127.0.0.1:$web/readyz" >/dev/null && break; sleep 0.5; done
  [ "$(curl -s "http://127.0.0.1:$web/readyz")" = ready ] && good "ready: database through PgBouncer, migrations, worker" || { tail -3 "$folder/web.log" "$folder/worker.log"; bad "not ready: $(curl -s "http://127.0.0.1:$web/readyz")"; }
  for page in / /sign-in/ /organisations/organisations.csv /territories/ /api/v1/territories; do
    code=$(curl -s -o "$folder/page" -w '%{http_code}' -H 'Host: localhost' "http://127.0.0.1:$web$page")
    [ "$code" = 200 ] && good "$page through PgBouncer" || bad "$page answered $code"
  done
  [ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$web/metrics")" = 404 ] && good "no numbers without the token" || bad "/metrics is open"
  seen=$(curl -s -H "Authorization: Bearer $XUECHENG_METRICS_TOKEN" "http://127.0.0.1:$web/metrics")
  # Whichever of the two processes answers, it tells of both: five pages were asked.
  [ "$(grep -c '^xuecheng_requests_total' <<<"$seen")" -ge 5 ] && good "numbers of both processes" || bad "numbers"
  if has promtool; then quietly promtool check metrics <<<"$seen" && good "Prometheus reads them" || bad "numbers in a wrong shape"; fi
  if has nginx && has openssl; then
    tls=$(free) plain=$(free)
    sed -E "s#/etc/xuecheng/tls#$folder/tls#; s#/var/log/nginx#$folder#; s#127.0.0.1:8001#127.0.0.1:$web#; /127.0.0.1:8002/d; s#listen 443#listen 127.0.0.1:$tls#; s#listen 80 #listen 127.0.0.1:$plain #" deploy/nginx/xuecheng.conf >"$folder/site.conf"
    nginx -c "$folder/nginx.conf" -g 'daemon off;' 2>/dev/null & pids+=($!)
    sleep 1
    ask() { curl -s --cacert "$folder/tls/fullchain.pem" --resolve "localhost:$tls:127.0.0.1" "https://localhost:$tls$1" "${@:2}"; }
    [ "$(ask / -o /dev/null -w '%{http_code}')" = 200 ] && good "a page over https through nginx" || bad "nginx in front"
    [ "$(ask /metrics -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $XUECHENG_METRICS_TOKEN")" = 404 ] && good "no numbers through nginx, with the token neither" || bad "nginx shows /metrics"
  fi
  # Told to end: red at once, pages go on, then exit code 0.
  kill "$server"; sleep 0.7
  red=$(curl -s -o "$folder/page" -w '%{http_code}' "http://127.0.0.1:$web/readyz/web"); still=$(curl -s -o /dev/null -w '%{http_code}' -H 'Host: localhost' "http://127.0.0.1:$web/sign-in/")
  code=0; wait "$server" || code=$?
  [ "$red $still $code" = "503 200 0" ] && good "told to end: not ready, pages go on, exit code 0" || bad "told to end: ready $red, page $still, exit code $code"
  code=0; kill "$worker"; wait "$worker" || code=$?
  [ "$code" = 0 ] && good "the worker ends in good order" || bad "worker: exit code $code"
else skip "postgresql, pgbouncer or curl is not here"; fi

[ "$missing" = 0 ] || [ "$all" = no ] || failed=1
exit "$failed"
