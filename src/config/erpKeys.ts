// Which keys each ERP adapter takes in tieout.yaml. Here, because only config reads that file and knows its folder; what
// the values mean is the adapter's own (its `settings` parser), and a test holds this table against those parsers.

export interface ErpKeys {
  /** Folders that must be given; they become absolute. */
  readonly folders: readonly string[];
  /** Files that hold a secret: optional, they become absolute. */
  readonly files: readonly string[];
  /** Everything else: optional here, text. A mapping `{ US01: 1 }` becomes `US01=1`. */
  readonly settings: readonly string[];
}

const AUTH = [
  'auth',
  'user',
  'password',
  'token',
  'tokenUrl',
  'clientId',
  'clientSecret',
  'scope',
  'privateKey',
  'certificateId',
];
const AUTH_FILES = ['passwordFile', 'tokenFile', 'clientSecretFile', 'privateKeyFile'];

export const ERP_KEYS: Readonly<Record<string, ErpKeys>> = {
  'business-central': {
    folders: [],
    files: AUTH_FILES,
    settings: ['url', 'companies', 'locationDimension', 'dimensionDimension', 'lookLagSeconds', ...AUTH],
  },
  'dynamics-finance': {
    folders: ['outbox', 'archive'],
    files: [],
    settings: ['company', 'journalName', 'segments'],
  },
  'file-drop': { folders: ['outbox', 'archive'], files: [], settings: [] },
  netsuite: {
    folders: [],
    files: AUTH_FILES,
    settings: ['url', 'companies', 'locationField', 'dimensionField', 'mode', 'lookLagSeconds', ...AUTH],
  },
  odoo: {
    folders: [],
    files: ['apiKeyFile'],
    settings: [
      'url',
      'database',
      'user',
      'apiKey',
      'protocol',
      'companies',
      'journal',
      'locationPlan',
      'dimensionPlan',
      'lockFields',
    ],
  },
  'oracle-fbdi': {
    folders: ['outbox', 'archive'],
    files: [],
    settings: ['ledgers', 'companySegments', 'source', 'category', 'segments', 'emptySegment'],
  },
  s4hana: {
    folders: [],
    files: AUTH_FILES,
    settings: [
      'url',
      'mode',
      'path',
      'createdBy',
      'documentType',
      'padAccounts',
      'dimensionField',
      'chartOfAccounts',
      'lookLagSeconds',
      ...AUTH,
    ],
  },
  tryton: {
    folders: [],
    files: ['passwordFile'],
    settings: [
      'url',
      'database',
      'user',
      'password',
      'companies',
      'journal',
      'locationRoot',
      'dimensionRoot',
      'party',
      'unique',
    ],
  },
};
