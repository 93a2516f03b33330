import { type CommandProcess, runCommand } from './command/run-command.ts';
import type { PageDocument } from './page/page-document.ts';
import { startPage } from './page/start-page.ts';

/** Where both verify.mjs and verify.html begin: one bundle, which looks at where it is. */
const here = globalThis as unknown as { document?: PageDocument; process?: CommandProcess };

if (here.document !== undefined) startPage(here.document);
else if (here.process !== undefined) void runCommand(here.process);
