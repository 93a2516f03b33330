import type { Dirent } from 'node:fs';
import { maxFiles, maxKitBytes } from '../../domain/kit/zip/file-name.ts';
import { describeVerdict } from '../describe-verdict.ts';
import { exitCodes, type Verdict } from '../verdict.ts';
import { verifyKitFiles, verifyKitZip } from '../verify-kit.ts';
import { type Arguments, readArguments, usage } from './read-arguments.ts';

/** What of Node's `process` the command needs. */
export interface CommandProcess {
  argv: string[];
  exitCode?: number | string | null | undefined;
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

/** The program of verify.mjs. Node's modules come in here only, when they are needed: a browser has none. */
export async function runCommand(process: CommandProcess): Promise<void> {
  try {
    const options = readArguments(process.argv.slice(2));
    if (options === undefined) {
      process.stdout.write(`${usage}\n`);
      return;
    }
    const verdict = await judge(options, process.argv[1] ?? '');
    process.exitCode = exitCodes[verdict.outcome];
    process.stdout.write(options.json ? `${JSON.stringify(verdict, null, 2)}\n` : describeVerdict(verdict));
  } catch (error) {
    process.exitCode = 2;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
}

async function judge({ path, ledgerKey }: Arguments, script: string): Promise<Verdict> {
  const { readFile, stat } = await import('node:fs/promises');
  const { dirname } = await import('node:path');
  const target = path ?? dirname(script);
  const found = await stat(target).catch(() => undefined);
  if (found === undefined) throw new Error(`There is no ${target}.`);
  if (found.isDirectory()) {
    const files = await readFolder(target);
    if (!files.has('manifest.json')) throw new Error(`${target} is no unpacked kit. ${usage}`);
    return verifyKitFiles(files, { ledgerKey });
  }
  if (found.size > maxKitBytes) throw new Error(`${target} is larger than a kit can be.`);
  return verifyKitZip(new Uint8Array(await readFile(target)), { ledgerKey });
}

async function readFolder(root: string): Promise<Map<string, Uint8Array>> {
  const { readdir, readFile, stat } = await import('node:fs/promises');
  const { join } = await import('node:path');
  const files = new Map<string, Uint8Array>();
  let total = 0;
  const walk = async (folder: string): Promise<void> => {
    const entries: Dirent[] = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        await walk(name);
        continue;
      }
      if (!entry.isFile()) throw new Error(`${name} is no plain file: no kit has such.`);
      total += (await stat(join(root, name))).size;
      if (total > maxKitBytes || files.size >= maxFiles) throw new Error(`${root} holds more than a kit can.`);
      files.set(name, new Uint8Array(await readFile(join(root, name))));
    }
  };
  await walk('');
  return files;
}
