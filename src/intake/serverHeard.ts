// A pause for whoever reads a file while the server works on what was read.
import { promisify } from 'node:util';

/**
 * Lets the answers of the server come in, and what waits for it go out. To be awaited often while a file is read: where a
 * whole block of it was read at a stretch, server and reader waited for each other a third of their time.
 */
export const serverHeard = promisify(setImmediate);
