import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { vi } from 'vitest';

/** A page in a real browser, by the Chrome DevTools Protocol. */
export interface BrowserPage {
  /** The value of an expression in the page; of a promise, what it comes to. */
  evaluate(expression: string): Promise<unknown>;
  /** Chooses a file in an `<input type=file>`, as a person would. */
  choose(selector: string, path: string): Promise<void>;
  close(): Promise<void>;
}

const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

/** COUNTERSIGN_BROWSER, or a Chromium on the PATH; undefined where there is none. */
export function findBrowser(): string | undefined {
  const named = process.env['COUNTERSIGN_BROWSER'];
  const folders = (process.env['PATH'] ?? '').split(':');
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
  return named ?? found;
}

/** Opens a page. The browser ends with `close`; its profile is thrown away. */
export async function openPage(browser: string, url: string): Promise<BrowserPage> {
  const profile = await mkdtemp(join(tmpdir(), 'countersign-browser-'));
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
  ];
  const child = spawn(browser, [...flags, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const port = await readPort(child);
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as Target[];
  const socket = new WebSocket(targets.find(({ type }) => type === 'page')!.webSocketDebuggerUrl);
  await once(socket, 'open');
  const send = createSender(socket);
  const evaluate: BrowserPage['evaluate'] = async (expression) => {
    const answer = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    return (answer['result'] as { value?: unknown }).value;
  };
  await send('Page.navigate', { url });
  await vi.waitUntil(() => evaluate(`location.href !== 'about:blank' && document.readyState === 'complete'`), 10_000);
  return {
    evaluate,
    async choose(selector, path) {
      const { root } = (await send('DOM.getDocument', {})) as { root: { nodeId: number } };
      const { nodeId } = await send('DOM.querySelector', { nodeId: root.nodeId, selector });
      await send('DOM.setFileInputFiles', { nodeId, files: [path] });
    },
    async close() {
      socket.close();
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

interface Target {
  type: string;
  webSocketDebuggerUrl: string;
}

async function readPort(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stderr! });
  for await (const line of lines) {
    const [, port] = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(line) ?? [];
    if (port === undefined) continue;
    child.stderr!.resume();
    return port;
  }
  throw new Error('The browser ended before it listened.');
}

type Fields = Record<string, unknown>;

function createSender(socket: WebSocket): (method: string, params: Fields) => Promise<Fields> {
  const waiting = new Map<number, (answer: { result?: Fields; error?: { message: string } }) => void>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(data as string) as { id?: number; result?: Fields; error?: { message: string } };
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
  });
  let last = 0;
  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = (last += 1);
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id);
        if (error) reject(new Error(error.message));
        else resolve(result ?? {});
      });
      socket.send(JSON.stringify({ id, method, params }));
    });
}
