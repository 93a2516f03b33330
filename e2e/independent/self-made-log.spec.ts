import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bytes, toBase64, toHex, utf8 } from './bytes.ts';
import { leafHash } from './merkle-hash.ts';
import { type Author, createAuthor, NaiveLog, publishLog, signCheckpoint } from './naive-log.ts';
import { cosignature } from './vkey.ts';
import {
  openSignedNote,
  readTlogProof,
  Refusal,
  rootFromTiles,
  tilePath,
  verifyConsistency,
  verifyCosignature,
  verifyInclusion,
  verifyTlogProof,
  walkLog,
} from './index.ts';

const expectRefusal = (what: Promise<unknown>, why?: string) => expect(what, why).rejects.toThrow(Refusal);
const entriesOf = (count: number): Bytes[] => Array.from({ length: count }, (_, n) => utf8(`entry ${n}`));
const flip = (bytes: Bytes, at: number, bit = 1): Bytes => bytes.with(at, bytes[at]! ^ bit);

let author: Author;
beforeAll(async () => {
  author = await createAuthor('log.example/1');
});

describe('every tree up to 40 leaves', () => {
  const log = new NaiveLog(entriesOf(40));

  it('includes each of its leaves', async () => {
    for (let size = 1; size <= 40; size += 1) {
      const root = await log.root(0, size);
      for (let index = 0; index < size; index += 1) {
        const leaf = await leafHash(log.entries[index]!);
        const proof = await log.inclusion(index, size);
        await expect(verifyInclusion({ index, size, leaf, proof, root })).resolves.toBeUndefined();
      }
    }
  });

  it('continues each smaller one', async () => {
    for (let to = 0; to <= 40; to += 1) {
      for (let from = 0; from <= to; from += 1) {
        const proof = await log.consistency(from, to);
        const [fromRoot, toRoot] = [await log.root(0, from), await log.root(0, to)];
        await expect(verifyConsistency({ from, to, fromRoot, toRoot, proof })).resolves.toBeUndefined();
      }
    }
  });
});

describe('the proof of an entry', () => {
  const log = new NaiveLog(entriesOf(21));
  const proofOf = async (index: number, size: number): Promise<string> => {
    const hashes = (await log.inclusion(index, size)).map((hash) => `${toBase64(hash)}\n`);
    return `c2sp.org/tlog-proof@v1\nindex ${index}\n${hashes.join('')}\n${await signCheckpoint(log, author, size)}`;
  };

  it('holds for its entry, and for no other', async () => {
    const text = await proofOf(13, 21);
    const { index, checkpoint } = await verifyTlogProof(text, log.entries[13]!, author.vkey);
    expect([index, checkpoint.size]).toEqual([13, 21]);
    for (const entry of log.entries.toSpliced(13, 1)) await expectRefusal(verifyTlogProof(text, entry, author.vkey));
    await expectRefusal(verifyTlogProof(text, log.entries[13]!, (await createAuthor('log.example/1')).vkey));
    await verifyTlogProof(await proofOf(0, 1), log.entries[0]!, author.vkey);
  });

  it('may carry data that proves nothing', async () => {
    const text = (await proofOf(20, 21)).replace('index', 'extra aGVsbG8=\nindex');
    expect(readTlogProof(text).extra).toEqual(utf8('hello'));
    await verifyTlogProof(text, log.entries[20]!, author.vkey);
  });

  it.each([
    [13, 21],
    [20, 21],
    [0, 1],
  ])('of %i in %i with any byte changed, left out or added is refused', async (index, size) => {
    const text = await proofOf(index, size);
    const proof = utf8(text);
    const decode = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const entry = log.entries[index]!;
    for (let at = 0; at < proof.length; at += 1) {
      for (const bit of [1, 16, 128]) {
        await expectRefusal(verifyTlogProof(decode(flip(proof, at, bit)), entry, author.vkey), `byte ${at} ^ ${bit}`);
      }
      const without = Uint8Array.of(...proof.subarray(0, at), ...proof.subarray(at + 1));
      await expectRefusal(verifyTlogProof(decode(without), entry, author.vkey), `without byte ${at}`);
    }
    for (const changed of [
      `${text}\n`,
      `${text}x`,
      ` ${text}`,
      text.replaceAll('\n', '\r\n'),
      text.replace('x ', 'x 0'),
    ]) {
      await expectRefusal(verifyTlogProof(changed, entry, author.vkey), changed);
    }
  });
});

describe('a cosignature of our own making', () => {
  it('is read as a line, and with the type of a cosigner by the note', async () => {
    const witness = await createAuthor('witness.example/w', cosignature);
    const note = await signCheckpoint(new NaiveLog(entriesOf(3)), author);
    const { text } = await openSignedNote(note, [author.vkey]);
    const line = await witness.cosign(text, 1_700_000_000n);
    expect(await verifyCosignature(line, text, witness.vkey.name, witness.vkey.publicKey)).toBe(1_700_000_000n);
    expect((await openSignedNote(note + line, [author.vkey, witness.vkey])).signers).toHaveLength(2);
    const late = await witness.cosign(text, 2n ** 63n);
    await expectRefusal(verifyCosignature(late, text, witness.vkey.name, witness.vkey.publicKey));
    await expectRefusal(
      openSignedNote(await witness.signNote(text), [witness.vkey]),
      'a plain signature is no cosignature',
    );
  });
});

describe('the tiles of a tree', () => {
  it.each([0, 1, 255, 256, 257, 511, 512, 700])('of %i leaves lead to its root', async (size) => {
    const log = new NaiveLog(entriesOf(size));
    const root = await rootFromTiles((level, index, width) => log.tile(level, index, width), size);
    expect(toHex(root)).toBe(toHex(await log.root(0, size)));
  });

  it('of 65,836 leaves, on three levels, lead to its root, and a hash changed on any level is noticed', async () => {
    // Two kinds of tiles are enough for a tree of this size: the naive way would hash for a minute.
    const size = 65_536 + 256 + 44;
    const first = new NaiveLog(Array<Bytes>(256).fill(utf8('same')));
    const [full, level1] = [await first.tile(0, 0, 256), await first.root(0, 256)];
    let nodes = Array<Bytes>(256).fill(level1);
    while (nodes.length > 1) nodes = await pairUp(nodes);
    const level2 = nodes[0]!;
    const tiles = (level: number, _index: number, width: number): Bytes => {
      const hashes = level === 0 ? full : level === 1 ? repeat(level1, 256) : level2;
      return hashes.slice(0, width * 32);
    };
    const partial = await first.root(0, 44);
    const expected = await node(level2, await node(level1, partial));
    const root = await rootFromTiles(async (...tile) => tiles(...tile), size);
    expect(toHex(root)).toBe(toHex(expected));
    const lying = (at: number) => async (level: number, index: number, width: number) =>
      level === at ? flip(tiles(level, index, width), 3) : tiles(level, index, width);
    for (const level of [1, 2]) await expectRefusal(rootFromTiles(lying(level), size), `level ${level}`);
  });
});

describe('a log over HTTP', () => {
  const log = new NaiveLog(entriesOf(700));
  let files: Map<string, Bytes | string>;
  let server: Server;
  let base: string;

  beforeAll(async () => {
    files = await publishLog(log, author);
    server = createServer(({ url, headers }, response) => {
      const file = headers['x-key'] === 'k' ? files.get(url!.slice('/log/'.length)) : undefined;
      const type = typeof file === 'string' ? 'text/plain; charset=utf-8' : 'application/octet-stream';
      response.writeHead(file === undefined ? 404 : 200, { 'content-type': type }).end(file);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const walk = () => walkLog(base, { 'x-key': 'k' }, author.vkey);
  const withFiles = async (changed: [string, Bytes | string][], check: () => Promise<unknown>) => {
    const right = files;
    files = new Map([...right, ...changed]);
    try {
      await check();
    } finally {
      files = right;
    }
  };

  it('is walked from its checkpoint to each entry', async () => {
    const { size, entries } = await walk();
    expect(size).toBe(700);
    expect(entries).toEqual(log.entries);
    await expectRefusal(walkLog(base, {}, author.vkey), 'without its header');
  });

  it('is walked when it has grown meanwhile and its partial tiles have given way to full ones', async () => {
    const grown = await publishLog(new NaiveLog([...log.entries, ...entriesOf(200)]), author);
    const right = files;
    files = new Map([
      ...grown,
      ['checkpoint', right.get('checkpoint')!],
      ['tile/1/000.p/2', right.get('tile/1/000.p/2')!],
    ]);
    expect((await walk()).size).toBe(700);
    files = right;
  });

  it('with a bit flipped in any of its files is refused', async () => {
    for (const [path, file] of files) {
      const bytes = typeof file === 'string' ? utf8(file) : file;
      for (const at of [0, 1, bytes.length >> 1, bytes.length - 1]) {
        const bad = flip(bytes, at);
        const changed = typeof file === 'string' ? new TextDecoder().decode(bad) : bad;
        await withFiles([[path, changed]], () => expectRefusal(walk(), `${path}, byte ${at}`));
      }
      await withFiles([[path, bytes.slice(0, -1)]], () => expectRefusal(walk(), `${path}, cut`));
    }
  });

  it('with an entry exchanged, left out or doubled is refused', async () => {
    const other = (entries: Bytes[]) => new NaiveLog(entries).entryBundle(0, 256);
    const [first, second, ...rest] = log.entries;
    const path = tilePath('entries', 0);
    for (const entries of [
      [second!, first!, ...rest],
      [first!, ...rest],
      [first!, first!, second!, ...rest],
    ]) {
      await withFiles([[path, other(entries)]], () => expectRefusal(walk()));
    }
  });
});

const node = async (left: Bytes, right: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.of(1, ...left, ...right)));
const pairUp = (nodes: Bytes[]): Promise<Bytes[]> =>
  Promise.all(Array.from({ length: nodes.length / 2 }, (_, n) => node(nodes[2 * n]!, nodes[2 * n + 1]!)));
const repeat = (hash: Bytes, times: number): Bytes =>
  Uint8Array.from({ length: 32 * times }, (_, at) => hash[at % 32]!);
