/** What is to be kept. */
export interface VaultObject {
  /**
   * Folders and a name, joined by `/`: each 1 to 255 of A-Z a-z 0-9 . _ : @ = -, the first a letter, a digit or `_`;
   * at most 900 characters. That rules out `..`, an absolute path and whatever a store would have to escape.
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
  /** The end of its retention as of now: when it was put, or as it was extended since. */
  retainUntil: Date;
  /**
   * When the store had answered the put, before anything was read back. For an object that was there already: when it
   * was made, as the store says it (`Last-Modified`, which some stores cut to the second; a file's time of birth).
   */
  storedAt: Date;
}

export interface PutOptions {
  /**
   * Told when the store has answered the write, before anything is read back: should that fail, there is an object that
   * nobody has verified. Not told of an object that was there, nor by a directory, which gives no name to what it has
   * not read back.
   */
  onStored?: (storedAt: Date) => void;
}

/** One version of a key, as the store lists it: nothing was read. */
export interface ObjectVersionInfo {
  versionId: string;
  /** Somebody deleted the key: this hides the older versions, which are still there. */
  isDeleteMarker: boolean;
  isLatest: boolean;
  /** Bytes; 0 for a delete marker. */
  size: number;
  lastModified: Date;
}

/**
 * How a version is kept from being deleted. `COMPLIANCE`: by the store, from everybody. `GOVERNANCE`: by the store, but
 * a privileged user may; no vault writes that. `none`: not at all (not written by a vault). `write-once`: a file that
 * no vault replaces or deletes, and whoever owns the disk can.
 */
export type RetentionMode = 'COMPLIANCE' | 'GOVERNANCE' | 'write-once' | 'none';

export interface Retention {
  mode: RetentionMode;
  /** 1970 when the mode is `none`. */
  retainUntil: Date;
  /** Kept whatever `retainUntil` says, until the hold is taken off. */
  legalHold: boolean;
}

export interface ListKeysOptions {
  /** Only keys that sort after this one, which need not exist; may be the beginning of a key. */
  after?: string;
  /** The most keys (no limit). */
  limit?: number;
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
  put(object: VaultObject, options?: PutOptions): Promise<StoredObject>;
  /** The bytes of exactly this version; `VAULT.OBJECT_NOT_FOUND` (not-found) when the vault does not hold it. */
  get(key: string, versionId: string): Promise<Uint8Array>;
  /** The newest version of a key, a delete marker above it notwithstanding; undefined when there is none. */
  find(key: string): Promise<StoredObject | undefined>;
  /** Every version of every key that begins with the prefix (`''` for all), by key. It reads all the bytes. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /**
   * The keys that begin with the prefix, each once, ascending by code unit. It reads no object, and beginning near the
   * end of millions is as cheap as at their beginning. Keys whose newest version is a delete marker are among them, and
   * so are objects that others put there, whose keys may break the rule at `VaultObject.key`.
   */
  listKeys(prefix: string, options?: ListKeysOptions): AsyncIterable<string>;
  /** The versions of a key and its delete markers, the newest first; none when there is nothing. A folder has one at most. */
  versions(key: string): Promise<ObjectVersionInfo[]>;
  /** `VAULT.OBJECT_NOT_FOUND` (not-found) when the vault does not hold this version; so for the two below. */
  getRetention(key: string, versionId: string): Promise<Retention>;
  /**
   * Keeps a version longer; gives its retention as it was read back. The end that it has already changes nothing; an
   * earlier one throws `VAULT.RETENTION_SHORTENED` (conflict). Otherwise kept than asked: `VAULT.READ_BACK_MISMATCH`.
   */
  extendRetention(key: string, versionId: string, until: Date): Promise<Retention>;
  /** Puts a legal hold on a version or takes it off; gives its retention as it was read back. Repeating changes nothing. */
  setLegalHold(key: string, versionId: string, on: boolean): Promise<Retention>;
  /** Resolves when the vault can be written to, else throws `VAULT.UNAVAILABLE`. */
  check(): Promise<void>;
  /** Lets go of sockets and files. Calls that are under way may fail. */
  close(): Promise<void>;
}
