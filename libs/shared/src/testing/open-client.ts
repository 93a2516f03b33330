import pg from 'pg';

/** A connection of a test's own; whoever opens it ends it. */
export async function openClient(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}
