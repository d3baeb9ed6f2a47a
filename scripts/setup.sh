#!/usr/bin/env bash
# Everything a clone needs to run: .venv from requirements.lock, node_modules, the client bundle, compiled catalogues.
# What is already up to date is left alone, so a second run takes a moment.
set -euo pipefail
cd "$(dirname "$0")/.."

stamps=.tools/stamps
mkdir -p "$stamps"

say() { printf '\033[1m→\033[0m %s\n' "$*"; }
fail() {
  printf '\n\033[1;31mНе хватает:\033[0m %s\n' "$1" >&2
  [ $# -lt 2 ] || printf '  %s\n' "${@:2}" >&2
  exit 1
}
digest() { cat "$@" | sha256sum | cut -d' ' -f1; }
fresh() { [ -f "$stamps/$1" ] && [ "$(cat "$stamps/$1")" = "$2" ]; } # name, digest
stamp() { printf '%s\n' "$2" >"$stamps/$1"; }

# The system's own first: distributions build it with profile-guided optimisation, and a booking costs a tenth less
# processor than on the same Python built from source without.
find_python() {
  local name
  for name in ${PYTHON:-} /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null &&
      "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  fail "Python 3.11 или новее с модулем venv" "Debian, Ubuntu: apt-get install python3 python3-venv" \
    "Если он стоит под другим именем: PYTHON=/путь/к/python make setup"
}

check_node() {
  command -v node >/dev/null || fail "Node.js 20.19 или новее" \
    "Debian 13: apt-get install nodejs npm" "Debian 12: в её хранилище Node.js 18, возьмите новее с nodejs.org"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node.js 20.19 или новее, а найден $(node --version)" "возьмите новее с nodejs.org"
  command -v npm >/dev/null || fail "npm" "Debian, Ubuntu: apt-get install npm"
}

# uv does not read pip's configuration; behind a mirror the machine has only that.
configure_uv() {
  local tool=$1 index cert
  index=$("$tool/bin/python" -m pip config get global.index-url 2>/dev/null || true)
  [ -n "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ] || [ -z "${PIP_INDEX_URL:-$index}" ] ||
    export UV_DEFAULT_INDEX="${PIP_INDEX_URL:-$index}"
  cert=${PIP_CERT:-$("$tool/bin/python" -m pip config get global.cert 2>/dev/null || true)}
  [ -n "${SSL_CERT_FILE:-}" ] || [ -z "$cert" ] || export SSL_CERT_FILE="$cert"
  export UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-180} UV_LINK_MODE=${UV_LINK_MODE:-copy} UV_NO_PROGRESS=1
}

make_venv() {
  local python=$1 tool=.tools/uv
  if [ ! -x "$tool/bin/uv" ]; then
    say "uv"
    rm -rf "$tool"
    "$python" -m venv "$tool"
    "$tool/bin/python" -m pip install --quiet --disable-pip-version-check 'uv>=0.8,<1' ||
      fail "uv не установился" "Нужен доступ к хранилищу пакетов Python (или его зеркалу, настроенному для pip)"
  fi
  configure_uv "$tool"
  say "Пакеты Python"
  if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    rm -rf .venv
    "$tool/bin/uv" venv --quiet --python "$python" .venv
  fi
  VIRTUAL_ENV=.venv "$tool/bin/uv" pip sync --quiet --require-hashes requirements.lock
  VIRTUAL_ENV=.venv "$tool/bin/uv" pip install --quiet --no-deps --no-build-isolation --editable .
}

python=$(find_python)
check_node

want=$(digest requirements.lock pyproject.toml <("$python" --version) <(pwd))
if ! fresh python "$want" || [ ! -x .venv/bin/legalaid ]; then
  make_venv "$python"
  stamp python "$want"
fi

want=$(digest package-lock.json <(node --version))
if ! fresh npm "$want" || [ ! -d node_modules ]; then
  say "Пакеты Node.js"
  # A mirror may lack builds for other systems; then the lock names them without a version and `npm ci` refuses.
  npm ci --no-audit --no-fund --loglevel=error ||
    npm install --no-save --no-audit --no-fund --loglevel=error
  stamp npm "$want"
fi

want=$(find client vite.config.ts tsconfig.json package-lock.json -type f -print0 | sort -z | xargs -0 sha256sum | digest -)
if ! fresh client "$want" || [ ! -f legalaid/web/static/client/.vite/manifest.json ]; then
  say "Сборка страниц"
  npm run --silent build -- --logLevel warn
  stamp client "$want"
fi

catalogues=$(find legalaid -path '*/LC_MESSAGES/*.po' -print 2>/dev/null | sort)
if [ -n "$catalogues" ]; then
  # shellcheck disable=SC2086 - our own file names have no spaces
  want=$(digest $catalogues)
  if ! fresh catalogues "$want" || [ -n "$(for po in $catalogues; do [ -f "${po%.po}.mo" ] || echo "$po"; done)" ]; then
    say "Переводы"
    for po in $catalogues; do
      .venv/bin/pybabel --quiet compile --input-file "$po" --output-file "${po%.po}.mo"
    done
    stamp catalogues "$want"
  fi
fi
