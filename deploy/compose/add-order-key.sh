#!/bin/sh
# Makes a new key for orders: every replica finds it within a second and rotates to it by itself. See README.md.
set -eu
umask 022
folder=${1:-$(cd "$(dirname "$0")" && pwd)/secrets}/order-keys
[ -d "$folder" ] || { echo "There is no $folder: run make-secrets.sh first." >&2; exit 1; }
name=order-key-$(date -u +%Y-%m-%dT%H-%M-%SZ)
# The name with a dot is left alone until the file is whole. It can be read by all, for in a container each reader has another user id.
od -An -v -tx1 -N 32 /dev/urandom | tr -d ' \n' >"$folder/.$name"
chmod 444 "$folder/.$name"
mv "$folder/.$name" "$folder/$name"
echo "made order-keys/$name"
