import { runCommand } from './run-command.ts';
import { commands, openSurroundings } from './surroundings.ts';

/** `npm run ledger`: gives the command of the evidence service what it needs of this clone's system, and runs it. */
const args = process.argv.slice(2);
const command = args.includes('--help') ? undefined : commands.find((name) => args.includes(name));

try {
  const { environment, close } = await openSurroundings(command, process.env);
  try {
    process.exitCode = await runCommand(args, environment);
  } finally {
    await close();
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
