/** Milliseconds since 1970 after which nobody waits for the answer any more. */
export const deadlineHeader = 'Countersign-Deadline';
