const RESERVED = new Set(
  ('auto break case char const continue default do double else enum extern float for goto if inline int long register ' +
    'restrict return short signed sizeof static struct switch typedef union unsigned void volatile while main class new ' +
    'delete this template namespace public private protected virtual operator try catch throw bool true false asm ' +
    // Headers of the standard library and of Arduino's core, which a folder on the include path would hide.
    'stdint stdio stdlib string math limits stddef stdbool assert errno time arduino').split(' '),
);

/** Arduino takes file names of 63 letters, extension included. */
const LONGEST = 56;

/** A C identifier out of any text: letters, digits and underscores, never a keyword, never the runtime's own prefix. */
export function identifier(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^_+|_+$/g, '').slice(0, LONGEST) || 'model';
  return /^[0-9]/.test(plain) || RESERVED.has(plain.toLowerCase()) || /^(paretino|PARETINO)/.test(plain) ? `m_${plain}` : plain;
}

/** Identifiers for a list of texts, all different. */
export function uniqueIdentifiers(texts: readonly string[]): string[] {
  const used = new Set<string>();
  return texts.map((text) => {
    const base = identifier(text);
    let name = base;
    for (let n = 2; used.has(name.toLowerCase()); n++) name = `${base}_${n}`;
    used.add(name.toLowerCase());
    return name;
  });
}

/** Text that can stand in a C comment: printable, one line, nothing that ends or begins a comment or continues a line. */
export function commentText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').replace(/[*/\\?]{2,}/g, '_').replace(/\\/g, '_').slice(0, 120);
}
