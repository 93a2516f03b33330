/** The names that follow from `<owner>.<event>[.v<N>]`. */
export interface EventName {
  owner: string;
  /** `orders.paused.v1` */
  subject: string;
  /** `order-paused`, with `-v2` behind it from the second version on. */
  file: string;
  /** `orderPaused`: the schema. */
  schema: string;
  /** `OrderPaused`: the type. */
  type: string;
  /** `paused_at`: when it happened. */
  instant: string;
}

/** Reads an event's name; throws an Error that says what is wrong with it. */
export function parseEventName(text: string, owners: readonly string[]): EventName {
  const [owner = '', event = '', version = 'v1', ...rest] = text.split('.');
  if (!owners.includes(owner))
    throw new Error(`"${text}": the first part is the service that owns it: ${owners.join(', ')}`);
  if (!/^[a-z]+(-[a-z]+)*$/.test(event))
    throw new Error(`"${text}": the second part says what happened, in kebab-case: ${owner}.paused`);
  if (!/^v[1-9]\d?$/.test(version) || rest.length > 0)
    throw new Error(`"${text}": the third part, if any, is a version: v2`);
  const subject = owner.replace(/s$/, '');
  const file = `${subject}-${event}${version === 'v1' ? '' : `-${version}`}`;
  const schema = file.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return {
    owner,
    subject: `${owner}.${event}.${version}`,
    file,
    schema,
    type: schema.charAt(0).toUpperCase() + schema.slice(1),
    instant: `${event.split('-').at(-1)}_at`,
  };
}
