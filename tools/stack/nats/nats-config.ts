import { join } from 'node:path';

export interface NatsConfig {
  /** Holds the configuration, the store and the ports file. */
  folder: string;
  user: string;
  password: string;
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

/** A configuration file: the password is in no command line, and only this broker's own users get in. */
export function renderNatsConfig({ folder, user, password, port }: NatsConfig): string {
  return [
    'server_name: "countersign"',
    'host: "127.0.0.1"',
    `port: ${port}`,
    `ports_file_dir: ${quote(portsFolderOf(folder))}`,
    `jetstream { store_dir: ${quote(storeFolderOf(folder))} }`,
    `authorization { user: ${quote(user)}, password: ${quote(password)} }`,
    '',
  ].join('\n');
}

/** A string of NATS's configuration language, whose escapes are a part of JSON's. */
function quote(text: string): string {
  return JSON.stringify(text);
}
