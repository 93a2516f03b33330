import { DOT, LETTER_E, MINUS, NINE, PLUS, ZERO } from './character-codes.ts';
import { refuseJson } from './malformed-json.ts';

/** This bit makes a Latin letter lower case: `E` becomes `e`. */
const LOWER_CASE = 32;
/** The largest double has 309 digits; nobody has a reason to write more. */
const longest = 320;
/** Fewer digits are always below 2^53. */
const surelySafe = 15;

export const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

function endOfDigits(text: string, start: number): number {
  let at = start;
  while (isDigit(text.charCodeAt(at))) {
    at += 1;
  }
  return at > start ? at : refuseJson('No digit where a number goes on', at);
}

/** The position behind the number that begins at `start` with a digit or `-`. `keepsText`: see ScanLimits. */
export function endOfNumber(text: string, start: number, keepsText: boolean): number {
  let at = text.charCodeAt(start) === MINUS ? start + 1 : start;
  at = text.charCodeAt(at) === ZERO ? at + 1 : endOfDigits(text, at);
  const endOfInteger = at;
  if (text.charCodeAt(at) === DOT) {
    at = endOfDigits(text, at + 1);
  }
  const endOfFraction = at;
  if ((text.charCodeAt(at) | LOWER_CASE) === LETTER_E) {
    const sign = text.charCodeAt(at + 1);
    at = endOfDigits(text, sign === PLUS || sign === MINUS ? at + 2 : at + 1);
  }
  if (at === endOfInteger) {
    refuseOtherInteger(text, start, at, keepsText);
  } else if (at > endOfFraction || at - start > longest) {
    refuseOtherFloat(text.slice(start, at), endOfFraction - start, start);
  }
  return at;
}

function refuseOtherInteger(text: string, start: number, end: number, keepsText: boolean): void {
  if (end - start <= surelySafe) {
    if (end - start === 2 && text.charCodeAt(start) === MINUS && text.charCodeAt(start + 1) === ZERO) {
      refuseJson('A zero with a sign', start);
    }
    return;
  }
  const value = Number(text.slice(start, end));
  if (!Number.isFinite(value)) refuseJson('A number that is too large', start);
  if (!keepsText && !Number.isSafeInteger(value)) refuseJson('An integer beyond 2^53', start);
}

/** `digits`: how many characters stand before the exponent. */
function refuseOtherFloat(lexeme: string, digits: number, start: number): void {
  const value = Number(lexeme);
  if (!Number.isFinite(value)) refuseJson('A number that is too large', start);
  if (lexeme.length > longest) refuseJson(`A number of more than ${longest} characters`, start);
  if (value === 0 && /[1-9]/.test(lexeme.slice(0, digits))) refuseJson('A number that is too small', start);
}
