import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const pages = globSync(['*.md', 'docs/**/*.md', '{appliance,services/*,deploy/*,libs/*}/*.md']).toSorted();
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

/** What stands in code blocks is no link. */
const proseOf = (page: string): string => readFileSync(page, 'utf8').replaceAll(/^```[^]*?^```/gm, '');

/** Anchors as code hosts make them of headings. */
const anchorsOf = (page: string): string[] =>
  [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  );

function leadsNowhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(`${dirname(page)}/${path}`);
  if (!existsSync(target)) return true;
  return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
}

describe('the pages that people write', () => {
  it('link to what is there', () => {
    const broken = pages.flatMap((page) =>
      [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, link]) => link!)
        .filter((link) => !/^[a-z]+:/.test(link) && leadsNowhere(page, link))
        .map((link) => `${page}: ${link}`),
    );
    expect(pages).toContain('docs/errors.md');
    expect(broken).toEqual([]);
  });

  it('name scripts that npm knows', () => {
    const unknown = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/npm run (?:-s )?([a-z][a-z0-9:-]*)/g)]
        .map(([, name]) => name!)
        .filter((name) => scripts[name] === undefined)
        .map((name) => `${page}: npm run ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  it('have every decision in their index', () => {
    const index = readFileSync('docs/adr/README.md', 'utf8');
    const decisions = globSync('docs/adr/[0-9]*.md').map((page) => page.replace('docs/adr/', ''));
    expect(decisions.filter((page) => !index.includes(`](${page})`))).toEqual([]);
  });
});
