// What an ERP's answer means, and what is on disk when a file counts as posted.
import type { Mutant } from '../mutant.ts';
import { room } from '../mutant.ts';

const ANSWERS = ['test/erp/answers.test.ts', 'test/erp/refusals.test.ts'];
const DROP = ['test/erp/fileDrop.test.ts', 'test/erp/fileDropDisk.test.ts'];
const DOCUMENTS = ['test/posting/document.test.ts'];

export const ERP: readonly Mutant[] = [
  ...room(DOCUMENTS, [
    {
      name: 'the currency is ignored when documents are compared',
      find: 'const key = account + SEPARATOR + currency;',
      put: 'const key = account;',
      short: 'test/posting/document.test.ts',
    },
    {
      name: 'the account is ignored when documents are compared',
      find: 'const key = account + SEPARATOR + currency;',
      put: 'const key = currency;',
    },
    {
      name: 'what a document lacks of the journal is not missed',
      find: 'const keys = new Set([...found.keys(), ...sent.keys()]);',
      put: 'const keys = new Set(found.keys());',
    },
    {
      name: 'what a document has more than the journal is not seen',
      find: 'const keys = new Set([...found.keys(), ...sent.keys()]);',
      put: 'const keys = new Set(sent.keys());',
    },
    {
      name: 'a document that shows no amounts is ours',
      find: `if (document.amounts === null || document.documentId === '') return 'unseen';`,
      put: `if (document.amounts === null || document.documentId === '') return 'same';`,
    },
    {
      name: 'a document with another reference is ours',
      find: `if (document.reference !== '' && document.reference !== journal.postingReference) return 'unseen';`,
      put: '',
    },
  ]),
  ...room(ANSWERS, [
    {
      name: 'status 408 counts as not executed',
      find: 'if (answer.status === 401 || answer.status === 403)\n    return',
      put: 'if (answer.status === 401 || answer.status === 403 || answer.status === 408)\n    return',
      short: 'test/erp/answers.test.ts',
    },
    {
      name: 'status 503 counts as not executed',
      find: 'if (answer.status === 401 || answer.status === 403)\n    return',
      put: 'if (answer.status === 401 || answer.status === 403 || answer.status === 503)\n    return',
    },
    {
      name: 'a missing answer counts as not executed',
      find: `kind: none.kind === 'notRun' ? 'notExecuted' : 'unknown', message`,
      put: `kind: 'notExecuted', message`,
    },
    {
      name: 'a redirect is an answer',
      find: 'if (answer.status >= 300 && answer.status < 400)',
      put: 'if (answer.status === 399)',
    },
    {
      name: 'an answer of any size is read into memory',
      find: 'if (bytes > maxBytes) done(',
      put: 'if (bytes < 0) done(',
    },
    {
      name: 'what was lost after the connection stood was not sent',
      find: `settle({ kind: connected ? 'lost' : 'notSent',`,
      put: `settle({ kind: 'notSent',`,
    },
    {
      name: 'a link to another server is followed, with our credentials',
      find: 'if (url.origin !== base.origin) {',
      put: 'if (url.origin === undefined) {',
    },
    {
      name: 'a journal waits for ever where a server asks for it',
      find: 'if (/^\\d+$/.test(text)) return Math.min(LONGEST_WAIT_MS, Number(text) * 1000);',
      put: 'if (/^\\d+$/.test(text)) return Number(text) * 1000;',
    },
  ]),
  ...room(DROP, [
    {
      name: 'the folder is not fsynced before a file counts as posted',
      find: 'await fsyncFolder(outbox);',
      put: '',
    },
    {
      name: 'the file is not fsynced before it gets its name',
      find: `crash('file-drop.before-fsync');\n    await file.sync();`,
      put: `crash('file-drop.before-fsync');`,
    },
    {
      name: 'another file under our name is ours',
      find: 'const amounts = bytes.equals(file.bytes) ? journalAmounts(journal) : [];',
      put: 'const amounts = journalAmounts(journal);',
    },
  ]),
];
