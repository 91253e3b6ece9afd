#!/bin/sh
# Runs the tests as a user without rights on a root that nobody can write to, as the container runs the service.
#   scripts/unprivileged.sh [ARGUMENTS OF PYTEST]
# Linux, started as root. All of it happens in a mount namespace of its own, so that the machine stays as it is: the
# user's entry, the read-only mounts, and that of root's folder no more is seen than the interpreter and the browser.
set -eu

if [ "${1-}" != --inside ]; then
  cd "$(dirname "$0")/.."
  [ "$(uname -s)" = Linux ] && [ "$(id -u)" = 0 ] || { echo 'Start it as root on Linux: it makes mounts.' >&2; exit 2; }
  [ -x .venv/bin/python ] || { echo 'There is no .venv yet: make lint makes it.' >&2; exit 2; }
  work=$(mktemp -d "${TMPDIR:-/tmp}/unprivileged.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  status=0
  unshare --mount --propagation private "$0" --inside "$work" "$@" || status=$?
  exit "$status"
fi

work=$2
shift 2
user=10001

show_only() { # FOLDER WANTED…: of the folder nothing is seen but what is wanted, where it was
  folder=$1
  shift
  mkdir "$work/root"
  mount -t tmpfs -o mode=755 tmpfs "$work/root"
  for wanted; do
    case $wanted in
    "$folder"/*)
      [ -e "$wanted" ] || continue
      mkdir -p "$work/root${wanted#"$folder"}"
      mount --bind "$wanted" "$work/root${wanted#"$folder"}"
      ;;
    esac
  done
  mount --rbind "$work/root" "$folder"
}

python=$(.venv/bin/python -c 'import sys; print(sys.base_prefix)')
browsers=${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}
show_only "$HOME" "$python" "$browsers"

# PostgreSQL and getpass ask who the user is.
{ cat /etc/passwd; echo "incidentbot:x:$user:$user::$work/home:/bin/sh"; } >"$work/passwd"
mount --bind "$work/passwd" /etc/passwd

mkdir "$work/home" "$work/tmp"
chown "$user:$user" "$work/home" "$work/tmp"
chmod 755 "$work"
for writable in home tmp; do mount --bind "$work/$writable" "$work/$writable"; done
mount -o remount,bind,ro /
mount --bind "$PWD" "$PWD"
mount -o remount,bind,ro "$PWD"
cd "$PWD"

exec env -i PATH="$PATH" LANG="${LANG:-C.UTF-8}" HOME="$work/home" TMPDIR="$work/tmp" PYTHONDONTWRITEBYTECODE=1 \
  PLAYWRIGHT_BROWSERS_PATH="$browsers" \
  setpriv --reuid="$user" --regid="$user" --clear-groups --bounding-set=-all --inh-caps=-all \
  .venv/bin/python -m pytest -p no:cacheprovider "$@"
