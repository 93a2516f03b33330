#!/bin/sh
# Makes the secrets that docker-compose.yml mounts, each in a file of its own under deploy/compose/secrets. What is
# there stays as it is, so it is safe to run again. Needs nothing but a POSIX shell, od and /dev/urandom.
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/secrets}
mkdir -p "$folder"
# The folder is ours alone. The files in it can be read by all, for in a container each reader has another user id.
chmod 700 "$folder"

random_hex() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

# keep NAME TEXT: a file that is there is never touched.
keep() {
  [ -s "$folder/$1" ] && return
  printf '%s\n' "$2" >"$folder/$1.new"
  chmod 444 "$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
  echo "made $1"
}
value_of() { cat "$folder/$1"; }

keep postgres-password "$(random_hex 24)"
keep admin-database-url "postgres://countersign:$(value_of postgres-password)@postgres:5432/countersign"
for service in gateway runbooks orders evidence; do
  keep "$service-database-url" "postgres://countersign_$service:$(random_hex 24)@postgres:5432/countersign"
done

keep nats-password "$(random_hex 24)"
keep nats-url "nats://countersign:$(value_of nats-password)@nats:4222"
keep nats-authorization.conf "authorization { user: \"countersign\", password: \"$(value_of nats-password)\" }"

keep jwt-secret "$(random_hex 32)"
# The keys of orders are a folder, for they rotate: add-order-key.sh puts the next one into it.
mkdir -p "$folder/order-keys"
chmod 755 "$folder/order-keys"
if [ -s "$folder/order-signing-key" ]; then mv "$folder/order-signing-key" "$folder/order-keys/order-key-1"; fi
if [ -z "$(ls "$folder/order-keys")" ]; then keep order-keys/order-key-1 "$(random_hex 32)"; fi
keep ledger-signing-key "$(random_hex 32)"

keep s3-access-key "$(random_hex 10)"
keep s3-secret-key "$(random_hex 20)"
keep s3.env "MINIO_ROOT_USER=$(value_of s3-access-key)
MINIO_ROOT_PASSWORD=$(value_of s3-secret-key)"

# Mounted into the broker, whose user is not ours: a clone made with a strict umask would hide it.
chmod a+r "$here/nats.conf"
