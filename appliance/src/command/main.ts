#!/usr/bin/env node
import { asAppError, toWireError } from '@countersign/shared/kernel';
import { createApplianceClient } from '../client/create-appliance-client.ts';
import { enrolAppliance } from '../client/enrol-appliance.ts';
import { takeStateLock } from '../state/state-lock.ts';
import { describeCheckIn, describeEnrolment, describeError, describeOrder, describeReport } from './describe-result.ts';
import { type Command, readCommand, usage } from './read-command.ts';
import { runLoop } from './run-loop.ts';

async function main(): Promise<void> {
  const command = readCommand(process.argv.slice(2), process.env);
  if (command === undefined) console.log(usage);
  else await execute(command);
}

async function execute({ work, settings, json }: Command): Promise<void> {
  const show = (result: object, text: string) => console.log(json ? JSON.stringify(result) : text);
  if (work.name === 'enrol') {
    const enrolment = await enrolAppliance({ ...settings, token: work.token });
    return show(enrolment, describeEnrolment(enrolment));
  }
  const client = await createApplianceClient(settings);
  switch (work.name) {
    case 'check-in': {
      const answer = await client.checkIn();
      return show(answer, describeCheckIn(answer));
    }
    case 'report': {
      const answer = await client.reportIncident(work.report, work);
      return show(answer, describeReport(answer));
    }
    case 'drift': {
      const answer = await client.reportDrift(work.report, work);
      return show(answer, describeReport(answer));
    }
    case 'run': {
      const release = await takeStateLock(settings.stateDir);
      try {
        await runLoop({
          client,
          ...work,
          signal: stopSignal(),
          onCheckIn: (answer) => show({ event: 'check-in', ...answer }, describeCheckIn(answer)),
          onOrder(order) {
            if (order.status === 'postponed' || order.status === 'undeliverable') process.exitCode = 1;
            const error = 'error' in order ? { error: toWireError(order.error) } : {};
            show({ event: 'order', ...order, ...error }, describeOrder(order));
          },
          onError(error) {
            if (work.once) process.exitCode = 1;
            console.error(describeError(error));
          },
        });
      } finally {
        release();
      }
    }
  }
}

/** Aborted by Ctrl-C or SIGTERM; a second Ctrl-C ends the process at once, as everywhere. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  return stop.signal;
}

try {
  await main();
} catch (error) {
  const known = asAppError(error);
  console.error(known === undefined ? (error as Error).message : describeError(known));
  process.exitCode = 1;
}
