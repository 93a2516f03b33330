import { sendSignal } from '../processes/end-process.ts';
import { freePort, isPortFree } from '../processes/free-port.ts';
import type { Part } from '../processes/part.ts';
import type { Watch } from '../processes/watch.ts';
import type { ProcessRecord } from '../state/process-record.ts';
import { forkService } from './fork-service.ts';
import { type ServiceName, serviceNames } from './service-names.ts';
import { serviceProgram, serviceSettings, type Surroundings } from './service-settings.ts';

/** One running replica of a service; for the gateway `port` has the routes, for the others the health routes. */
export interface ServiceReplica extends Part {
  service: ServiceName;
  /** From 0. */
  replica: number;
  url: string;
}

export interface ServiceFleet {
  list: () => ServiceReplica[];
  start: (service: ServiceName, replica: number) => Promise<ServiceReplica>;
  stop: (service: ServiceName, replica: number) => Promise<void>;
  /** Waits for the end when the signal is SIGKILL or SIGTERM. */
  signal: (service: ServiceName, replica: number, signal: NodeJS.Signals) => Promise<void>;
  /** Starts and stops replicas until there are so many. */
  scale: (replicas: Partial<Record<ServiceName, number>>) => Promise<void>;
  /** The gateways first, while the others can still answer what they have accepted. */
  stopAll: () => Promise<void>;
}

export interface FleetPlan {
  surroundings: Surroundings;
  watch: Watch;
  record: ProcessRecord;
  logFile: string;
  /** Where the first gateway listens: wanted when it is free, or demanded. */
  gatewayPort: { port: number; demanded: boolean };
}

export function createFleet({ surroundings, watch, record, logFile, gatewayPort }: FleetPlan): ServiceFleet {
  const running = new Map<string, ServiceReplica>();
  const ports = new Map<string, number>(); // of gateways: a restarted one keeps its address
  const nameOf = (service: ServiceName, replica: number): string =>
    replica === 0 ? service : `${service}-${replica + 1}`;

  const choosePort = async (service: ServiceName, replica: number): Promise<number> => {
    if (service !== 'gateway') return 0;
    const known = ports.get(nameOf(service, replica));
    if (known !== undefined) return known;
    if (replica > 0) return freePort();
    const { port, demanded } = gatewayPort;
    if (demanded && port !== 0 && !(await isPortFree(port)))
      throw new Error(`port ${port} is taken: set PORT to another one, or to 0 for any`);
    return freePort(port);
  };

  const start = async (service: ServiceName, replica: number): Promise<ServiceReplica> => {
    const name = nameOf(service, replica);
    const already = running.get(name);
    if (already) return already;
    const env = serviceSettings(service, await choosePort(service, replica), surroundings);
    const part = await forkService({
      name: service,
      program: serviceProgram(service),
      env,
      logFile,
      onStart: (pid) => record.add(name, pid),
    });
    const started: ServiceReplica = { ...part, name, service, replica, url: `http://127.0.0.1:${part.port}` };
    if (service === 'gateway') ports.set(name, part.port);
    running.set(name, started);
    void started.ended.then(() => running.get(name) === started && running.delete(name));
    watch.add(started);
    return started;
  };

  const signal = async (service: ServiceName, replica: number, sent: NodeJS.Signals): Promise<void> => {
    const part = running.get(nameOf(service, replica));
    if (!part) throw new Error(`${nameOf(service, replica)} is not running`);
    if (sent !== 'SIGKILL' && sent !== 'SIGTERM') return void sendSignal(part.pid, sent);
    watch.expectEnd(part);
    await (sent === 'SIGKILL' ? part.kill() : part.stop());
  };

  const stop = async (service: ServiceName, replica: number): Promise<void> => {
    if (running.has(nameOf(service, replica))) await signal(service, replica, 'SIGTERM');
  };
  const list = (): ServiceReplica[] =>
    [...running.values()].toSorted(
      (a, b) => serviceNames.indexOf(a.service) - serviceNames.indexOf(b.service) || a.replica - b.replica,
    );
  const stopThese = (some: ServiceReplica[]): Promise<unknown> =>
    Promise.all(some.map((part) => stop(part.service, part.replica)));

  return {
    list,
    start,
    stop,
    signal,
    async scale(replicas) {
      for (const [service, count] of Object.entries(replicas) as [ServiceName, number][]) {
        await stopThese(list().filter((part) => part.service === service && part.replica >= count));
        await Promise.all(Array.from({ length: count }, (_, replica) => start(service, replica)));
      }
    },
    async stopAll() {
      await stopThese(list().filter((part) => part.service === 'gateway'));
      await stopThese(list());
    },
  };
}
