#!/bin/sh
# Installs Debian's package "chromium" where there is no Chromium or Chrome yet. Tests look for the same names.
set -eu
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if command -v "$name" >/dev/null; then
    exit 0
  fi
done
if ! command -v apt-get >/dev/null; then
  echo "There is no Chromium and no apt-get here: install Chromium by yourself, or the tests in a browser are skipped." >&2
  exit 1
fi
as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"
echo "Installing the package chromium with: $as_root apt-get install chromium" >&2
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null
