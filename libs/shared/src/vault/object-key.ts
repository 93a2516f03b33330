import { AppError } from '../kernel/index.ts';

const part = /^[A-Za-z0-9_][A-Za-z0-9._:@=-]{0,254}$/;
const prefixEnd = /^(?:[A-Za-z0-9_][A-Za-z0-9._:@=-]{0,254})?$/;
const maxLength = 900;

/** Throws AppError `VAULT.BAD_KEY` (invalid) unless the key fits the rule at `VaultObject.key`. */
export function assertObjectKey(key: string): void {
  if (key.length > maxLength || !key.split('/').every((name) => part.test(name))) throw badKey();
}

/** The same for the beginning of a key, which may be empty or end anywhere. */
export function assertKeyPrefix(prefix: string): void {
  const parts = prefix.split('/');
  const last = parts.pop()!;
  if (prefix.length > maxLength || !prefixEnd.test(last) || !parts.every((name) => part.test(name))) throw badKey();
}

// The key itself stays out: it came from outside and may be anything.
const badKey = (): AppError =>
  new AppError(
    'VAULT.BAD_KEY',
    'invalid',
    'A vault key is 1 to 900 characters: parts of A-Z a-z 0-9 . _ : @ = - joined by /, each beginning with a letter, digit or _.',
  );
