import { spawn } from 'node:child_process';
import { guardProcess } from '../processes/guard-process.ts';

/** A program for the spec: a child in a session of its own that only the guardian can end. */
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60_000)'], { detached: true, stdio: 'ignore' });
guardProcess(child.pid!, 'SIGTERM');
process.stdout.write(`${child.pid}\n`);
setInterval(() => {}, 60_000);
