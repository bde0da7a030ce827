// How entities hold an instant: as UTC ISO text like everywhere else in the program; TypeORM itself would hand out a Date.
import type { ValueTransformer } from 'typeorm';

export const instant: ValueTransformer = {
  from: (value: Date | string | null) => (value instanceof Date ? value.toISOString() : value),
  to: (value: unknown) => value,
};
