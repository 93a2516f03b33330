import { readStackFile } from '../stack/index.ts';
import type { DemoOptions } from './demo-options.ts';

/** The system that a command runs against. */
export interface FoundSystem {
  gatewayUrl: string;
  /** An administrator's. */
  adminKey: string;
  otlpUrl: string | undefined;
}

/** This clone's running system, or the one that the options name. Throws an Error that says what to do. */
export async function findSystem({ url, key, otlp }: Pick<DemoOptions, 'url' | 'key' | 'otlp'>): Promise<FoundSystem> {
  const system = url === undefined || key === undefined ? ownSystem() : foreignSystem(url, key);
  if (otlp !== undefined) system.otlpUrl = otlp;
  const health = await fetch(`${system.gatewayUrl}/health`).catch(() => undefined);
  if (!health) throw new Error(`Nothing answers at ${system.gatewayUrl}: run \`npm start\` in another terminal first.`);
  if (health.status !== 200) throw new Error(`The system is not whole: see ${system.gatewayUrl}/health.`);
  return system;
}

function ownSystem(): FoundSystem {
  const info = readStackFile();
  if (!info || !isAlive(info.pids.stack)) {
    throw new Error('Nothing runs in this clone: run `npm start` in another terminal first.');
  }
  return {
    gatewayUrl: info.gateway_url,
    adminKey: info.admin_key,
    otlpUrl: info.otlp_url ?? undefined,
  };
}

const foreignSystem = (url: string, adminKey: string): FoundSystem => ({
  gatewayUrl: url.replace(/\/+$/, ''),
  adminKey,
  otlpUrl: undefined,
});

/** A crash may have left the file. */
function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
