#!/usr/bin/env bash
# The media server for dialogues of many: Debian's Janus, installed when we may, otherwise said how.
set -euo pipefail

if command -v janus >/dev/null; then exit 0; fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(false); fi
fi
if [ "${as_root[*]:-}" != false ] && command -v apt-get >/dev/null; then
  echo "→ Janus для диалогов, где людей больше четырёх"
  export DEBIAN_FRONTEND=noninteractive
  # Debian starts a service with open demo rooms after installing; it must not run even for a moment.
  mask=/etc/systemd/system/janus.service
  "${as_root[@]}" mkdir -p "${mask%/*}" && "${as_root[@]}" ln -sfn /dev/null "$mask"
  "${as_root[@]}" apt-get update -qq && "${as_root[@]}" apt-get install -y -qq janus >/dev/null && exit 0
fi
cat >&2 <<'WORDS'

Не хватает: медиасервер Janus, через него идут проверки диалогов, где людей больше четырёх.
  Debian: sudo apt-get install janus
WORDS
exit 1
