#!/bin/sh
# Puts PostgreSQL and Caddy on a Debian machine if they are not there and we have the rights; else says
# what to do. Only `make soak` needs them; no service is started.
set -eu
missing=""
if ! command -v initdb > /dev/null && ! ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1; then
  missing="postgresql"
fi
command -v caddy > /dev/null || missing="$missing caddy"
[ -z "$missing" ] && exit 0
hint="The test of the team server needs $missing. Install it: sudo apt-get install $missing"
if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2> /dev/null; then as_root="sudo"; else
  echo "$hint" >&2
  exit 1
fi
if ! command -v apt-get > /dev/null; then
  echo "$hint (or with this system's package manager)" >&2
  exit 1
fi
echo "Installing $missing for the test of the team server ..." >&2
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  # Debian starts a service as it is installed, unless it is told not to.
  printf '#!/bin/sh\nexit 101\n' | $as_root tee $policy > /dev/null
  $as_root chmod +x $policy
  trap '$as_root rm -f $policy' EXIT
fi
$as_root apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing > /dev/null
