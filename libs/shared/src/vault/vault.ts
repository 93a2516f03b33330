/** What is to be kept. */
export interface VaultObject {
  /**
   * Folders and a name, joined by `/`: each 1 to 255 of A-Z a-z 0-9 . _ : @ = -, the first a letter or digit; at most
   * 900 characters. That rules out `..`, an absolute path and whatever a store would have to escape.
   */
  key: string;
  bytes: Uint8Array;
  contentType: string;
  /** Nobody can delete or change the object before this time, not even with the store's own root key. */
  retainUntil: Date;
}

/** A version of an object as the vault holds it. */
export interface StoredObject {
  key: string;
  /** The store's name for these bytes under this key; a later version has another. */
  versionId: string;
  /** 64 hex, computed from the bytes as they were read back. */
  sha256: string;
  /** Bytes. */
  size: number;
  /** `s3://bucket/key?versionId=…` or `vault://key?versionId=…`. */
  uri: string;
  retainUntil: Date;
}

/**
 * Keeps objects where nobody can rewrite them (WORM).
 *
 * Every call ends within the configured time limit. What the store does wrong comes as AppError `VAULT.UNAVAILABLE`
 * (unavailable) with its cause; it makes sense to try again later. A bad key is `VAULT.BAD_KEY` (invalid).
 */
export interface Vault {
  /** `s3` or `vault`: the scheme of its URIs. */
  readonly scheme: string;
  /**
   * Writes with COMPLIANCE retention in the same request, reads the bytes back by version id, compares them, and only
   * then returns: a failed lock is a failed write. A key that already holds the same bytes gives the object that is
   * there, with the retention that it has; one that holds others throws `VAULT.OBJECT_EXISTS` (conflict).
   * Bytes or a lock that came back otherwise than asked: `VAULT.READ_BACK_MISMATCH` (unavailable); trying again is safe.
   */
  put(object: VaultObject): Promise<StoredObject>;
  /** The bytes of exactly this version; `VAULT.OBJECT_NOT_FOUND` (not-found) when the vault does not hold it. */
  get(key: string, versionId: string): Promise<Uint8Array>;
  /** The newest version of a key, a delete marker above it notwithstanding; undefined when there is none. */
  find(key: string): Promise<StoredObject | undefined>;
  /** Every version of every key that begins with the prefix (`''` for all), by key. It reads all the bytes. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Resolves when the vault can be written to, else throws `VAULT.UNAVAILABLE`. */
  check(): Promise<void>;
  /** Lets go of sockets and files. Calls that are under way may fail. */
  close(): Promise<void>;
}
