/** Reads and writes of a vault, and nothing else: what S3 calls the requests of `openS3Vault`. */
const onBucket = [
  's3:GetBucketLocation',
  's3:GetBucketObjectLockConfiguration',
  's3:ListBucket',
  's3:ListBucketVersions',
];
const onObjects = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:PutObject',
  's3:GetObjectRetention',
  // Extends only: nobody shortens or takes off what is locked in COMPLIANCE mode.
  's3:PutObjectRetention',
  's3:GetObjectLegalHold',
  's3:PutObjectLegalHold',
];
/** Said as well, so that no policy beside this one gives it after all. */
const never = [
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:BypassGovernanceRetention',
  's3:DeleteBucket',
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:PutBucketVersioning',
  's3:PutBucketObjectLockConfiguration',
  's3:PutLifecycleConfiguration',
];

/** Where stores have them, whoever wrote an object owns it, and may open it. MinIO has none, and refuses a policy that names them. */
const accessLists = ['s3:PutObjectAcl', 's3:PutObjectVersionAcl', 's3:PutBucketAcl'];

/**
 * The rights of the evidence service on its bucket, as an IAM policy in JSON. With a `principal` (an ARN) it is a bucket
 * policy; without, one to attach to a user.
 */
export function vaultPolicy(bucket: string, principal?: string): object {
  const who = principal === undefined ? {} : { Principal: { AWS: [principal] } };
  const name = `arn:aws:s3:::${bucket}`;
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', ...who, Action: onBucket, Resource: [name] },
      { Effect: 'Allow', ...who, Action: onObjects, Resource: [`${name}/*`] },
      {
        Effect: 'Deny',
        ...who,
        Action: principal === undefined ? never : [...never, ...accessLists],
        Resource: [name, `${name}/*`],
      },
    ],
  };
}
