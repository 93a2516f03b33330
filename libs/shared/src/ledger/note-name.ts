/**
 * Whether a text can be the name of a key (C2SP signed-note): not empty, no Unicode space, no plus, no ASCII control
 * character, well-formed.
 */
export const isKeyName = (name: string): boolean =>
  /^[!-\u{10ffff}]+$/u.test(name) && !/[\p{White_Space}\p{Surrogate}+]/u.test(name);
