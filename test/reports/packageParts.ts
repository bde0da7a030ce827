// Looks into a workbook as a package: its parts as text, and each held against the standard's schema.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';

const SCHEMAS = '../shared/data/ooxml-xsd';
/** False where the schemas or xmllint are not on this machine. */
export const canValidate = existsSync(SCHEMAS) && spawnSync('xmllint', ['--version']).status === 0;
if (!canValidate) console.warn(`skipped: parts are not validated, ${SCHEMAS} or xmllint is not here`);

/** The parts of a workbook by name. */
export async function partsOf(path: string): Promise<Map<string, string>> {
  const parts = unzipSync(await readFile(path));
  return new Map(Object.entries(parts).map(([name, bytes]) => [name, strFromU8(bytes)]));
}

/** Core properties are left out: their schema imports one of the W3C that is not in the folder. */
function schemaOf(part: string): string | undefined {
  if (part === '[Content_Types].xml') return 'opc-contentTypes.xsd';
  if (part.endsWith('.rels')) return 'opc-relationships.xsd';
  if (part === 'docProps/app.xml') return 'shared-documentPropertiesExtended.xsd';
  if (part.startsWith('xl/drawings/')) return 'dml-spreadsheetDrawing.xsd';
  if (part.startsWith('xl/charts/')) return 'dml-chart.xsd';
  return part.startsWith('xl/') ? 'sml.xsd' : undefined;
}

/** What xmllint says against the parts; empty where all are valid. */
export async function invalidParts(parts: ReadonlyMap<string, string>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tieout-parts-'));
  const complaints: string[] = [];
  for (const [name, xml] of parts) {
    const file = join(folder, 'part.xml');
    await writeFile(file, xml);
    const schema = schemaOf(name);
    const against = schema === undefined ? [] : ['--schema', join(SCHEMAS, schema)];
    const result = spawnSync('xmllint', ['--noout', '--nonet', ...against, file], { encoding: 'utf8' });
    if (result.status !== 0) complaints.push(`${name}: ${result.stderr.slice(0, 500)}`);
  }
  await rm(folder, { recursive: true });
  return complaints;
}
