/** What may be painted. */
export type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan';
export type Paint = (colour: Colour, text: string) => string;

const codes: Record<Colour, number> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
};

/** Colours for a terminal, unless https://no-color.org says no; plain text for everything else. */
export function paintFor(stream: { isTTY?: boolean }, env: Readonly<Record<string, string | undefined>>): Paint {
  const isColourful = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return (colour, text) => (isColourful ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text);
}
