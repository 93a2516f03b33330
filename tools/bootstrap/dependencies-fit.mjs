import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from './paths.mjs';

/** Inside node_modules and written last: a deleted or half-made folder has none and is made anew. */
const stampFile = join(paths.modules, '.countersign-stamp');

/** Whether node_modules is what the lock file asks for on this platform. */
export function dependenciesFit() {
  if (!existsSync(paths.node)) return false;
  if (readText(stampFile) === wantedStamp()) return true;
  if (!wasInstalledFromThisLock()) return false;
  stampDependencies(); // somebody ran npm ci by hand
  return true;
}

export function stampDependencies() {
  writeFileSync(stampFile, wantedStamp());
}

/** package.json files do not count: npm ci refuses a lock file that does not agree with them. */
function wantedStamp() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['package-lock.json', '.npmrc']) hash.update(readText(join(paths.clone, file)));
  return hash.digest('hex');
}

/** npm notes what it installed when it is done, in the form of the lock file. */
function wasInstalledFromThisLock() {
  const installed = readJson(join(paths.modules, '.package-lock.json')).packages ?? {};
  const wanted = readJson(join(paths.clone, 'package-lock.json')).packages ?? {};
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') || entry.link || !suitsPlatform(entry)) return true;
    const found = installed[path];
    return found ? found.version === entry.version && found.integrity === entry.integrity : isDispensable(entry);
  });
}

function suitsPlatform({ os = [process.platform], cpu = [process.arch] }) {
  return os.includes(process.platform) && cpu.includes(process.arch);
}

/** Optional packages without a platform of their own (or for another libc) may be missing for good reasons. */
function isDispensable({ optional, os, libc }) {
  return optional === true && (os === undefined || libc !== undefined);
}

function readJson(file) {
  try {
    return JSON.parse(readText(file));
  } catch {
    return {};
  }
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
