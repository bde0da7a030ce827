// tieout.yaml and the environment, read once into a frozen Config. Everything wrong is reported together, each with file
// and line: a person who sets up a company should not have to find mistakes one by one.
import path from 'node:path';
import type { BusinessCalendar } from '../accounting/businessDays.ts';
import { UserError } from '../errors.ts';
import { deepFreeze } from '../rulebook/freeze.ts';
import type { Problems, YamlMap, YamlValue } from '../rulebook/yaml.ts';
import { problemsError, readYaml } from '../rulebook/yaml.ts';
import { readCalendar } from './calendars.ts';
import { readCompany } from './companies.ts';
import { readEvidence, readMateriality, readTeams } from './desk.ts';
import { readHttp, readWebhook } from './http.ts';
import { readStream } from './streams.ts';
import { readInboxes } from './inboxes.ts';
import type { Config, LogLevel } from './model.ts';
import { NO_RATES, readRates } from './rates.ts';
import { readErp, readLocation, readSchedule } from './sections.ts';
import { readSource } from './sources.ts';
import { readText } from './table.ts';

const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** What reading the sections needs besides their values. */
interface Reading {
  problems: Problems;
  /** A path of the file as an absolute one. */
  absolute: (relative: string) => string;
}

/**
 * Reads tieout.yaml.
 * @param file path of tieout.yaml, as the person gave it
 * @param env the process environment: `DATABASE_URL`, `TIEOUT_OWNER_URL`, and whatever the file names as `${NAME}`
 * @throws UserError with every problem found
 */
export function loadConfig(file: string, env: NodeJS.ProcessEnv): Config {
  const text = readText(file);
  if (text === undefined) {
    throw new UserError({
      where: file,
      what: 'there is no configuration',
      expected: 'a file tieout.yaml, here or where --config says',
      found: 'no such file',
      todo: 'run `tieout init DIR` to write one to start from, or give --config FILE',
    });
  }
  const problems: Problems = [];
  const root = readYaml(file, text, problems, (value, where) => expandEnv(value, where, env, problems));
  const map = root?.map('the keys of tieout.yaml');
  const folder = path.dirname(path.resolve(file));
  const reading = { problems, absolute: (relative: string) => path.resolve(folder, relative) };
  const config = map === undefined ? undefined : readSections(map, reading);
  if (config === undefined || problems.length > 0) throw problemsError(problems);
  const databaseUrl = databaseUrlOf(env, 'DATABASE_URL');
  const ownerUrl = databaseUrlOf(env, 'TIEOUT_OWNER_URL');
  return deepFreeze({
    ...config,
    file: path.resolve(file),
    folder,
    secretOf: (name: string) => env[name],
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(ownerUrl === undefined ? {} : { ownerUrl }),
  });
}

/** The server to use instead of the embedded one. What was found is not printed: it may hold a password. */
function databaseUrlOf(
  env: NodeJS.ProcessEnv,
  name: 'DATABASE_URL' | 'TIEOUT_OWNER_URL',
): string | undefined {
  const url = env[name] ?? '';
  if (url === '') return undefined;
  if (/^postgres(ql)?:\/\/\S+$/.test(url)) return url;
  throw new UserError({
    where: name,
    what: 'it does not name a PostgreSQL database',
    expected: 'postgres://user:password@host:port/database',
  });
}

function readSections(
  map: YamlMap,
  reading: Reading,
): Omit<Config, 'file' | 'folder' | 'secretOf'> | undefined {
  const { problems, absolute } = reading;
  const folderOf = (key: string, otherwise: string) => absolute(map.get(key)?.text('a path') ?? otherwise);
  const startDate = map.need('startDate', 'first accounting date that is reconciled, YYYY-MM-DD')?.date();
  const companies = eachOf(map.need('companies', 'CODE: { currency, timeZone, ... }'), readCompany);
  const erps = eachOf(map.get('erps'), (value) => readErp(value, absolute));
  if (problems.length === 0) {
    checkErpNames(map);
    checkCalendarNames(map);
  }
  const rates = map.get('rates')?.text('a path');
  const config = {
    project: map.get('project')?.text('a name, the same on every machine') ?? '',
    trustOwner: readTrustOwner(map.get('database')),
    demo: map.get('demo')?.flag() ?? false,
    dataDir: folderOf('dataDir', '.tieout'),
    rulebook: folderOf('rulebook', 'rulebook'),
    companies,
    locations: eachOf(map.get('locations'), readLocation),
    sources: eachOf(map.get('sources'), readSource),
    rates: rates === undefined ? NO_RATES : readRates(absolute(rates), rates, problems),
    calendars: eachOf(map.get('calendars'), (value) => readCalendarPath(value, reading)),
    erps,
    schedules: eachOf(map.get('schedules'), readSchedule),
    inboxes: readInboxes(map.get('inboxes'), absolute),
    reports: folderOf('reports', 'reports'),
    materiality: readMateriality(map.get('materiality'), companies),
    teams: readTeams(map.get('teams')),
    http: readHttp(map.get('http'), absolute),
    streams: eachOf(map.get('streams'), (value) => readStream(value, absolute)),
    webhooks: eachOf(map.get('webhooks'), (value) => readWebhook(value, absolute)),
    evidence: readEvidence(map.get('evidence'), absolute),
    log: { level: readLogLevel(map.get('log')) },
  };
  map.end();
  return startDate === undefined ? undefined : { ...config, startDate };
}

/** By the names as written: an ERP whose own settings are wrong is configured all the same. */
function checkErpNames(map: YamlMap): void {
  const known = [...(map.get('erps')?.map()?.entries.keys() ?? [])];
  for (const [code, company] of map.get('companies')?.map()?.entries ?? []) {
    const erp = company.map()?.entries.get('erp');
    const name = erp?.text();
    if (name === undefined || known.includes(name)) continue;
    erp?.refuse({
      what: `company ${code} names an ERP that is not configured`,
      expected: 'a name under erps',
      found: `${name}; erps holds ${known.join(', ') || 'none'}`,
    });
  }
}

function checkCalendarNames(map: YamlMap): void {
  const known = [...(map.get('calendars')?.map()?.entries.keys() ?? [])];
  for (const [source, entry] of map.get('sources')?.map()?.entries ?? []) {
    const calendar = entry.map()?.entries.get('expect')?.map()?.entries.get('calendar');
    const name = calendar?.text();
    if (name === undefined || known.includes(name)) continue;
    calendar?.refuse({
      what: `source ${source} names a calendar that is not configured`,
      expected: 'a name under calendars',
      found: `${name}; calendars holds ${known.join(', ') || 'none'}`,
    });
  }
}

/** A section `NAME: value`, read by name; what cannot be read is left out, its problem being noted. */
function eachOf<T>(
  section: YamlValue | undefined,
  read: (value: YamlValue) => T | undefined,
): ReadonlyMap<string, T> {
  const values = new Map<string, T>();
  for (const [name, value] of section?.map()?.entries ?? []) {
    const one = read(value);
    if (one !== undefined) values.set(name, one);
  }
  return values;
}

function readCalendarPath(value: YamlValue, { problems, absolute }: Reading): BusinessCalendar | undefined {
  const file = value.text('a path');
  return file === undefined ? undefined : readCalendar(absolute(file), file, problems);
}

function readTrustOwner(value: YamlValue | undefined): boolean {
  const map = value?.map('{ trustOwner: false }');
  const trusted = map?.get('trustOwner')?.flag();
  map?.end();
  return trusted ?? false;
}

function readLogLevel(value: YamlValue | undefined): LogLevel {
  const map = value?.map('{ level: info }');
  const level = map?.get('level')?.oneOf(LOG_LEVELS);
  map?.end();
  return level ?? 'info';
}

function expandEnv(text: string, where: string, env: NodeJS.ProcessEnv, problems: Problems): string {
  return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const value = env[name];
    if (value !== undefined) return value;
    const todo = `set ${name} before you start tieout`;
    problems.push({ where, what: `the environment has no variable ${name}`, todo });
    return '';
  });
}
