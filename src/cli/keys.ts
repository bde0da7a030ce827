// `keys add`, `keys list` and `keys revoke`: what senders of events prove themselves with. The key goes to standard output
// once and nowhere else.
import { addSenderKey, listKeys, revokeSenderKey } from '../../jobs/administration/senderKeys.ts';
import type { ListedSenderKey } from '../../jobs/administration/senderKeys.ts';
import type { SenderScopes } from '../db/senderKeys.ts';
import { UserError } from '../errors.ts';
import { SHIPMENT } from '../events/shipment.ts';
import { ACTOR_OPTIONS, actorOf } from './actor.ts';
import type { Command, CommandContext } from './command.ts';
import { textOption } from './command.ts';
import { type TableColumn, tableLines } from './table.ts';
import { daysOf, oneName } from './users.ts';
import { withDatabase } from './withDatabase.ts';

export const keysAdd: Command = {
  name: 'keys add',
  words: 'NAME',
  summary: 'gives a sender of events a key for HTTP and shows it once',
  options: {
    events: {
      type: 'string',
      value: 'NAME',
      says: 'may bring events of these sources, with commas between them; * for any',
      example: '/oms/us',
    },
    types: {
      type: 'string',
      value: 'NAME',
      says: 'only of these types, with commas between them; without it of any',
      example: SHIPMENT.type,
    },
    companies: {
      type: 'string',
      value: 'COMPANY',
      says: 'only of these companies, with commas between them; without it of any',
      example: 'US01,DE01',
    },
    read: { type: 'boolean', says: 'may ask what became of events, and read metrics and schemas' },
    days: { type: 'string', value: 'N', says: 'how long the key is valid', example: '365' },
    ...ACTOR_OPTIONS,
  },
  async run(context) {
    const sender = oneName(context, keysAdd);
    const days = daysOf(context);
    const scopes = scopesOf(context);
    const added = await withDatabase(context, async ({ db }) =>
      addSenderKey(db, {
        sender,
        scopes,
        by: await actorOf(context, db),
        now: context.clock(),
        ...(days === undefined ? {} : { days }),
      }),
    );
    if (context.json) context.print(JSON.stringify(added));
    else {
      const until = added.expiresAt === null ? 'until it is revoked' : `until ${added.expiresAt}`;
      context.note(`${sender} ${inWords(scopes)}. The key ${added.keyId}, shown once, valid ${until}:`);
      context.print(added.key);
    }
    return 0;
  },
};

function scopesOf(context: CommandContext): SenderScopes {
  const listed = (name: string): string[] =>
    (textOption(context, name) ?? '')
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '');
  const sources = listed('events');
  const types = listed('types');
  if (types.length > 0 && sources.length === 0)
    throw new UserError({
      where: '--types',
      what: 'types of events are given, and no source',
      expected: '--events SOURCE,...',
    });
  return {
    ...(sources.length === 0 ? {} : { events: { sources: sources.filter((one) => one !== '*'), types } }),
    ...(context.options['read'] === true ? { read: true } : {}),
    companies: listed('companies'),
  };
}

/** `may bring events of /oms/us (any type) of US01, and read`. */
function inWords({ events, read, companies }: SenderScopes): string {
  const any = (list: readonly string[], what: string): string =>
    list.length === 0 ? `any ${what}` : list.join(', ');
  const brings =
    events === undefined
      ? []
      : [`may bring events of ${any(events.sources, 'source')}, ${any(events.types, 'type')}`];
  return `${[...brings, ...(read === true ? ['may read'] : [])].join(' and ')}, for ${any(companies, 'company')}`;
}

const COLUMNS: readonly TableColumn[] = [
  { key: 'keyId', title: 'key' },
  { key: 'sender', title: 'sender' },
  { key: 'may', title: 'scopes' },
  { key: 'createdAt', title: 'since' },
  { key: 'usedAt', title: 'last used' },
  { key: 'ends', title: 'ends' },
];

export const keysList: Command = {
  name: 'keys list',
  words: '',
  summary: 'keys of senders: what each may do, when it was last used, when it ends; no key itself',
  async run(context) {
    const keys = await withDatabase(context, ({ db }) => listKeys(db, context.clock()));
    if (context.json) for (const key of keys) context.print(JSON.stringify(key));
    else if (keys.length === 0) context.print('No keys.');
    else for (const line of tableLines(COLUMNS, keys.map(row))) context.print(line);
    return 0;
  },
};

function row(key: ListedSenderKey): Record<string, string> {
  const { keyId, sender, createdAt } = key;
  const ended = key.revokedAt === null ? (key.expiresAt ?? '') : `revoked ${key.revokedAt}`;
  return { keyId, sender, createdAt, may: inWords(key.scopes), usedAt: key.usedAt ?? 'never', ends: ended };
}

export const keysRevoke: Command = {
  name: 'keys revoke',
  words: 'ID',
  summary: 'ends a key; running servers notice within two seconds',
  options: ACTOR_OPTIONS,
  async run(context) {
    const beginning = oneName(context, keysRevoke);
    const keyId = await withDatabase(context, async ({ db }) =>
      revokeSenderKey(db, { beginning, by: await actorOf(context, db), now: context.clock() }),
    );
    context.print(context.json ? JSON.stringify({ revoked: keyId }) : `The key ${keyId} is revoked.`);
    return 0;
  },
};
