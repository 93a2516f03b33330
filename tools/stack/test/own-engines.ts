import { startEngines } from '../start-engines.ts';

/** A program for the spec: starts the engines, says where they are, and waits to be killed. */
const engines = await startEngines();
process.stdout.write(`${JSON.stringify(engines)}\n`);
setInterval(() => {}, 60_000);
