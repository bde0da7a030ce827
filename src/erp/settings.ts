// Reads the settings of one entry under `erps:`, key by key, so that each adapter states what it knows and refuses the
// rest by name. Secrets come as `${ENV_NAME}` (filled in when tieout.yaml was read) or from a file named `<key>File`.
import { readFileSync } from 'node:fs';
import { UserError } from '../errors.ts';

/** One entry under `erps:` as config hands it over: folders absolute, everything else as text. */
export interface ErpEntry {
  readonly name: string;
  readonly folders: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
}

/** The settings of one ERP, taken out one by one; `finish` refuses what nobody took. */
export interface SettingReader {
  /** @throws UserError where it is missing or empty */
  text(key: string): string;
  optional(key: string, otherwise: string): string;
  /** One of the words given. */
  choice<T extends string>(key: string, words: readonly T[], otherwise: T): T;
  /** A whole number, not negative. */
  count(key: string, otherwise: number): number;
  /** `US01=1, EU01=2` as a map; empty where absent. */
  pairs(key: string): ReadonlyMap<string, string>;
  /** The secret under `key`, or in the file named by `<key>File`; '' only where `required` is false. */
  secret(key: string, required?: boolean): string;
  /** An absolute folder. */
  folder(key: string): string;
  /** A web address without a user in it. */
  url(key: string): string;
  finish(): void;
}

export function settingReader(erp: ErpEntry): SettingReader {
  const where = `tieout.yaml, erps.${erp.name}`;
  const taken = new Set<string>();
  const raw = (key: string): string => {
    taken.add(key);
    return erp.settings[key] ?? '';
  };
  const missing = (key: string, what: string): never => {
    throw new UserError({
      where,
      what: `"${key}" is missing`,
      expected: what,
      todo: `add "${key}" to the entry`,
    });
  };
  const wrong = (key: string, expected: string, found: string): never => {
    throw new UserError({ where: `${where}.${key}`, what: 'bad value', expected, found });
  };
  const fileOf = (key: string): string => {
    taken.add(key);
    return erp.folders[key] ?? erp.settings[key] ?? '';
  };
  const reader: SettingReader = {
    text: (key) => raw(key) || missing(key, 'text'),
    optional: (key, otherwise) => raw(key) || otherwise,
    choice: (key, words, otherwise) => {
      const text = raw(key) || otherwise;
      return words.find((word) => word === text) ?? wrong(key, words.join(' | '), text);
    },
    count: (key, otherwise) => {
      const text = raw(key);
      if (text === '') return otherwise;
      return /^\d{1,9}$/.test(text) ? Number(text) : wrong(key, 'a whole number', text);
    },
    pairs: (key) => readPairs(raw(key), (found) => wrong(key, 'CODE=VALUE, CODE=VALUE', found)),
    secret: (key, required = true) => {
      const value = raw(key);
      const file = fileOf(`${key}File`);
      if (value !== '') return value;
      if (file !== '') return readSecret(file, `${where}.${key}File`);
      return required ? missing(key, `\${ENV_NAME}, or "${key}File" with the file that holds it`) : '';
    },
    folder: (key) => fileOf(key) || missing(key, 'a folder'),
    url: (key) => {
      const text = reader.text(key);
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (url === undefined || !/^https?:$/.test(url.protocol)) return wrong(key, 'https://host/path', text);
      // A password in an address ends up in logs; the address is not printed here for the same reason.
      if (url.username !== '' || url.password !== '')
        return wrong(key, 'an address without user and password', '***');
      return text;
    },
    finish: () => {
      const unknown = [...Object.keys(erp.settings), ...Object.keys(erp.folders)].filter(
        (key) => !taken.has(key),
      );
      if (unknown.length === 0) return;
      throw new UserError({
        where,
        what: `unknown setting ${unknown.map((key) => `"${key}"`).join(', ')}`,
        expected: [...taken].filter((key) => !unknown.includes(key)).join(', '),
        todo: 'correct or remove it',
      });
    },
  };
  return reader;
}

function readPairs(text: string, wrong: (found: string) => never): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const part of text.split(/[,\n]/).map((piece) => piece.trim())) {
    if (part === '') continue;
    const at = part.indexOf('=');
    if (at < 1 || at === part.length - 1) wrong(part);
    pairs.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  return pairs;
}

function readSecret(file: string, where: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError({
      where,
      what: `cannot read the secret file ${file}`,
      found: (error as Error).message,
    });
  }
  // Editors end a file with a line break that is no part of the secret.
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') throw new UserError({ where, what: `the secret file ${file} is empty` });
  return secret;
}
