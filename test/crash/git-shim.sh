#!/bin/sh
# Stands before git on the PATH of a process that is to be killed around one of the commands that change something: the plan beside it
# says around which, counted from 1, two for each command: before it and after it.
here=$(dirname "$0")
for word in "$@"; do
  case $word in
    fetch | push) durable=yes ;;
  esac
done
[ "$durable" ] || exec "$(cat "$here/real-git")" "$@"
echo >>"$here/durable"
before=$(($(wc -l <"$here/durable") * 2 - 1))
kill_at=$(cat "$here/kill-at")
[ "$kill_at" = "$before" ] && kill -9 "$PPID" && exit 1
"$(cat "$here/real-git")" "$@"
code=$?
[ "$kill_at" = $((before + 1)) ] && kill -9 "$PPID"
exit "$code"
