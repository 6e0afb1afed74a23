# Sourced by the scripts of this folder: finds what they need and says so when it is not there.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
export CONFORMANCE_HOME=$here
# Debian's interpreter, since that is the one which sees Debian's python3-kafka.
export PYTHON=${PYTHON:-/usr/bin/python3}
export PYTHONDONTWRITEBYTECODE=1
export CONFORMANCE_CACHE=${CONFORMANCE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/deterministic-conformance}
[ -x "$PYTHON" ] || { echo "no $PYTHON: install python3, or set PYTHON to one (3.9 or later)" >&2; exit 2; }

# The comment at the head of a script is its usage.
usage_of() { sed -n '2,/^[^#]/p' "$1" | sed -n 's/^# \{0,1\}//p'; }

# Runs lib/NAME.py of this folder; the program cleans up its processes and folders by itself.
run_program() { local name=$1; shift; exec "$PYTHON" "$here/lib/$name.py" "$@"; }
