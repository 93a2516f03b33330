export { openVault, type VaultSettings } from './open-vault.ts';
export { type S3Settings } from './s3-client.ts';
export {
  type ListKeysOptions,
  type ObjectVersionInfo,
  type PutOptions,
  type Retention,
  type RetentionMode,
  type StoredObject,
  type Vault,
  type VaultObject,
} from './vault.ts';
export { prepareBucket } from './prepare-bucket.ts';
export { vaultPolicy } from './vault-policy.ts';
