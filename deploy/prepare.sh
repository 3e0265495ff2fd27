#!/bin/sh
# prepare.sh [folder]: makes what must not lie in a repository, once: a password for each user of Redis, one for the board, a
# key for numbers and texts (.env), and the users of Redis, with hashes (users.acl). What is there already stays as it is.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
folder=${1:-$here}
umask 077
mkdir -p "$folder"

if [ ! -e "$folder/.env" ]; then
  {
    for role in ADMIN PROCESS PRODUCER BOARD OPERATOR; do
      echo "HERMOD_${role}_PASSWORD=$(openssl rand -hex 24)"
    done
    echo "BOARD_USER=operator"
    echo "BOARD_PASSWORD=$(openssl rand -hex 24)"
    key=$(openssl rand -base64 32)
    hex=$(printf '%s\n' "$key" | openssl base64 -d | od -An -v -tx1 | tr -d ' \n')
    # What `hermod number-keys` makes of it: finds messages by their numbers, and opens nothing.
    numbers=$(printf 'hermod numbers' | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$hex" -binary | openssl base64)
    echo "HERMOD_KEY_1=$key"
    echo "BOARD_NUMBER_KEYS=$numbers"
  } >"$folder/.env"
  echo "made $folder/.env"
fi

if [ ! -e "$folder/users.acl" ]; then
  filled=$(cat "$here/redis/users.acl.template")
  for role in ADMIN PROCESS PRODUCER BOARD OPERATOR; do
    password=$(sed -n "s/^HERMOD_${role}_PASSWORD=//p" "$folder/.env")
    hash=$(printf %s "$password" | openssl dgst -sha256 -r | cut -d ' ' -f 1)
    filled=$(printf '%s\n' "$filled" | sed "s|\${$role}|$hash|")
  done
  printf '%s\n' "$filled" >"$folder/users.acl"
  # Redis reads it as a user of its own; there are hashes in it and no passwords.
  chmod 644 "$folder/users.acl"
  echo "made $folder/users.acl"
fi
