import { refuseJson } from './malformed-json.ts';

const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const LETTER_E = 101;
/** This bit makes a Latin letter lower case: `E` becomes `e`. */
const LOWER_CASE = 32;

export const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

function endOfDigits(text: string, start: number): number {
  let at = start;
  while (isDigit(text.charCodeAt(at))) {
    at += 1;
  }
  return at > start ? at : refuseJson('No digit where a number goes on', at);
}

/** The position behind the number that begins at `start` with a digit or `-`. */
export function endOfNumber(text: string, start: number): number {
  let at = text.charCodeAt(start) === MINUS ? start + 1 : start;
  at = text.charCodeAt(at) === ZERO ? at + 1 : endOfDigits(text, at);
  if (text.charCodeAt(at) === DOT) {
    at = endOfDigits(text, at + 1);
  }
  // Up to 300 digits without an exponent cannot reach 1.8e308.
  let mayOverflow = at - start > 300;
  if ((text.charCodeAt(at) | LOWER_CASE) === LETTER_E) {
    mayOverflow = true;
    const sign = text.charCodeAt(at + 1);
    at = endOfDigits(text, sign === PLUS || sign === MINUS ? at + 2 : at + 1);
  }
  if (mayOverflow && !Number.isFinite(Number(text.slice(start, at)))) {
    refuseJson('A number that is too large', start);
  }
  return at;
}
