import { AppError } from '../kernel/index.ts';
import type { z } from 'zod';
import { descriptionOf, metaOf } from './describe-setting.ts';
import { readSettingFile } from './read-setting-file.ts';
import { judgeSecretFile } from './secret-file.ts';

/** Where settings come from: `process.env`, or a plain object in a test. */
export type Environment = Readonly<Record<string, string | undefined>>;

interface Complaint {
  name: string;
  text: string;
}

/** Empty counts as absent: `FOO: ${FOO:-}` in a compose file says "not set". */
const present = (value: string | undefined): value is string => value !== undefined && value !== '';

function readValues(shape: z.core.$ZodShape, env: Environment, complaints: Complaint[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of Object.keys(shape)) {
    const direct = env[name];
    const fileName = `${name}_FILE`;
    const path = Object.hasOwn(shape, fileName) ? undefined : env[fileName];
    if (present(direct) && present(path)) {
      complaints.push({ name, text: `set ${name} or ${fileName}, not both` });
    } else if (present(path)) {
      const file = readSettingFile(path);
      if (file.ok && metaOf(shape[name])?.['secret'] === true && judgeSecretFile(path) === 'writable') {
        complaints.push({
          name: fileName,
          text: 'names a file that everybody may write: whoever does chooses the secret',
        });
      } else if (file.ok) {
        values[name] = file.value;
      } else {
        complaints.push({ name: fileName, text: file.refusal });
      }
    } else if (present(direct)) {
      values[name] = direct;
    }
  }
  return values;
}

/** A message of Zod or of a schema's author, unless it repeats a value that was given. */
const withoutValues = (message: string, values: Record<string, string>): string =>
  Object.values(values).some((value) => value.length > 3 && message.includes(value)) ? 'is not acceptable' : message;

function complaintOf(issue: z.core.$ZodIssue, shape: z.core.$ZodShape, values: Record<string, string>): Complaint {
  const name = String(issue.path[0] ?? 'settings');
  if (issue.path.length === 0) {
    return { name, text: withoutValues(issue.message, values) };
  }
  const state = Object.hasOwn(values, name) ? 'is not acceptable' : 'is missing';
  const wanted = descriptionOf(shape[name]);
  const own = issue.code === 'custom' ? `; ${withoutValues(issue.message, values)}` : '';
  return { name, text: `${state}${wanted === undefined ? '' : `; wanted: ${wanted}`}${own}` };
}

function refuse(complaints: Complaint[]): never {
  const lines = complaints.map(({ name, text }) => `  ${name}: ${text}`);
  throw new AppError('CONFIG.INVALID', 'invalid', `Some settings are wrong:\n${lines.join('\n')}`, {
    details: { variables: [...new Set(complaints.map(({ name }) => name))] },
  });
}

/**
 * The settings of a process, checked and typed. Each variable may also come from the file that `<NAME>_FILE` names
 * (trimmed); an empty variable counts as absent; variables that the schema does not know are ignored.
 *
 * @throws AppError `CONFIG.INVALID` naming every bad variable and what is wanted of it (its `.describe()`), never a value.
 */
export function loadConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: Environment = process.env,
): Readonly<z.output<Schema>> {
  const complaints: Complaint[] = [];
  const values = readValues(schema.shape, env, complaints);
  const unreadable = new Set(complaints.map(({ name }) => name.replace(/_FILE$/, '')));
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      if (!unreadable.has(String(issue.path[0]))) {
        complaints.push(complaintOf(issue, schema.shape, values));
      }
    }
  }
  if (!parsed.success || complaints.length > 0) {
    return refuse(complaints);
  }
  return Object.freeze(parsed.data);
}
