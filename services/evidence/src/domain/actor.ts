/** What an event says of whose doing it is, for those who look for it. */
export interface Actor {
  principalId: string | null;
  /** Name in the route catalogue. */
  route: string | null;
  errorCode: string | null;
}

/** Who acted is told by different names. `principal_id` is whom it concerns, so it comes last. */
const actors = ['changed_by', 'created_by', 'revoked_by', 'authorised_by', 'principal_id'];
const longest = 255;

/** A text that can be a column: PostgreSQL keeps no NUL, and an index no long one. */
function textIn(data: Record<string, unknown>, name: string): string | null {
  const value = data[name];
  return typeof value === 'string' && value.length <= longest && !value.includes('\0') ? value : null;
}

export function actorOf(data: object): Actor {
  const fields = data as Record<string, unknown>;
  const actor = actors.find((name) => textIn(fields, name) !== null);
  return {
    principalId: actor === undefined ? null : textIn(fields, actor),
    route: textIn(fields, 'route'),
    errorCode: textIn(fields, 'error_code'),
  };
}
