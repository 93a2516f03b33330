import { join } from 'node:path';

export interface NatsConfig {
  /** Holds the configuration, the store and the ports file. */
  folder: string;
  /** The `accounts` block: who may come in, and what each may do. */
  accounts: string;
  /** -1: the server picks a free one and writes it into its ports file. */
  port: number;
}

/** Where JetStream keeps its streams. */
export function storeFolderOf(folder: string): string {
  return join(folder, 'store');
}

/** Where the server writes `nats-server_<pid>.ports`. */
export function portsFolderOf(folder: string): string {
  return join(folder, 'ports');
}

/** A configuration file: only this broker's own users get in. */
export function renderNatsConfig({ folder, accounts, port }: NatsConfig): string {
  return [
    'server_name: "countersign"',
    'host: "127.0.0.1"',
    `port: ${port}`,
    `ports_file_dir: ${quote(portsFolderOf(folder))}`,
    `jetstream { store_dir: ${quote(storeFolderOf(folder))} }`,
    accounts,
  ].join('\n');
}

/** A string of NATS's configuration language, whose escapes are a part of JSON's. */
function quote(text: string): string {
  return JSON.stringify(text);
}
