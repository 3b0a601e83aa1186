import { Name, type X509Certificate } from "../x509/x509.js";

/** Each relative distinguished name as a set of `type=value`, in the order of the certificate. */
type ComparableName = readonly string[];

/** Attribute types by the names that clients write, beside dotted numbers: RFC 4514 section 3, and some of X.520 and eIDAS. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ["cn", "2.5.4.3"],
  ["sn", "2.5.4.4"],
  ["serialnumber", "2.5.4.5"],
  ["c", "2.5.4.6"],
  ["l", "2.5.4.7"],
  ["st", "2.5.4.8"],
  ["street", "2.5.4.9"],
  ["o", "2.5.4.10"],
  ["ou", "2.5.4.11"],
  ["t", "2.5.4.12"],
  ["businesscategory", "2.5.4.15"],
  ["g", "2.5.4.42"],
  ["i", "2.5.4.43"],
  ["organizationidentifier", "2.5.4.97"],
  ["uid", "0.9.2342.19200300.100.1.1"],
  ["dc", "0.9.2342.19200300.100.1.25"],
  ["emailaddress", "1.2.840.113549.1.9.1"],
  ["e", "1.2.840.113549.1.9.1"],
  ["jurisdictioncountryname", "1.3.6.1.4.1.311.60.2.1.3"],
]);

/**
 * Whether the subject of a certificate is the distinguished name that a client registered, in whatever spelling RFC 4514 allows
 * and without regard to letter case. The string begins with the last element of the certificate's name.
 *
 * @see RFC 8705 section 2.1.2 https://www.rfc-editor.org/rfc/rfc8705#section-2.1.2
 * @see RFC 4514 https://www.rfc-editor.org/rfc/rfc4514
 */
export function hasSubjectName(certificate: X509Certificate, registered: string): boolean {
  const subject = comparableName(certificate.subjectName);
  const expected = parseDistinguishedName(registered);
  return (
    subject !== undefined &&
    expected !== undefined &&
    subject.length > 0 &&
    subject.length === expected.length &&
    subject.every((element, i) => element === expected[i])
  );
}

function comparableName(name: Name): ComparableName | undefined {
  const elements = name.toJSON().map((element) =>
    Object.entries(element).flatMap(([type, values]) =>
      // The library knows some types by short names.
      values.map((value) => [TYPES.get(type.toLowerCase()) ?? type, value] as const),
    ),
  );
  // The library writes so what it cannot read as a text; a text that looks like it would pass for that.
  if (elements.flat().some(([, value]) => value.startsWith("#"))) return undefined;
  return elements.map(comparableElement);
}

function comparableElement(attributes: readonly (readonly [type: string, value: string])[]): string {
  return JSON.stringify(attributes.map(([type, value]) => `${type}=${withoutCase(value)}`).sort());
}

/** What caseIgnoreMatch compares: RFC 4518 section 2. */
function withoutCase(value: string): string {
  return value.normalize("NFKC").toLowerCase().replaceAll(/\s+/g, " ").trim();
}

const ATTRIBUTE = /([A-Za-z0-9.-]+)=((?:\\.|[^\\,+])*)([,+]|$)/gsuy;

/** For a text whose form was checked when it was registered; `undefined` for a type or a value that is not known here. */
function parseDistinguishedName(text: string): ComparableName | undefined {
  const elements: [string, string][][] = [];
  let separator = ",";
  for (const [, keyword = "", written = "", next = ""] of text.matchAll(ATTRIBUTE)) {
    const type = /^\d/.test(keyword) ? keyword : TYPES.get(keyword.toLowerCase());
    const value = type === undefined ? undefined : valueOf(type, written);
    if (type === undefined || value === undefined) return undefined;
    if (separator === ",") elements.push([]);
    elements.at(-1)?.push([type, value]);
    separator = next;
  }
  // The rest of a text that is not in this form.
  if (separator !== "") return undefined;
  return elements.map(comparableElement).reverse();
}

function valueOf(type: string, written: string): string | undefined {
  try {
    const value = written.startsWith("#") ? decodedValue(type, written) : unescaped(written);
    return value === undefined || value.startsWith("#") ? undefined : value;
  } catch {
    return undefined;
  }
}

/** The text of a value that is written as the hexadecimal form of its encoding. */
function decodedValue(type: string, written: string): string | undefined {
  const encoded = new Name([{ [type]: [written] }]).toArrayBuffer();
  const [element = {}] = new Name(encoded).toJSON();
  return Object.values(element)[0]?.[0];
}

/** Each run of escaped bytes is UTF-8. */
function unescaped(written: string): string {
  return written
    .replaceAll(/(?:\\[0-9A-Fa-f]{2})+/g, (run) =>
      new TextDecoder("utf-8", { fatal: true })
        .decode(Uint8Array.from(run.split("\\").slice(1), (pair) => Number.parseInt(pair, 16)))
        .replaceAll("\\", "\\\\"),
    )
    .replaceAll(/\\(.)/gsu, "$1");
}
