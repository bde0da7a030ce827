// Every secret that this process was given, so that the log can refuse to print any of them, wherever they turn up.
import { readFileSync } from 'node:fs';
import type { Config } from './model.ts';

const SECRET_SETTING = /password|token$|secret|key$/i;

/** Values of at least four characters; shorter ones would blot out ordinary words. */
export function knownSecrets(config: Config, env: NodeJS.ProcessEnv): string[] {
  const found = [
    env['TIEOUT_KEY'],
    env['PGPASSWORD'],
    ...passwordOf(config.databaseUrl),
    ...passwordOf(config.ownerUrl),
  ];
  for (const { settings, folders } of config.erps.values()) {
    for (const [key, value] of Object.entries(settings)) if (SECRET_SETTING.test(key)) found.push(value);
    for (const [key, file] of Object.entries(folders)) if (key.endsWith('File')) found.push(readSecret(file));
  }
  for (const { secretFile } of config.webhooks.values())
    found.push(
      ...(readSecret(secretFile)
        ?.split('\n')
        .map((line) => line.trim()) ?? []),
    );
  return [...new Set(found.flatMap((text) => (text === undefined || text.length < 4 ? [] : [text])))];
}

function passwordOf(url: string | undefined): string[] {
  const coded = url === undefined ? undefined : /^[a-z]+:\/\/[^:@/]*:([^@]*)@/i.exec(url)?.[1];
  if (coded === undefined) return [];
  try {
    return [coded, decodeURIComponent(coded)];
  } catch {
    return [coded];
  }
}

/** A file that cannot be read holds nothing that could leak; its adapter reports it. */
function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
