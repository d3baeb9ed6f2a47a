#!/usr/bin/env bash
# The browser of the tests: Debian's Chromium, installed when we may, otherwise said how.
set -euo pipefail

for name in "${CHROMIUM:-}" chromium chromium-browser; do
  if [ -n "$name" ] && command -v "$name" >/dev/null; then exit 0; fi
done

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(false); fi
fi
if [ "${as_root[*]:-}" != false ] && command -v apt-get >/dev/null; then
  echo "→ Chromium для проверок в браузере"
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq && "${as_root[@]}" apt-get install -y -qq chromium >/dev/null && exit 0
fi
cat >&2 <<'WORDS'

Не хватает: браузер Chromium, в нём идёт часть проверок.
  Debian: sudo apt-get install chromium
  Другой путь к браузеру: CHROMIUM=/путь/к/chromium make test
  Проверки без браузера: make test-fast
WORDS
exit 1
