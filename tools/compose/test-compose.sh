#!/usr/bin/env bash
# Builds the images and runs the whole compose stack with the Docker engine that DOCKER_HOST names (or the default one):
# a walk and the e2e suite against it, what operators do to it, the suite again with more replicas, then an orderly stop
# and a second start that finds its data. The project, its images and its secrets are throw-away, and removed also
# after a failure.
#
#   npm run test:compose [-- --keep]     --keep leaves the stack of a failed run for a look at it
#
# Images that can neither be found nor pulled end the run, except Jaeger's: without it the stack runs without traces. An
# image that stands in for MinIO's has no `mc` and may keep its objects in memory: without-mc.yml, and it is not stopped.
set -euo pipefail
cd "$(dirname "$0")/../.."

keep=false
[[ ${1:-} == --keep ]] && keep=true
node=node_modules/.bin/node
[[ -x $node ]] || { echo 'the tools are not installed: run npm ci first' >&2; exit 2; }
docker compose version >/dev/null && docker version >/dev/null

export COMPOSE_PROJECT_NAME="countersign-test-$$" COMPOSE_ANSI=never COUNTERSIGN_VERSION="test-$$" GATEWAY_PORT=0 JAEGER_PORT=0
# The suite fails on purpose, from one address and mostly with one key.
wide='{"limit":1000000000,"window_seconds":60}'
export LIMITS="{\"failed-requests\":$wide,\"reads\":$wide,\"ledger-reads\":$wide,\"changes\":$wide,\"exports\":$wide,\"appliance-requests\":$wide}"
mkdir -p .countersign
COUNTERSIGN_SECRETS=$(mktemp -d "$PWD/.countersign/compose-test.XXXXXX")
export COUNTERSIGN_SECRETS
# The user's own .env and override are for the user's own stack.
export COMPOSE_FILE=docker-compose.yml
compose() { docker compose --env-file /dev/null "$@"; }
own_services=(gateway runbooks orders evidence migrate)
scale=()
stand_in=false

tear_down() {
  local code=$?
  trap - EXIT
  rm -f "$log"
  if ((code != 0)); then
    echo "FAILED after $SECONDS s"
    compose ps --all || true
    compose logs --no-color --tail 15 || true
    if $keep; then
      echo "kept: docker compose -p $COMPOSE_PROJECT_NAME ps; remove it with docker compose -p $COMPOSE_PROJECT_NAME down --volumes"
      exit "$code"
    fi
  fi
  echo '== tear down'
  compose down --volumes --remove-orphans --timeout 5 >/dev/null 2>&1 || true
  docker image rm $(printf "countersign/%s:$COUNTERSIGN_VERSION " "${own_services[@]}") >/dev/null 2>&1 || true
  rm -rf "$COUNTERSIGN_SECRETS"
  exit "$code"
}
log=$(mktemp)
trap tear_down EXIT
trap 'exit 130' INT TERM

table=''
step() { # step NAME COMMAND...
  local name=$1 started=$SECONDS
  shift
  echo "== $name"
  "$@"
  table+=$(printf '%-44s %4d s' "$name" $((SECONDS - started)))$'\n'
}

# watched COMMAND...: says every change of health while the command runs; its own words only when it fails.
watched() {
  "$@" >"$log" 2>&1 &
  local pid=$! before='' now
  while kill -0 "$pid" 2>/dev/null; do
    now=$(compose ps --all --format '{{.Name}} {{.State}} {{.Health}}' 2>/dev/null | sed "s/^$COMPOSE_PROJECT_NAME-//" | sort || true)
    comm -13 <(echo "$before") <(echo "$now") | sed 's/^/     /;s/running *//'
    before=$now
    sleep 1
  done
  wait "$pid" || { cat "$log"; return 1; }
}

find_images() {
  local image
  for image in $(compose config --images | grep -v "^countersign/" | sort -u); do
    docker image inspect "$image" >/dev/null 2>&1 && { echo "  $image"; continue; }
    if docker pull --quiet "$image"; then continue; fi
    [[ $image == *jaeger* ]] || { echo "no image $image" >&2; return 1; }
    echo "  without $image: no traces"
    scale+=(--scale jaeger=0)
    export OTEL_EXPORTER_OTLP_ENDPOINT=''
  done
}

prepare_store() {
  local image; image=$(compose config --images | grep minio | sort -u)
  docker run --rm --entrypoint sh "$image" -c 'command -v mc' >/dev/null 2>&1 && return
  echo "  no mc in $image: the evidence service gets the store's own key"
  stand_in=true
  COMPOSE_FILE+=:tools/compose/without-mc.yml
  local name setting
  for name in access-key:USER secret-key:PASSWORD; do
    setting=$(sed -n "s/^MINIO_ROOT_${name#*:}=//p" "$COUNTERSIGN_SECRETS/s3.env")
    rm -f "$COUNTERSIGN_SECRETS/s3-${name%:*}"
    printf '%s\n' "$setting" >"$COUNTERSIGN_SECRETS/s3-${name%:*}"
    chmod 444 "$COUNTERSIGN_SECRETS/s3-${name%:*}"
  done
}

build() { compose --progress plain build >"$log" 2>&1 || { tail -n 40 "$log"; return 1; }; }

up() { watched compose up --detach --wait --wait-timeout 300 --pull never --no-build "${scale[@]}" "$@"; }

export COUNTERSIGN_URL COUNTERSIGN_ADMIN_KEY
# For the suite, which makes and revokes keys of its own.
export COUNTERSIGN_KEYS_COMMAND='docker compose --env-file /dev/null exec -T gateway node dist/keys.main.js'

# find_gateways COUNT: their ports are free ones, and others after each start.
find_gateways() {
  local index urls=''
  for ((index = 1; index <= $1; index++)); do urls+=",http://$(compose port --index "$index" gateway 8000)"; done
  COUNTERSIGN_URL=${urls#,}
}

make_key() {
  local made
  made=$($COUNTERSIGN_KEYS_COMMAND create --kind administrator --name test --json)
  COUNTERSIGN_ADMIN_KEY=$("$node" -p 'JSON.parse(process.argv[1]).key' "$made")
}

walk() {
  local url
  for url in ${COUNTERSIGN_URL//,/ }; do
    COUNTERSIGN_URL=$url "$node" --conditions=@countersign/source tools/compose/smoke-walk.ts
  done
}

e2e() {
  # The suite judges kits by the verifier of this clone.
  "$node" services/evidence/bundle-verifier.ts
  "$node" node_modules/vitest/vitest.mjs run --project e2e --project e2e-long
}

# What a container may do is asked of the engine and of the container, not of the file.
check_hardening() {
  local id facts service
  for id in $(compose ps --all --quiet); do
    facts=$(docker inspect --format '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.HostConfig.Privileged}}' "$id")
    [[ $facts == 'true [ALL] [no-new-privileges:true] false' ]] || { echo "$(docker inspect --format '{{.Name}}' "$id"): $facts" >&2; return 1; }
    facts=$(docker inspect --format '{{.Config.Image}} {{.Config.User}}' "$id")
    [[ $facts != countersign/* || $facts == *' 1001:1001' ]] || { echo "$facts" >&2; return 1; }
    docker inspect --format '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}' "$id" | grep -qvw 0 || { echo 'a container has no limits' >&2; return 1; }
  done
  for service in gateway runbooks orders evidence operator; do
    # shellcheck disable=SC2016
    compose exec -T "$service" sh -ceu '
      [ "$(id -u)" = 1001 ]
      for tool in npm npx corepack yarn; do if command -v "$tool"; then exit 1; fi; done
      for folder in . /app /usr/local/bin /var/tmp; do if touch "$folder/x" 2>/dev/null; then exit 1; fi; done
      touch /tmp/x
    ' || { echo "$service can do what it should not, or cannot write to /tmp" >&2; return 1; }
  done
  local open; open=$(compose ps --format '{{.Service}} {{.Ports}}' | grep -e '->' | cut -d' ' -f1 | sort -u | tr '\n' ' ')
  [[ ${open/jaeger /} == 'gateway ' ]] || { echo "host ports of: $open" >&2; return 1; }
}

# Each service, with its own seed, says what another says.
forge() {
  local service
  for service in gateway runbooks orders evidence; do
    compose exec -T "$service" node --input-type=module-typescript - "$service" <tools/compose/forge-events.ts
  done
}

# It looks beside the service that it belongs to.
scrub() { compose exec -T evidence node dist/scrub.main.js 2>"$log" || { cat "$log"; return 1; }; }

ledger() { compose run --rm --no-TTY --pull never ledger "$@" 2>"$log" || { cat "$log"; return 1; }; }

check_stopped_ledger() {
  compose stop evidence >"$log" 2>&1 || { cat "$log"; return 1; }
  ledger check
  up
}

stop_in_order() {
  local kept='^$'
  if $stand_in; then kept='^s3$'; fi
  # shellcheck disable=SC2046
  compose stop $(compose ps --services | grep -v "$kept") >"$log" 2>&1 || { cat "$log"; return 1; }
  local bad; bad=$(compose ps --all --format '{{.Service}} {{.ExitCode}}' | grep -E '^(gateway|runbooks|orders|evidence) ' | grep -v ' 0$' || true)
  [[ -z $bad ]] || { echo "not ended in order: $bad" >&2; return 1; }
}

step 'secrets' deploy/compose/make-secrets.sh "$COUNTERSIGN_SECRETS"
step 'images of others' find_images
step 'store' prepare_store
step 'build' build
docker image ls --format '  {{.Repository}}  {{.Size}}' --filter "reference=countersign/*:$COUNTERSIGN_VERSION"
step 'up, until all are healthy' up
find_gateways 1
step 'first key' make_key
step 'hardening' check_hardening
step 'walk' walk
step 'e2e' e2e
step 'forgeries within' forge
step 'scrub' scrub
step 'ledger check, evidence stopped' check_stopped_ledger
step 'orders=3, two of each other service' up --scale orders=3 --scale runbooks=2 --scale gateway=2 --scale evidence=2
[[ $(compose ps --format '{{.Service}} {{.Health}}' | grep -cE '^(gateway|runbooks|orders|evidence) healthy') == 9 ]]
find_gateways 2
step 'walk, scaled' walk
step 'e2e, scaled' e2e
step 'stop' stop_in_order
step 'second start' up
find_gateways 1
step 'walk after it, with the first key' walk
step 'ledger check, beside it' ledger check
printf '\n%s%-44s %4d s\n' "$table" total "$SECONDS"
