import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { filesOf } from '../src/features/export-kit/alter-kit.ts';
import { makeRichKit, type RichKit } from './make-rich-kit.ts';
import { type BrowserPage, findBrowser, openPage } from './open-browser.ts';
import { ledgerKey } from './start-publisher.ts';

// Where there is no browser, kit-verifier.long.spec.ts still runs the same script without one.
const browser = findBrowser();

describe.runIf(browser !== undefined)('verify.html in a browser', () => {
  let rich: RichKit;
  let folder: string;
  let page: BrowserPage;
  let server: Server;
  let requests = 0;

  beforeAll(async () => {
    rich = await makeRichKit({ adminUrl: inject('adminDatabaseUrl'), natsUrl: inject('natsUrl') }, 4);
    folder = await mkdtemp(join(tmpdir(), 'countersign-page-'));
    await writeFile(join(folder, 'verify.html'), filesOf(rich.kit).get('verify.html')!);
    await writeFile(join(folder, 'report.html'), filesOf(rich.kit).get('report.html')!);
    const flipped = Uint8Array.from(rich.kit);
    flipped[rich.kit.length >> 1]! ^= 1;
    await writeFile(join(folder, 'kit.zip'), rich.kit);
    await writeFile(join(folder, 'flipped.zip'), flipped);
    server = createServer((_, answer) => {
      requests += 1;
      answer.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    page = await openPage(browser!, pathToFileURL(join(folder, 'verify.html')).href);
  }, 120_000);

  afterAll(async () => {
    await page?.close();
    server?.close();
    await rich?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  const result = () => page.evaluate(`document.getElementById('result').innerText`);

  it('judges the kit that is chosen, by the key that is typed in', async () => {
    await page.choose('#kit', join(folder, 'kit.zip'));
    await expect.poll(result, { timeout: 20_000 }).toContain('THE KIT HOLDS, if the ledger’s key is the one');
    await page.evaluate(`(() => {
      const field = document.getElementById('ledger-key');
      field.value = ${JSON.stringify(ledgerKey.verifierKey)};
      field.dispatchEvent(new Event('change'));
    })()`);
    await expect.poll(result, { timeout: 20_000 }).toContain('This is the key that you gave.');
    expect(await page.evaluate('document.activeElement.id')).toBe('verdict');
  });

  it('says which file of a damaged kit was changed', async () => {
    await page.choose('#kit', join(folder, 'flipped.zip'));
    await expect.poll(result, { timeout: 20_000 }).toContain('THE KIT DOES NOT HOLD');
    expect(await result()).toMatch(/verify\.(?:html|mjs)\s.*its content \(\d+ bytes\) was changed/);
  });

  it('can make no connection and run no other script, whatever somebody puts into it', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const fetched = await page.evaluate(`fetch('${url}', { mode: 'no-cors' }).then(() => 'sent', () => 'refused')`);
    expect(fetched).toBe('refused');
    const ran = await page.evaluate(`new Promise((resolve) => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.ran = true';
      const image = new Image();
      image.onload = image.onerror = () => resolve(globalThis.ran === true);
      document.body.append(script, image);
      image.src = '${url}';
    })`);
    expect([ran, requests]).toEqual([false, 0]);
  });
});
