#!/usr/bin/env bash
# Chromium for the tests in a browser: from Debian's packages, where it is missing and we may install it.
set -u
if command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "== installing Chromium for the tests in a browser"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null && exit 0
fi
echo "== no Chromium here: THE TESTS IN A BROWSER WILL NOT RUN. On Debian: apt install chromium" >&2
exit 0
