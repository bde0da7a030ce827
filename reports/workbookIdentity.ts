// By what a workbook that comes back is known again.

/** What a workbook is, for the program that it comes back to. */
export interface WorkbookIdentity {
  /** Id of the database that it was made from. */
  project: string;
  run: string;
}
