import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findProgram } from '../processes/find-program.ts';

export interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

/**
 * Who runs PostgreSQL and NATS when we are root, since PostgreSQL refuses to run as root: `postgres` if the machine has
 * one, else a system user that cannot log in. Undefined for an ordinary user: then everything runs as that user.
 */
export function systemUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return findUser('postgres') ?? findUser('countersign') ?? createUser('countersign');
}

function createUser(name: string): SystemUser {
  const useradd = findProgram('useradd');
  if (!useradd)
    throw new Error(
      `PostgreSQL does not run as root, and this machine has no useradd: create the user "${name}" or start as an ordinary user.`,
    );
  const args = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name];
  try {
    execFileSync(useradd, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const made = findUser(name); // by a start in another clone, at the same moment
    if (made) return made;
    throw new Error(`could not create the system user "${name}" that runs PostgreSQL`, { cause: error });
  }
  const made = findUser(name);
  if (!made) throw new Error(`useradd made no user "${name}"`);
  return made;
}

function findUser(name: string): SystemUser | undefined {
  return parsePasswd(readFileSync('/etc/passwd', 'utf8')).find((user) => user.name === name);
}

/** The users of a passwd(5) file. */
export function parsePasswd(text: string): SystemUser[] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 7)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}
