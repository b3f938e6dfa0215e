#!/bin/sh
# What ssh and sshd do with a command: its words joined by spaces, given to the shell of the login.
printf '%s ' "$@" >>"$SSH_LOG"
printf '\0' >>"$SSH_LOG"
while [ "$1" != -- ]; do shift; done
host=$2
shift 2
if [ "$host" = nowhere.example.org ]; then
  echo "ssh: connect to host $host port 22: Connection refused" >&2
  exit 255
fi
exec /bin/sh -c "$*"
