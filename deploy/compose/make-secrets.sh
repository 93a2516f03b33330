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

# An NKey seed is base32 of two bytes that say "seed of a user", 32 random ones and their CRC-16: RFC 4648, XMODEM.
nkey_seed() {
  bytes="149 0 $(od -An -v -tu1 -N 32 /dev/urandom | tr '\n' ' ')"
  crc=0
  for byte in $bytes; do
    crc=$((crc ^ (byte << 8)))
    for _ in 1 2 3 4 5 6 7 8; do crc=$((crc & 0x8000 ? (crc << 1 ^ 0x1021) & 0xffff : crc << 1)); done
  done
  pending=0 bits=0 text=''
  for byte in $bytes $((crc & 255)) $((crc >> 8)); do
    pending=$((pending << 8 | byte)) bits=$((bits + 8))
    while [ "$bits" -ge 5 ]; do
      bits=$((bits - 5))
      text="$text $((pending >> bits & 31))"
    done
    pending=$((pending & ((1 << bits) - 1)))
  done
  [ "$bits" -eq 0 ] || text="$text $((pending << (5 - bits) & 31))"
  for value in $text; do
    if [ "$value" -lt 26 ]; then printf "\\$(printf %o $((value + 65)))"; else printf %d $((value - 24)); fi
  done
}
for user in gateway runbooks orders evidence operator; do
  keep "nats-seed-$user" "$(nkey_seed)"
done

keep jwt-secret "$(random_hex 32)"
# The keys of orders are a folder, for they rotate: add-order-key.sh puts the next one into it.
mkdir -p "$folder/order-keys"
chmod 755 "$folder/order-keys"
if [ -s "$folder/order-signing-key" ]; then mv "$folder/order-signing-key" "$folder/order-keys/order-key-1"; fi
if [ -z "$(ls "$folder/order-keys")" ]; then keep order-keys/order-key-1 "$(random_hex 32)"; fi
keep ledger-signing-key "$(random_hex 32)"

# An earlier version gave the evidence service the store's own key: it gets one of its own, and the store keeps its.
if [ -s "$folder/s3.env" ] && [ -s "$folder/s3-access-key" ] && grep -q "=$(value_of s3-access-key)\$" "$folder/s3.env"; then
  rm -f "$folder/s3-access-key" "$folder/s3-secret-key"
fi
# The evidence service's own, and the store's: only what sets the store up has the latter.
keep s3-access-key "$(random_hex 10)"
keep s3-secret-key "$(random_hex 20)"
keep s3.env "MINIO_ROOT_USER=$(random_hex 10)
MINIO_ROOT_PASSWORD=$(random_hex 20)"

# Mounted into containers, whose users are not ours: a clone made with a strict umask would hide it.
chmod a+r "$here/nats.conf" "$here/s3-policy.json" "$here/set-up-s3.sh"
