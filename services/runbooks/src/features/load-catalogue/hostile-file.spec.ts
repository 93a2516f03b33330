import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { change, good, makeScratchCatalogue, type ScratchCatalogue } from './scratch-catalogue.ts';

let scratch: ScratchCatalogue;
beforeEach(async () => {
  scratch = await makeScratchCatalogue();
});
afterEach(() => scratch.remove());

const laughs = Array.from(
  { length: 12 },
  (_, n) => `a${n}: &a${n} [${Array.from({ length: 9 }, () => (n === 0 ? 'ha' : `*a${n - 1}`)).join(', ')}]`,
);

describe('loadCatalogue, with a hostile file', () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ['aliases that multiply', laughs.join('\n'), /:1:\d+: anchors and aliases are refused$/],
    ['an anchor alone', change('severity: low', 'severity: &s low'), /:5:14: anchors and aliases are refused$/],
    ['a tag', change('severity: low', 'severity: !!str low'), /:5:\d+: the tag tag:yaml\.org,2002:str is refused$/],
    ['an unknown tag', change('severity: low', 'severity: !js/function low'), /:5:11: .*tag/],
    ['a directive that makes yes a truth', `%YAML 1.1\n---\n${good}`, /:1:1: directives /],
    ['two documents', `${good}---\n${good}`, /:25:1: .*multiple documents/],
    ['a key that is no text', change('severity: low', 'severity: low\n7: x'), /:6:1: a key must be a text$/],
    ['a list as key', change('severity: low', 'severity: low\n? [a]\n: x'), /:6:3: a key must be a text$/],
    ['bytes that are no UTF-8', Buffer.from([0x69, 0x64, 0x3a, 0x20, 0xff, 0xfe]), /:1:1: is not UTF-8$/],
    ['more than 256 kB', `${good}# ${'x'.repeat(256 * 1024)}`, /:1:1: has more than 262144 bytes$/],
    ['nothing', '', /:1:1: Invalid input: expected object/],
    ['a list instead of a mapping', '- a', /:1:1: Invalid input: expected object/],
  ])('refuses %s', async (_what, content, expected) => {
    expect((await scratch.refusalOf(content))[0]).toMatch(expected);
  });

  it.each([
    ['deep lists', '['.repeat(50_000)],
    ['deep mappings', '{a: '.repeat(15_000)],
    ['deep items', '- '.repeat(30_000)],
    ['quotes', '"'.repeat(100_000)],
    ['commas', `[${','.repeat(100_000)}`],
    ['keys', Array.from({ length: 30_000 }, (_, n) => `k${n}:`).join('\n')],
  ])(
    'refuses a large file of %s within seconds and with a short message',
    async (_what, content) => {
      const started = performance.now();
      const message = (await scratch.refusalOf(content)).join('\n');
      expect(performance.now() - started).toBeLessThan(15_000);
      expect(message.length).toBeLessThan(10_000);
    },
    30_000,
  );

  it('refuses a folder that is named like a runbook', async () => {
    await mkdir(join(scratch.directory, 'RB-GOOD-001.yaml'));
    expect(await scratch.refusal()).toEqual(['RB-GOOD-001.yaml:1:1: is not a file']);
  });

  it('refuses a link that leads nowhere', async () => {
    await symlink('/nowhere/at/all', join(scratch.directory, 'RB-GOOD-001.yaml'));
    expect((await scratch.refusal())[0]).toContain('RB-GOOD-001.yaml:1:1: cannot be read');
  });
});
