#!/usr/bin/env bash
# The relay of the tests: Debian's coturn, installed when we may, otherwise said how.
set -euo pipefail

if command -v turnserver >/dev/null; then exit 0; fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(false); fi
fi
if [ "${as_root[*]:-}" != false ] && command -v apt-get >/dev/null; then
  echo "→ coturn для проверок реле"
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq && "${as_root[@]}" apt-get install -y -qq coturn >/dev/null && exit 0
fi
cat >&2 <<'WORDS'

Не хватает: реле coturn, с ним идёт часть проверок.
  Debian: sudo apt-get install coturn
WORDS
exit 1
