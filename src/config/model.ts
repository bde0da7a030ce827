// What tieout.yaml says, once it has been read and checked: frozen, typed, every path absolute. Other rooms take what
// they need from here as arguments; none of them reads a file or the environment for settings.
import type { BusinessCalendar } from '../accounting/businessDays.ts';
import type { FiscalCalendar } from '../accounting/fiscalPeriod.ts';
import type { IsoDate } from '../accounting/dates.ts';
import type { Decimal } from '../money/decimal.ts';
import type { BrakeSettings } from '../posting/brakes.ts';

/** How far a journal may go by itself: seen only, proposed for approval, or posted under the limits. */
export type RolloutMode = 'observe' | 'propose' | 'post';

/** A narrower roll-out mode: applies where every field given agrees; the first that fits wins. */
export interface RolloutRule {
  readonly region?: string;
  readonly brand?: string;
  readonly location?: string;
  /** Names in accounts.yaml; fits a journal that touches any of them. */
  readonly accounts?: readonly string[];
  readonly mode: RolloutMode;
}

export interface Rollout {
  readonly default: RolloutMode;
  readonly where: readonly RolloutRule[];
}

export type ClosedPeriodPolicy = 'refuse' | 'nextOpen' | 'accrue';

/** What happens to an entry whose period is closed; narrower by accounts, the first that fits wins. */
export interface ClosedPeriods {
  readonly default: ClosedPeriodPolicy;
  readonly where: readonly { readonly accounts: readonly string[]; readonly policy: ClosedPeriodPolicy }[];
}

/** In company currency; above one of them a journal needs a second person. Absent: no limit of that kind. */
export interface Limits {
  readonly journal?: Decimal;
  readonly accountPerDay?: Decimal;
  readonly accountPerPeriod?: Decimal;
}

export interface Company {
  readonly code: string;
  /** ISO 4217. */
  readonly currency: string;
  /** IANA zone. */
  readonly timeZone: string;
  readonly fiscalCalendar: FiscalCalendar;
  readonly inventoryMethod: 'cost' | 'retail';
  /** `erp`: sales and refunds come without cost, the ERP values them; rules over their cost derive nothing. */
  readonly costOfSales?: 'events' | 'erp';
  /** A tax engine's assessments are in use from this business date on; captured tax waits on the clearing account. */
  readonly taxAssessed?: { readonly since: IsoDate; /** Name in accounts.yaml. */ readonly clearing: string };
  readonly rollout: Rollout;
  readonly limits: Limits;
  readonly closedPeriods: ClosedPeriods;
  /** In company currency; an accepted difference above it needs a second person. Absent: none does. */
  readonly acceptLimit?: Decimal;
  /** One journal per event, or per company, day, currency and posting rule. */
  readonly journals: 'detail' | 'summary';
  /** When proposing and sending stop until a person lets go. */
  readonly brakes: BrakeSettings;
  /** Name among `erps`; absent: nothing can be posted. */
  readonly erp?: string;
}

export interface LocationSetting {
  /** Absent: the company's. */
  readonly timeZone?: string;
  /** `HH:MM`, local; business before it belongs to the day before. */
  readonly dayEnds?: string;
}

/** Where and when a source's word counts over others'; absent fields take all. */
export interface Authority {
  readonly locations?: readonly string[];
  readonly from?: IsoDate;
  readonly to?: IsoDate;
}

/** A sender of events, by its CloudEvents `source`. */
export interface Source {
  readonly name: string;
  readonly owner: string;
  /** Event types that it may send; empty: any. */
  readonly types: readonly string[];
  /** Places that it may speak of; empty: any. */
  readonly locations: readonly string[];
  /** Empty: nowhere authoritative. */
  readonly authoritative: readonly Authority[];
  /** Whom to ask about it. */
  readonly contact?: string;
  /** Days on which each of `locations` is expected to sell, and until when its day must be complete. */
  readonly expect?: StoreDaysExpected;
  /** Set where its store-days can be complete: the day close names the receipts of each till. */
  readonly complete?: 'dayClose';
  /** Lines of an incomplete store-day wait so many days after it; absent: they do not wait. */
  readonly holdAtMost?: number;
}

/** The rhythm of a source's stores. */
export interface StoreDaysExpected {
  /** `HH:MM` of the day after, local to the store. */
  readonly by: string;
  /** First business day; absent: the start of the project. */
  readonly since?: IsoDate;
  /** Weekdays on which they open, 0 is Sunday; absent: all. */
  readonly weekdays?: ReadonlySet<number>;
  /** Their holidays. */
  readonly calendar?: string;
}

/** An ERP that journals go to; `adapter` decides which of the other fields it has. */
export interface ErpSetting {
  readonly name: string;
  readonly adapter: string;
  /** Absolute folder paths, by key (`outbox`, `archive`). */
  readonly folders: Readonly<Record<string, string>>;
  /** Other settings of the adapter, by key, as text. */
  readonly settings: Readonly<Record<string, string>>;
}

export type ScheduledJob = 'ingest' | 'reconcile' | 'post' | 'report';

export interface Schedule {
  readonly name: string;
  readonly jobs: readonly ScheduledJob[];
  /** `HH:MM`, local in `timeZone`. */
  readonly at: string;
  readonly timeZone: string;
  /** Missed slots that are run at start: every one, only the newest, or none. */
  readonly catchUp: 'all' | 'latest' | 'none';
}

/** Exchange rates of the configured file. */
export interface RateTable {
  /** Rate text of one unit of `from` in `to`, the latest on or before `day`; undefined where there is none. */
  rate(from: string, to: string, day: IsoDate, type?: string): string | undefined;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** A folder that files are taken from. */
export interface InboxSetting {
  readonly folder: string;
  /** A ledger extract without its control file waits for it. */
  readonly requireControl: boolean;
  /** How long a file must not have changed before it is taken; absent: two ticks of the worker. */
  readonly settledMs?: number;
}

/** Files of a folder that a feed reads; of several that fit a file the first counts. */
export interface FeedBinding {
  readonly folder: string;
  /** Fits their names: `settlement_*.csv`. */
  readonly files: RegExp;
  readonly feed: string;
  readonly set: ReadonlyMap<string, string>;
  /** What becomes of a file that was taken. */
  readonly done: 'keep' | 'delete';
  /** How long files that are taken together wait for each other. */
  readonly waitMs: number;
}

/** How the program listens for events and shows its pages. */
export interface HttpSetting {
  /** Absent: TIEOUT_HTTP_PORT, else any free one. */
  readonly port?: number;
  readonly host: string;
  /** Names that clients may have written into the URL, without port. */
  readonly hosts: readonly string[];
  /** Files of the certificate chain and its key, PEM; absent: no TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

export type WebhookScheme = 'standard' | 'shopify' | 'stripe' | 'generic';

/** A source that signs what it sends instead of having a key. */
export interface Webhook {
  readonly name: string;
  readonly scheme: WebhookScheme;
  /** One secret a line; several while they are changed. */
  readonly secretFile: string;
  /** The only source whose events it may bring. */
  readonly source: string;
}

/** A JetStream stream that events are read from. */
export interface StreamSetting {
  readonly name: string;
  /** `host:port`. */
  readonly servers: readonly string[];
  readonly stream: string;
  readonly subject: string;
  /** Name of our durable consumer. */
  readonly durable: string;
  /** What it may carry; others are quarantined. */
  readonly sources: readonly string[];
  readonly credsFile?: string;
  readonly nkeyFile?: string;
  /** File of the authority's certificate; absent: no TLS unless the server asks for it. */
  readonly tls?: string;
}

/** The whole of tieout.yaml and of what the environment adds. */
export interface Config {
  /** Absolute path of tieout.yaml. */
  readonly file: string;
  /** Its folder: what relative paths are relative to. */
  readonly folder: string;
  /** Name of the project, entered in its database: another one's is refused. '' where none is given. */
  readonly project: string;
  /** Invented business: the console may be entered by a link that works once, as an auditor, from this machine. */
  readonly demo: boolean;
  /** What the environment holds under a name: secrets that feeds may name and never see. */
  readonly secretOf?: (name: string) => string | undefined;
  readonly dataDir: string;
  /** `DATABASE_URL`; absent: the embedded database under `dataDir`. */
  readonly databaseUrl?: string;
  /** `TIEOUT_OWNER_URL`: the owner's login, for `migrate` and `restore` alone. */
  readonly ownerUrl?: string;
  /** Whether worker and post may log in as the owner of the tables. */
  readonly trustOwner: boolean;
  /** Folder of the rulebook. */
  readonly rulebook: string;
  readonly startDate: IsoDate;
  readonly companies: ReadonlyMap<string, Company>;
  readonly locations: ReadonlyMap<string, LocationSetting>;
  /** Who may send events; `*` is whoever else. Without the section the door is open to all. */
  readonly sources: ReadonlyMap<string, Source>;
  readonly rates: RateTable;
  readonly calendars: ReadonlyMap<string, BusinessCalendar>;
  readonly erps: ReadonlyMap<string, ErpSetting>;
  readonly schedules: ReadonlyMap<string, Schedule>;
  readonly inboxes: {
    readonly events: InboxSetting;
    readonly ledger: InboxSetting;
    readonly decisions: string;
    readonly feeds?: readonly FeedBinding[];
  };
  readonly reports: string;
  /** What a person looks at first, in company currency: by company, and under `default` for the others. */
  readonly materiality: ReadonlyMap<string, Decimal>;
  /** People by team: an owner that exceptions.yaml names. */
  readonly teams: ReadonlyMap<string, readonly string[]>;
  readonly http: HttpSetting;
  readonly streams: ReadonlyMap<string, StreamSetting>;
  readonly webhooks: ReadonlyMap<string, Webhook>;
  /** Where the private key that signs evidence lies; absent: nothing is signed here. */
  readonly evidence: { readonly keyFile?: string };
  readonly log: { readonly level: LogLevel };
}
