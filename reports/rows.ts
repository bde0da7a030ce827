// Rows of a report: a list, or read from the database while they are written.

/** Rows that may be too many to hold: delivered one after another, in the order of the sheet. */
export type Rows<T> = Iterable<T> | AsyncIterable<T>;
