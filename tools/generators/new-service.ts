// Usage: npm run new:service -- billing. Writes a service of the house's shape and enters it into every list, in the current folder's tree.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { services } from '@countersign/shared/contracts';
import { checkServiceName, registers } from './register-service.ts';
import { serviceFiles } from './service-files.ts';

function createService(name: string): string {
  checkServiceName(name, services);
  const changed = Object.entries(registers).map(
    ([file, enter]) => [file, enter(readFileSync(file, 'utf8'), name)] as const,
  );
  for (const [file, text] of Object.entries({
    ...serviceFiles(name),
    'tsconfig.json': readFileSync('services/runbooks/tsconfig.json', 'utf8'),
  })) {
    const path = `services/${name}/${file}`;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx' });
  }
  for (const [file, text] of changed) writeFileSync(file, text);
  return `wrote services/${name} and entered it into ${changed.map(([file]) => file).join(', ')}. Next:
  1. npm install: links the new package and enters it into package-lock.json
  2. npm run new:event -- ${name}.<what-happened>, then domain, handler, persistence/migrations
  3. docker-compose.yml and Dockerfile: a target and an entry like those of runbooks, ${name.toUpperCase()}_DATABASE_URL for tools/migrate.ts
  4. npm run docs && npm run check`;
}

try {
  console.log(createService(process.argv[2] ?? ''));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
