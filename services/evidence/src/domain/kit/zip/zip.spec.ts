import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from './crc32.ts';
import { maxKitBytes } from './file-name.ts';
import { readZip } from './read-zip.ts';
import { sourceOf, writeZip, zipLength, type ZipSource } from './write-zip.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const aFile = (name: string, text: string) => sourceOf(name, encode(text));

async function zipOf(files: readonly ZipSource[]): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeZip(files)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const three = [aFile('b/two.json', '{"two": 2}'), aFile('a.txt', 'first\n'), aFile('b/empty', '')];
const refusal = (bytes: Uint8Array) => {
  const reading = readZip(bytes);
  return reading.ok ? undefined : reading.faults[0];
};

describe('writeZip', () => {
  it('writes what readZip reads, names sorted, whatever order they come in', async () => {
    const zip = await zipOf(three);
    const reading = readZip(zip);
    expect(reading.ok && [...reading.files].map(([name, bytes]) => [name, Buffer.from(bytes).toString()])).toEqual([
      ['a.txt', 'first\n'],
      ['b/empty', ''],
      ['b/two.json', '{"two": 2}'],
    ]);
    expect(await zipOf(three.toReversed())).toEqual(zip);
    expect(zip.length).toBe(zipLength(three));
  });

  it('writes what others unpack', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kit-zip-'));
    try {
      writeFileSync(join(folder, 'kit.zip'), await zipOf(three));
      const script =
        'import sys, zipfile; z = zipfile.ZipFile("kit.zip"); assert z.testzip() is None; z.extractall("."); print([(i.date_time, oct(i.external_attr >> 16)) for i in z.infolist()][0])';
      const reader = ['/usr/bin/unzip', '/usr/bin/python3', '/usr/local/bin/python3'].find((path) => existsSync(path));
      // A machine without either still has our own strict reader above.
      if (reader === undefined) return;
      const args = reader.endsWith('unzip') ? ['-q', 'kit.zip'] : ['-c', script];
      execFileSync(reader, args, { cwd: folder, stdio: 'pipe' });
      expect(readFileSync(join(folder, 'b/two.json'), 'utf8')).toBe('{"two": 2}');
      expect(readFileSync(join(folder, 'b/empty'), 'utf8')).toBe('');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('refuses a file that changed between the two looks at it', async () => {
    const changed = { ...aFile('a', 'one'), read: () => [encode('two')] };
    await expect(zipOf([changed])).rejects.toThrow('The content of a changed while it was read.');
    await expect(zipOf([{ ...changed, read: () => [encode('one'), encode('more')] }])).rejects.toThrow('changed');
  });

  it.each([
    '',
    '/etc/passwd',
    '../up',
    'a/../b',
    'a//b',
    'C:\\x',
    'a:b',
    'a/b/c/d/e',
    'con.txt',
    'end.',
    'ü',
    'a'.repeat(101),
  ])('refuses the name %j', async (name) => {
    await expect(zipOf([aFile(name, 'x')])).rejects.toThrow(RangeError);
  });

  it('refuses a name twice, and what no reader could hold', async () => {
    await expect(zipOf([aFile('a', '1'), aFile('a', '2')])).rejects.toThrow('Two files of a kit are called a.');
    await expect(zipOf([{ ...aFile('a', ''), size: maxKitBytes }])).rejects.toThrow(RangeError);
  });

  it('has the CRC of the standard', () => {
    expect(crc32(encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(encode('6789'), crc32(encode('12345')))).toBe(0xcbf43926);
  });
});

describe('readZip', () => {
  it('names file and offset of every single byte outside of the contents that is changed, and the file of every one inside', async () => {
    const zip = await zipOf(three);
    const contents = three.map(({ name, size }) => [Buffer.from(zip).indexOf(name) + name.length, size, name] as const);
    for (let at = 0; at < zip.length; at += 1) {
      const flipped = Uint8Array.from(zip);
      flipped[at]! ^= 0x10;
      const reading = readZip(flipped);
      const faults = reading.ok ? [] : reading.faults;
      const content = contents.find(([start, size]) => at >= start && at < start + size);
      const named = faults.map(({ file, offset }) => [file, offset]);
      if (content) expect(named).toEqual([[content[2], content[0]]]);
      else expect(faults.map(({ offset }) => offset)).toContain(at);
      expect(faults.length, `byte ${at}`).toBeLessThanOrEqual(2);
    }
  });

  it('refuses every beginning of a ZIP, and a ZIP with something behind it', async () => {
    const zip = await zipOf(three);
    for (let length = 0; length < zip.length; length += 1) expect(readZip(zip.subarray(0, length)).ok).toBe(false);
    expect(refusal(Buffer.concat([zip, encode('x')]))).toMatchObject({ offset: zip.length });
  });

  it('does not throw on anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => !readZip(bytes).ok),
      { numRuns: 300 },
    );
  });

  it.each([
    ['../../etc/cron', 'it leads out of its folder'],
    ['/etc/passwd-abcd', 'not a relative path'],
    ['C:windows-system', 'not a relative path'],
  ])('refuses the hostile name %s in both lists', async (name, message) => {
    const harmless = `a${'b'.repeat(name.length - 1)}`;
    const zip = Buffer.from(await zipOf([aFile(harmless, 'x')]));
    for (let at = zip.indexOf(harmless); at >= 0; at = zip.indexOf(harmless)) zip.write(name, at, 'latin1');
    expect(refusal(zip)).toMatchObject({ file: name, message: expect.stringContaining(message) as unknown });
  });

  it('refuses a name that stands twice, and files that are not sorted', async () => {
    const zip = Buffer.from(await zipOf([aFile('a', '1'), aFile('b', '2')]));
    const renamed = (from: string, to: string) => {
      const copy = Buffer.from(zip);
      for (const at of [30, zip.length - 22 - 1, zip.length - 22 - 48].filter((n) => copy[n] === from.charCodeAt(0)))
        copy.write(to, at);
      for (let at = 0; at < copy.length; at += 1)
        if (
          copy[at] === from.charCodeAt(0) &&
          (copy.readUInt32LE(Math.max(0, at - 30)) === 0x04034b50 ||
            (at >= 46 && copy.readUInt32LE(at - 46) === 0x02014b50))
        )
          copy.write(to, at);
      return copy;
    };
    expect(refusal(renamed('b', 'a'))).toMatchObject({ file: 'a', message: 'it is there twice' });
    expect(refusal(renamed('a', 'c'))?.message).toContain('the files of a kit are sorted');
  });

  it('refuses a gigabyte that is only declared, in either list, without allocating it', async () => {
    const zip = Buffer.from(await zipOf([aFile('a', 'x')]));
    for (const [local, directory] of [
      [true, false],
      [false, true],
      [true, true],
    ]) {
      const copy = Buffer.from(zip);
      if (local) copy.writeUInt32LE(1024 ** 3, 22);
      if (directory) copy.writeUInt32LE(1024 ** 3, zip.indexOf(Buffer.of(0x50, 0x4b, 1, 2)) + 24);
      const fault = refusal(copy);
      expect(fault).toBeDefined();
      if (local && directory) expect(fault?.message).toContain('1073741824 bytes');
    }
  });

  it('refuses other producers: what `zip` makes has extra fields and times', () => {
    const foreign = Buffer.from(
      'UEsDBAoAAAAAAOyLdVuGpAjnBAAAAAQAAAABABwAYVVUCQADAAAAAAAAAAB1eAsAAQQAAAAABAAAAABhYmNkUEsBAh4DCgAAAAAA7It1W4akCOcEAAAABAAAAAEAGAAAAAAAAQAAAKSBAAAAAGFVVAUAAwAAAAB1eAsAAQQAAAAABAAAAABQSwUGAAAAAAEAAQBHAAAAPwAAAAAA',
      'base64',
    );
    expect(readZip(foreign).ok).toBe(false);
  });
});
