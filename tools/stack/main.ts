import { dirname, join } from 'node:path';
import { explainFailure } from './explain-failure.ts';
import { renderGuide } from './guide.ts';
import type { Stack } from './stack-options.ts';
import { startStack } from './start-stack.ts';
import { cloneFolder } from './state/clone-folder.ts';
import { makeFolder } from './state/make-folder.ts';
import { takeLock } from './state/run-lock.ts';
import { removeStackFile, writeStackFile } from './state/stack-file.ts';
import { ownStateFolder } from './state/state-folder.ts';
import { pickUserSettings } from './state/user-settings.ts';
import { wantedPort } from './state/wanted-port.ts';
import { stepLine } from './steps.ts';
import { listenForStop } from './stop-request.ts';

/** The program of `npm start`: tools/bootstrap.mjs runs it on the Node of node_modules. */

// A closed terminal or a closed pipe must not end us before the parts are stopped.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const stopRequests = listenForStop();
void stopRequests.second.then(() => process.exit(1)); // our children then end by the kernel's hand, or the guardian's

try {
  process.exitCode = await runUntilStopped(await startOwnStack());
} catch (error) {
  console.error(explainFailure(error));
  process.exitCode = 1;
}
setTimeout(() => process.exit(), 2_000).unref(); // nothing should be left to wait for

/** One start per clone (they share stack.json) and, in startStack, one per state folder. */
async function startOwnStack(): Promise<Stack> {
  const lock = takeLock(join(makeFolder(join(cloneFolder, '.countersign'), 0o711), 'start.lock'));
  process.once('exit', lock.release);
  removeStackFile(); // a crash may have left one
  const stack = await startStack({
    stateDir: ownStateFolder(),
    env: pickUserSettings(process.env),
    gatewayPort: wantedPort(process.env['PORT']),
    quiet: false,
  });
  lock.note(stack.info.gateway_url);
  return stack;
}

/** The exit code: 0 when it ran until somebody stopped it. */
async function runUntilStopped(stack: Stack): Promise<number> {
  const { info } = stack;
  writeStackFile(info);
  if (!stopRequests.asked()) console.log(renderGuide(info, stack.applianceKey));
  const broken = await Promise.race([stopRequests.first, stack.broken]);
  if (broken)
    console.error(`\n  ${broken} ended by itself, so everything is stopped; the logs are in ${dirname(info.log_file)}`);
  const began = performance.now();
  removeStackFile();
  await stack.stop();
  console.log(`\n${stepLine('stop', 'everything has stopped', performance.now() - began)}`);
  return broken ? 1 : 0;
}
