import { kitQuery, siteParams } from '@countersign/shared/contracts';
import { z } from 'zod';

const day = 86_400_000;
const daysAtMost = 400;

/** What a kit is about. At most 400 days: a year and what an audit is late. */
export const kitQuestion = z.object({ ...siteParams.shape, ...kitQuery.shape }).superRefine(({ from, to }, context) => {
  const length = Date.parse(to) - Date.parse(from);
  const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['to'], message });
  if (length <= 0) refuse('must lie after `from`');
  if (length > daysAtMost * day) refuse(`may lie ${daysAtMost} days after \`from\` at most`);
});

type KitQuestion = z.output<typeof kitQuestion>;

/** The name of the file: `countersign-<site>-<first day>-<last day>.zip`, days in UTC. */
export function nameOfKit({ site_id, from, to }: KitQuestion): string {
  const [first, last] = [from, to].map((time) => new Date(time).toISOString().slice(0, 10));
  // A site may hold a colon, a file name on every desk may not.
  return `countersign-${site_id.replaceAll(/[^\w.@-]/g, '_')}-${first}-${last}.zip`;
}
