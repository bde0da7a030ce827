// The port of the worker's health and metrics pages: TIEOUT_HTTP_PORT, since it belongs to the machine, not to the books.
import { UserError } from '../errors.ts';

/** 0 (any free port) unless told. */
export function httpPort(env: NodeJS.ProcessEnv): number {
  const text = env['TIEOUT_HTTP_PORT'] ?? '';
  if (text === '') return 0;
  if (/^\d{1,5}$/.test(text) && Number(text) < 65536) return Number(text);
  throw new UserError({ where: 'TIEOUT_HTTP_PORT', what: 'not a port', expected: '0 to 65535', found: text });
}
