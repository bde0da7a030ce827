// The version of the engine, as results and logs name it; a test holds it against package.json.

/** Semantic version of this package. */
export const VERSION = '0.1.0';
