#!/bin/sh
# Puts Chromium on a Debian machine if it is not there and we have the rights; else says what to do.
set -eu
for name in chromium chromium-browser google-chrome; do
  command -v "$name" > /dev/null && exit 0
done
if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2> /dev/null; then as_root="sudo"; else
  echo "The browser tests need Chromium. Install it: sudo apt-get install chromium" >&2
  exit 1
fi
if ! command -v apt-get > /dev/null; then
  echo "The browser tests need Chromium. Install it with this system's package manager." >&2
  exit 1
fi
echo "Installing Chromium for the browser tests ..." >&2
$as_root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium > /dev/null
