#!/usr/bin/env bash
# A throw-away single-node Ceph with its S3 gateway (RGW): a real Object Lock implementation for tests, data in memory.
#
#   tools/s3/ceph-rgw.sh      runs in the foreground until SIGTERM or SIGINT
#
# Settings: S3_PORT (0 = a free one), S3_ACCESS_KEY and S3_SECRET_KEY (countersign), S3_MEMORY_BYTES (1 GiB). A second user,
# arn:aws:iam:::user/evidence, has S3_SERVICE_ACCESS_KEY and S3_SERVICE_SECRET_KEY, may make no bucket, and has no rights yet.
# Prints one line when S3 answers, about 15 s after the start: ready http://127.0.0.1:PORT
# Needs Debian's packages ceph-mon ceph-osd ceph-mgr radosgw ceph-common (75 MB); as root it installs what is missing.
# Where standard input is a pipe it is a leash as well: a parent that dies closes it, and the daemons go with it.
set -euo pipefail

packages=(ceph-mon ceph-osd ceph-mgr radosgw ceph-common)
access_key=${S3_ACCESS_KEY:-countersign} secret_key=${S3_SECRET_KEY:-countersign-secret}
service_access_key=${S3_SERVICE_ACCESS_KEY:-evidence} service_secret_key=${S3_SERVICE_SECRET_KEY:-evidence-secret}

say() { echo "ceph-rgw: $*" >&2; }

install_packages() {
  command -v radosgw ceph-mon ceph-osd ceph-mgr ceph >/dev/null && return
  if [[ $(id -u) != 0 ]]; then
    say "install these first: ${packages[*]}"
    exit 1
  fi
  say "installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -q && apt-get install -qy --no-install-recommends "${packages[@]}"; } >&2
}

# Asks the kernel; whoever takes the port in the moment between is caught by the readiness check.
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

write_config() {
  cat >"$home/ceph.conf" <<CONF
[global]
fsid = $fsid
mon host = [v2:127.0.0.1:$mon_port]
mon initial members = a
public network = 127.0.0.0/8
keyring = $home/keyring
mon data = $home/mon
osd data = $home/osd
mgr data = $home/mgr
rgw data = $home/rgw
run dir = $home/run
admin socket = $home/run/\$name.asok
log file = $home/log/\$name.log
mon cluster log file = $home/log/cluster.log
auth allow insecure global id reclaim = true
mon allow pool size one = true
mon data avail crit = 1
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd crush chooseleaf type = 0
osd crush initial weight = 1
osd objectstore = memstore
memstore device bytes = ${S3_MEMORY_BYTES:-1073741824}
# Without it each answer waits 40 ms for the acknowledgement of its own header.
rgw frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
# Tests refuse deletions and wait for nothing: no background worker needs to be fast, or there at all.
rgw enable usage log = false
rgw run sync thread = false
CONF
}

# bash takes a signal while it waits for a job, not while it runs a command: so each step is a job.
run() {
  "$@" </dev/null >>"$home/log/setup.out" 2>&1 &
  wait $!
}

write_keys() {
  run ceph-authtool --create-keyring "$home/keyring" --gen-key -n mon. --cap mon 'allow *'
  run ceph-authtool "$home/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
  run ceph-authtool "$home/keyring" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *' --cap mgr 'allow profile osd'
  run ceph-authtool "$home/keyring" --gen-key -n mgr.x --cap mon 'allow *' --cap osd 'allow *'
}

daemons=()
# In the foreground (-f): each daemon is a child whose pid we hold. In a session of its own, so that Ctrl-C reaches
# this script first; and it dies with this script, should that be killed with SIGKILL.
start_daemon() {
  setsid setpriv --pdeathsig KILL "$@" </dev/null >>"$home/log/daemons.out" 2>&1 &
  daemons+=($!)
}

start_cluster() {
  run monmaptool --create --addv a "[v2:127.0.0.1:$mon_port]" --fsid "$fsid" "$home/monmap"
  run ceph-mon -i a --mkfs --monmap "$home/monmap" --keyring "$home/keyring"
  start_daemon ceph-mon -i a -f
  osd_uuid=$(</proc/sys/kernel/random/uuid)
  run timeout 30 ceph osd new "$osd_uuid"
  run ceph-osd -i 0 --mkfs --osd-uuid "$osd_uuid"
  start_daemon ceph-osd -i 0 -f
  start_daemon ceph-mgr -i x -f
  run timeout 90 radosgw-admin user create --uid=countersign --display-name=Countersign \
    --access-key="$access_key" --secret-key="$secret_key"
  run timeout 90 radosgw-admin user create --uid=evidence --display-name=Evidence --max-buckets=-1 \
    --access-key="$service_access_key" --secret-key="$service_secret_key"
  start_daemon radosgw -n client.admin --no-mon-config -f
}

is_answering() { (exec 3<>"/dev/tcp/127.0.0.1/$port" && printf 'GET / HTTP/1.0\r\n\r\n' >&3 && head -c 12 <&3 | grep -q 'HTTP/1') 2>/dev/null; }

stop() {
  local status=$?
  trap '' TERM INT
  if ((status != 0)) && [[ -d $home/log ]]; then
    say 'could not start:'
    tail -n 20 "$home"/log/{setup,daemons}.out >&2 || true
  fi
  # Daemons and a step under way, which `timeout` passes a SIGTERM on to. Then without mercy: the data is in memory and meant to go.
  exec 2>/dev/null
  local children
  children=$(jobs -p)
  if [[ -n $children ]]; then
    kill -TERM $children || true
    sleep 0.3
    kill -KILL $children || true
  fi
  wait || true
  rm -rf "$home"
}

install_packages
home=$(mktemp -d "${TMPDIR:-/tmp}/countersign-ceph.XXXXXX")
trap stop EXIT
trap 'exit 0' TERM INT
mkdir "$home"/{mon,osd,mgr,rgw,run,log}
port=${S3_PORT:-0} mon_port=$(free_port) fsid=$(</proc/sys/kernel/random/uuid)
[[ $port != 0 ]] || port=$(free_port)
export CEPH_CONF=$home/ceph.conf
write_config

write_keys
start_cluster
for ((try = 0; try < 240; try++)); do
  is_answering && break
  kill -0 "${daemons[-1]}"
  run sleep 0.25
done
is_answering
echo "ready http://127.0.0.1:$port"

leash=()
if [[ -p /dev/stdin ]]; then
  cat <&0 >/dev/null &
  leash=($!)
fi
wait -n "${leash[@]}" "${daemons[@]}" || true
