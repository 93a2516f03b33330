#!/bin/sh
# Makes the bucket with Object Lock, and the user of the evidence service, who can put, read, extend and hold and nothing
# else. Runs in MinIO's own image with the store's root key, before the evidence service starts; again changes nothing.
set -eu
command -v mc >/dev/null || { echo 'There is no mc in this image: make the bucket and the user as your store does it.' >&2; exit 1; }
secret() { cat "/run/secrets/$1"; }
export MC_HOST_store="http://$MINIO_ROOT_USER:$MINIO_ROOT_PASSWORD@s3:9000"
policy=countersign-evidence user=$(secret s3-access-key)

mc --quiet mb --ignore-existing --with-lock "store/$S3_BUCKET"
sed "s/BUCKET/$S3_BUCKET/g" /etc/countersign/s3-policy.json >/tmp/policy.json
mc --quiet admin policy create store "$policy" /tmp/policy.json
mc --quiet admin user add store "$user" "$(secret s3-secret-key)"
# Refused when it is attached already.
mc --quiet admin policy attach store "$policy" --user "$user" 2>/dev/null || mc admin user info store "$user" | grep -q "$policy"
echo "the evidence service may use $S3_BUCKET"
