/** The parts of a web address that tell what it opens. */
export interface WebAddress {
  /** In lower case, without a final dot. */
  readonly host: string;
  /** Decoded, without empty ones: `/a//b%20c/` gives `a` and `b c`. */
  readonly segments: readonly string[];
  /** Decoded; every value of a name, in order. */
  readonly parameters: ReadonlyMap<string, readonly string[]>;
}

/** More than any address of a clip needs; longer text is not looked into. */
export const ADDRESS_LENGTH_MAX = 2_048;

/**
 * Reads an address of the web, with or without its scheme, as people paste it. `undefined` when it is none, or when it
 * could open another place than it seems to: with a user name before the host, another port, a backslash, a space or a
 * control character in it, or a percent sign that decodes to nothing. The core has no `URL`, whose tolerance would be
 * in the way here.
 */
export function readWebAddress(text: string): WebAddress | undefined {
  const trimmed = text.trim();
  const parts = ADDRESS.exec(trimmed);
  if (parts === null || UNSAFE.test(trimmed)) return undefined;
  const [, host = '', path = '', query = '', fragment = ''] = parts;
  // Twitter's addresses of 2010 to 2012 have the path behind a hash bang.
  const segments = decodedSegments(path === '/' && fragment.startsWith('!/') ? fragment.slice(1) : path);
  const parameters = decodedParameters(query);
  if (segments === undefined || parameters === undefined) return undefined;
  return { host: host.toLowerCase().replace(/\.$/, ''), segments, parameters };
}

const ADDRESS =
  /^(?:(?:https?:)?\/\/)?([a-z0-9.-]{1,255})(?::(?:80|443))?(?=[/?#]|$)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/i;

/** Anything but printable ASCII, and the backslash, which browsers take for a slash. */
const UNSAFE = /[^\x21-\x7e]|\\/;

function decodedSegments(path: string): readonly string[] | undefined {
  return allDecoded(path.split('/').filter((segment) => segment !== ''));
}

function decodedParameters(query: string): ReadonlyMap<string, readonly string[]> | undefined {
  const parameters = new Map<string, readonly string[]>();
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=');
    const decoded = allDecoded(at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]);
    if (decoded === undefined) return undefined;
    const [name = '', value = ''] = decoded;
    parameters.set(name, [...(parameters.get(name) ?? []), value]);
  }
  return parameters;
}

function allDecoded(texts: readonly string[]): readonly string[] | undefined {
  try {
    return texts.map((text) => decodeURIComponent(text));
  } catch {
    return undefined;
  }
}
