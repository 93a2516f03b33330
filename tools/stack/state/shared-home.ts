/** Where root keeps what must not lie in the clone: data that the system user owns, and PostgreSQL's binaries. */
export const sharedHome = '/var/lib/countersign';
