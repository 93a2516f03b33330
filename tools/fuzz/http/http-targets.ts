import * as fc from 'fast-check';
import { type RouteContract, routeCatalog } from '@countersign/shared/contracts';
import type { FuzzTarget, OpenTarget, Outcome } from '../engine/fuzz-target.ts';
import type { Random } from '../engine/random.ts';
import { jsonTokens } from '../targets/json-tokens.ts';
import { judgeAnswer } from './judge-answer.ts';
import { type FuzzedSystem, openSystem } from './open-system.ts';
import { RawConnection } from './raw-connection.ts';
import { openRemoteCoverage, type RemoteProcess } from './remote-coverage.ts';
import { formText, requestOfRoute } from './request-of-route.ts';
import { type Places, wireOf } from './request-text.ts';

const connections = 16;
const generatedAtOnce = 200;

const allRoutes: readonly RouteContract[] = Object.values(routeCatalog);
const methods = new Set(allRoutes.map(({ method }): string => method));
const firstParts = new Set(allRoutes.map(({ path }) => /^\/[a-z-]*/.exec(path)![0]));
const isUpload = ({ multipart }: RouteContract): boolean => multipart === true;

async function sendOne(connection: RawConnection, input: Uint8Array, places: Places): Promise<Outcome> {
  const { bytes, method, target } = wireOf(input, places);
  const started = performance.now();
  try {
    const answer = await connection.send(bytes, method === 'HEAD');
    const milliseconds = performance.now() - started;
    // Node hangs up on CONNECT, which nobody listens for.
    if (answer === undefined)
      return { label: 'hung up', fault: method === 'CONNECT' ? undefined : 'hung up without an answer', milliseconds };
    const { label, fault } = judgeAnswer(answer);
    const first = /^\/[a-z-]*/.exec(target)?.[0] ?? '';
    const route = `${methods.has(method) ? method : 'any'} ${firstParts.has(first) ? first : 'elsewhere'}`;
    return {
      label: `${route} ${label}`,
      fault: fault === undefined ? undefined : `${route} ${fault}`,
      milliseconds,
    };
  } catch (error) {
    return {
      label: 'no answer',
      fault: error instanceof Error ? error.message : 'no answer',
      milliseconds: performance.now() - started,
    };
  }
}

/** A maker of requests to these routes; the same seed makes the same. */
type Generate = (random: Random) => Uint8Array;

function createGenerator(routes: readonly RouteContract[]): Generate {
  const arbitrary = fc.oneof(...routes.map(requestOfRoute));
  let made: string[] = [];
  return (random) => {
    if (made.length === 0) made = fc.sample(arbitrary, { numRuns: generatedAtOnce, seed: random.next() | 0 });
    return Buffer.from(made.pop()!);
  };
}

async function open(routes: readonly RouteContract[]): Promise<OpenTarget> {
  const generate = createGenerator(routes);
  const system = await openSystem();
  try {
    return targetOf(system, await openRemoteCoverage(system.gatewayPid, system.inspectorPort), generate);
  } catch (error) {
    await system.stack.stop();
    throw error;
  }
}

function targetOf(system: FuzzedSystem, coverage: RemoteProcess, generate: Generate): OpenTarget {
  const { stack, port, places } = system;
  const ended: string[] = [];
  void stack.broken.then((part) => ended.push(`${part} ended`));
  const pool = Array.from({ length: connections }, () => new RawConnection(port));
  return {
    atOnce: 512,
    coverage,
    memory: system.memory,
    generate,
    async run(inputs) {
      const outcomes: Outcome[] = [];
      let next = 0;
      const work = pool.map(async (connection) => {
        while (next < inputs.length) {
          const index = next++;
          outcomes[index] = await sendOne(connection, inputs[index]!, places);
        }
      });
      await Promise.all(work);
      return outcomes;
    },
    longestBlock: coverage.longestBlock,
    after: async () => [...ended, ...new Set(await system.deadLetters())],
    async close() {
      coverage.close();
      for (const connection of pool) connection.close();
      await stack.stop();
    },
  };
}

const shared = { slowMs: 5_000, maxBytes: 16 * 1_024, open: () => open(allRoutes) };

/** Over sockets, against a whole system of its own. */
export const httpTargets: readonly FuzzTarget[] = [
  {
    ...shared,
    name: 'http',
    summary: 'every route of the catalogue, over sockets, against a system of its own',
    share: 0.85,
    dictionary: [
      ...jsonTokens,
      '{admin}',
      '{box}',
      '{site}',
      '{order}',
      '{bundle}',
      '%00',
      '%ff',
      '%2f',
      '?',
      '&',
      '=',
      '..',
      '\n',
      ': ',
      'GET ',
      'POST ',
      'PUT ',
      'DELETE ',
      'HEAD ',
      'OPTIONS ',
      ...new Set(allRoutes.map(({ path }) => path.replaceAll(/\{\w+\}/g, 'a'))),
    ],
    seeds: () => allRoutes.flatMap((route) => fc.sample(requestOfRoute(route), { numRuns: 4, seed: 7 })),
  },
  {
    ...shared,
    name: 'multipart',
    summary: 'the upload of evidence as a form, over sockets',
    share: 0.2,
    open: () => open(allRoutes.filter(isUpload)),
    dictionary: [
      ...jsonTokens,
      '--xx',
      '--xx--',
      '\r\n',
      '\r\n\r\n',
      'content-disposition: form-data; ',
      'name="bundle"',
      'name="signature"',
      'filename="',
      "filename*=utf-8''%ff",
      'boundary=',
      'content-type: ',
      'content-transfer-encoding: base64',
      '; charset=utf-16',
      '{site}',
      'x-client-id: ',
      'x-bundle-hash: sha256:',
    ],
    seeds: () =>
      [0, 1, 2, 3, 4, 5].map(
        (twist) =>
          `POST /evidence/upload\nauthorization: Bearer {admin}\nx-client-id: {site}\ncontent-type: multipart/form-data; boundary=xx\n\n${formText('{"bundle_id":"b-9","site_id":"{site}","host_id":"box-1","outcome":"success","timestamp_start":"2026-11-21T09:31:00Z","timestamp_end":"2026-11-21T09:31:00Z"}', twist)}`,
      ),
  },
];
