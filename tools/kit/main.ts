import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { findSystem } from '../demo/find-system.ts';
import { downloadKit, fetchLedgerKey } from './download-kit.ts';
import { readKitOptions, usage } from './kit-options.ts';
import { silent, tellProgress } from './tell-progress.ts';
import { type KitVerdict, summarize, verifyKit } from './verify-kit.ts';

/** The program of `npm run kit`: tools/bootstrap.mjs runs it on the Node of node_modules. */
async function main(): Promise<void> {
  const options = readKitOptions(process.argv.slice(2));
  if (options === undefined) return console.log(usage);
  const { gatewayUrl, adminKey } = await findSystem({ url: options.url, key: options.key, otlp: undefined });
  const system = { gatewayUrl, key: adminKey };
  // npm runs scripts in the clone; INIT_CWD is where the caller stands.
  const path = resolve(process.env['INIT_CWD'] ?? process.cwd(), options.out);
  const progress = options.json ? silent : tellProgress(process.stderr);
  progress.step(`the kit of ${options.site} is being made`);
  await downloadKit({ ...system, ...options, key: adminKey }, path, progress);
  const ledgerKey = options.ledgerKey ?? (await fetchLedgerKey(system));
  progress.step('it is being verified');
  const isSummary = !options.verify || options.json;
  const { code, stdout } = await verifyKit(path, ledgerKey, isSummary);
  process.exitCode = code;
  if (options.json || !isSummary) return console.log(stdout.trimEnd());
  const { size } = await stat(path);
  console.log(summarize(JSON.parse(stdout) as KitVerdict, path, size, options.ledgerKey !== undefined));
}

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
