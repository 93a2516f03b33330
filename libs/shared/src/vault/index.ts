export { openVault, type VaultSettings } from './open-vault.ts';
export { type S3Settings } from './s3-client.ts';
export { type StoredObject, type Vault, type VaultObject } from './vault.ts';
