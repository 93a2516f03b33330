import { describe, expect, it } from 'vitest';
import { prefersText } from './prefers-text.ts';

describe('prefersText', () => {
  it.each([
    'text/plain',
    'text/plain; charset=utf-8',
    'TEXT/PLAIN',
    'text/*',
    'application/json;q=0.5, text/plain',
    'text/plain;q=0.9, */*;q=0.1',
  ])('is true for %s', (accept) => {
    expect(prefersText(accept)).toBe(true);
  });

  it.each([
    undefined,
    '',
    '*/*',
    'application/json',
    'text/html, */*;q=0.8',
    'text/plain, application/json',
    'text/plain;q=0.5, application/json',
    'text/plain;q=0',
    'text/plain;q=x',
    'text/plainer',
  ])('is false for %s', (accept) => {
    expect(prefersText(accept)).toBe(false);
  });
});
