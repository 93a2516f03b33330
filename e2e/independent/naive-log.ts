import { type Bytes, joinBytes, toBase64, utf8 } from './bytes.ts';
import { emptyRoot, leafHash, nodeHash, sha256 } from './merkle-hash.ts';
import { demand } from './refusal.ts';
import { tilePath } from './tile-path.ts';
import { cosignature, keyIdOf, noteSignature, parseVkey, type Vkey } from './vkey.ts';

const splitOf = (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1);

/** A log as the definitions of RFC 6962 section 2.1 read, recursion by recursion: slow, and plainly right. */
export class NaiveLog {
  readonly entries: Bytes[];
  readonly #known = new Map<string, Promise<Bytes>>();

  constructor(entries: readonly Bytes[]) {
    this.entries = [...entries];
  }

  /** MTH(D[start:end]). */
  root(start: number, end: number): Promise<Bytes> {
    const name = `${start}:${end}`;
    let root = this.#known.get(name);
    if (!root) this.#known.set(name, (root = this.#compute(start, end)));
    return root;
  }

  async #compute(start: number, end: number): Promise<Bytes> {
    if (start === end) return emptyRoot();
    if (end - start === 1) return leafHash(this.entries[start]!);
    const middle = start + splitOf(end - start);
    return nodeHash(await this.root(start, middle), await this.root(middle, end));
  }

  /** PATH(m, D[start:end]). */
  async inclusion(m: number, end: number, start = 0): Promise<Bytes[]> {
    if (end - start === 1) return [];
    const k = splitOf(end - start);
    const middle = start + k;
    return m < k
      ? [...(await this.inclusion(m, middle, start)), await this.root(middle, end)]
      : [...(await this.inclusion(m - k, end, middle)), await this.root(start, middle)];
  }

  /** PROOF(m, D[0:end]). */
  consistency(m: number, end: number): Promise<Bytes[]> {
    return m === 0 ? Promise.resolve([]) : this.#subproof(m, 0, end, true);
  }

  async #subproof(m: number, start: number, end: number, whole: boolean): Promise<Bytes[]> {
    if (m === end - start) return whole ? [] : [await this.root(start, end)];
    const k = splitOf(end - start);
    const middle = start + k;
    return m <= k
      ? [...(await this.#subproof(m, start, middle, whole)), await this.root(middle, end)]
      : [...(await this.#subproof(m - k, middle, end, false)), await this.root(start, middle)];
  }

  /** C2SP tlog-tiles, by its formula: MTH(D[(n * 256 + i) * 256**l : (n * 256 + i + 1) * 256**l]). */
  async tile(l: number, n: number, width: number): Promise<Bytes> {
    const place = (i: number): number => (n * 256 + i) * 256 ** l;
    return joinBytes(
      ...(await Promise.all(Array.from({ length: width }, (_, i) => this.root(place(i), place(i + 1))))),
    );
  }

  entryBundle(n: number, width: number): Bytes {
    const entries = this.entries.slice(n * 256, n * 256 + width);
    return joinBytes(...entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 255), entry]));
  }
}

/** Somebody who signs notes, or cosigns them. */
export interface Author {
  vkey: Vkey;
  vkeyText: string;
  signNote(text: string): Promise<string>;
  cosign(body: string, time: bigint): Promise<string>;
}

export async function createAuthor(name: string, type = noteSignature): Promise<Author> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  demand('publicKey' in pair, 'a key pair, not a key');
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const sign = async (text: string) => new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, utf8(text)));
  const line = async (lineType: number, ...signature: Bytes[]): Promise<string> => {
    const keyId = (await sha256(utf8(`${name}\n`), Uint8Array.of(lineType), publicKey)).subarray(0, 4);
    return `\u2014 ${name} ${toBase64(joinBytes(keyId, ...signature))}\n`;
  };
  const encoded = toBase64(joinBytes(Uint8Array.of(type), publicKey));
  const vkeyText = `${name}+${await keyIdOf(name, type, publicKey)}+${encoded}`;
  return {
    vkey: await parseVkey(vkeyText),
    vkeyText,
    signNote: async (text) => `${text}\n${await line(noteSignature, await sign(text))}`,
    async cosign(body, time) {
      const seconds = new Uint8Array(8);
      new DataView(seconds.buffer).setBigUint64(0, time);
      return line(cosignature, seconds, await sign(`cosignature/v1\ntime ${time}\n${body}`));
    },
  };
}

export async function signCheckpoint(log: NaiveLog, author: Author, size = log.entries.length): Promise<string> {
  return author.signNote(`${author.vkey.name}\n${size}\n${toBase64(await log.root(0, size))}\n`);
}

/** The resources of a tiled log of this size, by their paths. */
export async function publishLog(log: NaiveLog, author: Author): Promise<Map<string, Bytes | string>> {
  const size = log.entries.length;
  const files = new Map<string, Bytes | string>([['checkpoint', await signCheckpoint(log, author)]]);
  for (let level = 0; 256 ** level <= size; level += 1) {
    const hashes = Math.floor(size / 256 ** level);
    for (let n = 0; n * 256 < hashes; n += 1) {
      const width = Math.min(256, hashes - n * 256);
      files.set(tilePath(level, n, width), await log.tile(level, n, width));
      if (level === 0) files.set(tilePath('entries', n, width), log.entryBundle(n, width));
    }
  }
  return files;
}
