import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Bytes, toHex, utf8 } from './bytes.ts';
import { leafHash } from './merkle-hash.ts';
import { NaiveLog } from './naive-log.ts';
import {
  archeHead,
  archeKey,
  ctConsistencies,
  ctEmptyRoot,
  ctEntries,
  ctInclusions,
  ctRoots,
  enochKey,
  enochLine,
  goBadKeys,
  goText,
  monkeysHeads,
  monkeysKey,
  monkeysProof,
  peterKey,
  peterLine,
  specExample,
  sumdbHeads,
  sumdbKey,
  sumdbOrigin,
  witnessKeys,
} from './published-vectors.ts';
import {
  openSignedNote,
  parseCheckpointBody,
  parseVkey,
  readCheckpoint,
  Refusal,
  verifyConsistency,
  verifyCosignature,
  verifyInclusion,
} from './index.ts';

const fromHex = (hex: string): Bytes => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const allFromHex = (hexes: string[]): Bytes[] => hexes.map(fromHex);
const ctLog = new NaiveLog(allFromHex(ctEntries));
const ctRoot = (size: number): Bytes => fromHex(ctRoots[size - 1]!);
const expectRefusal = (what: Promise<unknown>, why?: string) => expect(what, why).rejects.toThrow(Refusal);

describe('the verifier', () => {
  it('imports nothing of the product', () => {
    for (const file of readdirSync(import.meta.dirname)) {
      const source = readFileSync(`${import.meta.dirname}/${file}`, 'utf8');
      const imports = [...source.matchAll(/\bfrom '([^']+)'|\bimport\(?\s*'([^']+)'/g)].map(
        (found) => found[1] ?? found[2]!,
      );
      const allowed = file.endsWith('.spec.ts') ? /^\.\/|^vitest$|^node:/ : /^\.\/[\w-]+\.ts$/;
      for (const name of imports) expect(name, file).toMatch(allowed);
    }
  });
});

describe('the reference tree of Certificate Transparency', () => {
  it('has the published roots', async () => {
    expect(toHex(await ctLog.root(0, 0))).toBe(ctEmptyRoot);
    for (const [at, root] of ctRoots.entries()) expect(toHex(await ctLog.root(0, at + 1))).toBe(root);
  });

  it.each(ctInclusions)('has entry $index of $size by the published proof', async ({ index, size, proof }) => {
    const leaf = await leafHash(ctLog.entries[index]!);
    expect((await ctLog.inclusion(index, size)).map(toHex)).toEqual(proof);
    await verifyInclusion({ index, size, leaf, proof: allFromHex(proof), root: ctRoot(size) });
  });

  it.each(ctConsistencies)('of $from is the beginning of $to by the published proof', async ({ from, to, proof }) => {
    expect((await ctLog.consistency(from, to)).map(toHex)).toEqual(proof);
    await verifyConsistency({ from, to, fromRoot: ctRoot(from), toRoot: ctRoot(to), proof: allFromHex(proof) });
  });

  it('has no entry at another place, in another size or by another proof', async () => {
    const leaves = await Promise.all(ctLog.entries.map(leafHash));
    for (const { index, size, proof: published } of ctInclusions) {
      const right = { index, size, leaf: leaves[index]!, proof: allFromHex(published), root: ctRoot(size) };
      for (let other = -1; other <= 9; other += 1) {
        if (other !== index)
          await expectRefusal(verifyInclusion({ ...right, index: other }), `index ${other} for ${index}`);
      }
      for (const leaf of leaves.filter((one) => one !== right.leaf))
        await expectRefusal(verifyInclusion({ ...right, leaf }));
      await expectRefusal(verifyInclusion({ ...right, proof: [...right.proof, right.leaf] }));
      await expectRefusal(verifyInclusion({ ...right, root: ctRoot((size % 8) + 1) }));
      if (size > 1) await expectRefusal(verifyInclusion({ ...right, proof: right.proof.slice(1) }));
      if (size > 1) await expectRefusal(verifyInclusion({ ...right, proof: right.proof.slice(0, -1) }));
    }
  });

  it('is not the continuation of another tree', async () => {
    for (const { from, to, proof: published } of ctConsistencies.slice(1)) {
      const right = { from, to, fromRoot: ctRoot(from), toRoot: ctRoot(to), proof: allFromHex(published) };
      for (let other = 0; other <= to; other += 1) {
        if (other !== from) await expectRefusal(verifyConsistency({ ...right, from: other }), `${other} for ${from}`);
        if (other !== from) await expectRefusal(verifyConsistency({ ...right, fromRoot: ctRoot(other || 8) }));
      }
      await expectRefusal(verifyConsistency({ ...right, toRoot: right.fromRoot }));
      await expectRefusal(verifyConsistency({ ...right, proof: [] }));
      await expectRefusal(verifyConsistency({ ...right, proof: right.proof.slice(1) }));
      await expectRefusal(verifyConsistency({ ...right, proof: [...right.proof, right.fromRoot] }));
      await expectRefusal(verifyConsistency({ ...right, from: to, to: from }));
    }
    const [one, two] = [ctRoot(1), ctRoot(2)];
    await expectRefusal(verifyConsistency({ from: 2, to: 2, fromRoot: one, toRoot: two, proof: [] }));
    await expectRefusal(verifyConsistency({ from: 0, to: 2, fromRoot: one, toRoot: two, proof: [] }));
    await verifyConsistency({ from: 0, to: 2, fromRoot: fromHex(ctEmptyRoot), toRoot: two, proof: [] });
  });
});

describe('a key', () => {
  it('is read as Go reads it', async () => {
    expect(await parseVkey(peterKey)).toMatchObject({ name: 'PeterNeumann', keyId: 'c74f20a3', type: 1 });
    expect(await parseVkey(sumdbKey)).toMatchObject({ name: 'sum.golang.org', keyId: '033de0ae' });
    for (const key of witnessKeys) expect((await parseVkey(key)).type).toBe(4);
  });

  it('is refused in every part of it, with any character changed, and where Go refuses it', async () => {
    for (let start = 0; start < peterKey.length; start += 1) {
      for (let end = start + 1; end <= peterKey.length; end += 1) {
        if (end - start < peterKey.length) await expectRefusal(parseVkey(peterKey.slice(start, end)));
      }
      const next = String.fromCharCode(peterKey.charCodeAt(start) + 1);
      await expectRefusal(parseVkey(peterKey.slice(0, start) + next + peterKey.slice(start + 1)));
    }
    for (const key of goBadKeys) await expectRefusal(parseVkey(key));
  });
});

describe('a signed note', () => {
  it('of the Go tests opens with either key, and with both', async () => {
    const [peter, enoch] = [await parseVkey(peterKey), await parseVkey(enochKey)];
    const note = `${goText}\n${peterLine}${enochLine}`;
    expect(await openSignedNote(utf8(note), [peter])).toMatchObject({ text: goText, signers: [peter] });
    expect((await openSignedNote(note, [enoch])).unknown.map(({ name }) => name)).toEqual(['PeterNeumann']);
    expect((await openSignedNote(note, [peter, enoch])).signers).toEqual([peter, enoch]);
    await expectRefusal(openSignedNote(note, []));
    await expectRefusal(openSignedNote(note, [peter, peter]));
    await expectRefusal(openSignedNote(`${goText}\n${peterLine.repeat(101)}`, [peter]));
    const spoiled = enochLine.replace('5n2', '5nABCD2');
    await expectRefusal(openSignedNote(`${goText}\n${peterLine}${spoiled}`, [peter, enoch]));
    expect((await openSignedNote(`${goText}\n${peterLine}${spoiled}`, [peter])).signers).toEqual([peter]);
  });

  it('with any byte changed is refused', async () => {
    const peter = await parseVkey(peterKey);
    const note = utf8(`${goText}\n${peterLine}`);
    for (let at = 0; at < note.length; at += 1) {
      for (const change of [1, 32, 128]) {
        const changed = note.slice();
        changed[at]! ^= change;
        await expectRefusal(openSignedNote(changed, [peter]), `byte ${at} ^ ${change}`);
      }
      await expectRefusal(openSignedNote(note.slice(0, at), [peter]), `cut at ${at}`);
    }
  });

  it('that is none is refused', async () => {
    const peter = await parseVkey(peterKey);
    const notes = [
      goText,
      `${goText}\n`,
      `${goText}\n${peterLine.slice(0, -1)}`,
      `\u0001${goText}\n${peterLine}`,
      `${goText}\n${peterLine}Unexpected line.\n`,
      `${goText}\n${peterLine}\n`,
      `${goText}\r\n\n${peterLine}`,
      `\uFEFF${goText}\n${peterLine}`,
      `${goText}\n${peterLine.replace('— ', '-- ')}`,
      `${goText}\n${peterLine.replace(' x08', '  x08')}`,
      `${goText}\n${peterLine.replace('JnAM=', 'JnAM')}`,
      `${goText}\n${peterLine.replace('JnAM=', 'JnAN=')}`,
    ];
    for (const note of notes) await expectRefusal(openSignedNote(utf8(note), [peter]), note);
    await expectRefusal(openSignedNote(Uint8Array.of(0xff, ...utf8(`${goText}\n${peterLine}`)), [peter]));
  });
});

describe('a checkpoint', () => {
  it('of the Go checksum database is read, witnessed or not', async () => {
    const key = await parseVkey(sumdbKey);
    const heads = await Promise.all(sumdbHeads.map((head) => readCheckpoint(head, key, sumdbOrigin)));
    expect(heads.map(({ size }) => size)).toEqual([65_209_736, 15_067_302]);
    await expectRefusal(readCheckpoint(sumdbHeads[0]!, key));
  });

  it('of the specification is the one of the Go checksum database under another name', async () => {
    const key = await parseVkey(sumdbKey);
    const original = specExample
      .replace('example.com/behind-the-sofa', sumdbOrigin)
      .replace('— example.com/behind-the-sofa', '— sum.golang.org');
    expect((await readCheckpoint(original, key, sumdbOrigin)).size).toBe(20_852_163);
    await expectRefusal(readCheckpoint(specExample, key, 'example.com/behind-the-sofa'));
  });

  it('of a log of Certificate Transparency is signed by the log and by each witness', async () => {
    const [log, ...witnesses] = await Promise.all([archeKey, ...witnessKeys].map(parseVkey));
    const { text, signers } = await openSignedNote(archeHead, [log!, ...witnesses]);
    expect(signers).toHaveLength(4);
    const lines = archeHead
      .slice(text.length + 1)
      .trimEnd()
      .split('\n');
    for (const { name, publicKey } of witnesses) {
      const line = lines.find((one) => one.startsWith(`— ${name} `))!;
      expect(await verifyCosignature(`${line}\n`, text, name, publicKey)).toBe(1_779_573_024n);
      await expectRefusal(verifyCosignature(line, text.replace('1432088532', '1432088533'), name, publicKey));
      await expectRefusal(verifyCosignature(line, text, `${name}/2`, publicKey));
      await expectRefusal(verifyCosignature(line, text, name, log!.publicKey));
      for (let at = 0; at < line.length; at += 1) {
        const changed = line.slice(0, at) + String.fromCodePoint(line.codePointAt(at)! ^ 1) + line.slice(at + 1);
        await expectRefusal(verifyCosignature(changed, text, name, publicKey), `character ${at}`);
      }
    }
  });

  it('of the witness tests is the beginning of the next', async () => {
    const key = await parseVkey(monkeysKey);
    const [old, next] = [await readCheckpoint(monkeysHeads[0], key), await readCheckpoint(monkeysHeads[1], key)];
    const heads = { from: old.size, to: next.size, fromRoot: old.root, toRoot: next.root };
    await expect(verifyConsistency({ ...heads, proof: allFromHex(monkeysProof) })).resolves.toBeUndefined();
    await expectRefusal(verifyConsistency({ ...heads, proof: allFromHex(monkeysProof.toReversed()) }));
  });

  it('with a size or a root in another spelling is refused', async () => {
    const root = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';
    const texts = [
      `a\n1\n${root}`,
      `a\n1\n`,
      `a\n01\n${root}\n`,
      `a\n+1\n${root}\n`,
      `a\n-1\n${root}\n`,
      `a\n1e3\n${root}\n`,
    ];
    texts.push(
      `\n1\n${root}\n`,
      `a\n1\n${root}\n\n`,
      `a\n1\n${root.replace('2I', '2J')}\n`,
      `a\n1\nAAAA\n`,
      `a\n0\n${root}\n`,
    );
    for (const text of texts) await expectRefusal(parseCheckpointBody(text), text);
    expect(await parseCheckpointBody(`a\n1\n${root}\nmore\n`)).toMatchObject({ size: 1, extensions: ['more'] });
  });
});
