// XML from an ERP, as a small tree. A DOCTYPE is refused (entities are how a document eats memory or reads files), and
// depth and size are bounded.
import { SaxesParser } from 'saxes';

/** An element by its local name; prefixes differ between systems and mean nothing here. */
export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly XmlElement[];
  /** Its own text, trimmed. */
  text: string;
}

const MAX_DEPTH = 40;
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** @throws SyntaxError where it is not well-formed, has a DOCTYPE, or is too deep or too long */
export function parseXml(text: string): XmlElement {
  if (text.length > MAX_CHARACTERS) throw new SyntaxError(`XML of more than ${MAX_CHARACTERS} characters`);
  const parser = new SaxesParser();
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const open: Open[] = [root];
  parser.on('error', (error) => {
    throw new SyntaxError(error.message);
  });
  parser.on('doctype', () => {
    throw new SyntaxError('XML with a DOCTYPE');
  });
  parser.on('opentag', (tag) => {
    if (open.length > MAX_DEPTH) throw new SyntaxError(`XML nested deeper than ${MAX_DEPTH}`);
    const element: Open = { name: localName(tag.name), attributes: tag.attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  const addText = (piece: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += piece;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed !== undefined) closed.text = closed.text.trim();
  });
  parser.write(text).close();
  const [first] = root.children;
  if (first === undefined) throw new SyntaxError('XML without an element');
  return first;
}

interface Open {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** The first child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((one) => one.name === name);
}

/** The text down a path of children; '' where a step is missing. */
export function textAt(element: XmlElement | undefined, ...path: readonly string[]): string {
  return path.reduce<XmlElement | undefined>(child, element)?.text ?? '';
}

/** All elements of that name at any depth, in document order. */
export function descendants(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((one) => [...(one.name === name ? [one] : []), ...descendants(one, name)]);
}

/** Text as XML content or attribute value; control characters that XML 1.0 forbids become spaces. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
