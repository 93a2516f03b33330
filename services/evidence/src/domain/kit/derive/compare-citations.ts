/** The order of the rule is that of its characters, but for the roman numerals: (i), (ii), (iii), (iv), (v). */
const numerals = ['(i)', '(ii)', '(iii)', '(iv)', '(v)'];
const sortable = (citation: string) =>
  citation.replaceAll(/\([ivx]+\)/g, (numeral) => `(${numerals.indexOf(numeral) + 1})`);

export function compareCitations(left: string, right: string): number {
  const [a, b] = [sortable(left), sortable(right)];
  if (a !== b) return a < b ? -1 : 1;
  return left < right ? -1 : left > right ? 1 : 0;
}
