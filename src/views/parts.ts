/* What the views are written with. */
import { table, type Rich } from '../notebook';

/** True for objects that have these fields, of these kinds. */
export function has(value: unknown, fields: Readonly<Record<string, 'string' | 'number' | 'array' | 'object' | 'function' | 'map'>>): boolean {
  if (value === null || typeof value !== 'object') return false;
  const record = value as Record<string, unknown>;
  return Object.entries(fields).every(([name, kind]) => {
    const field = record[name];
    if (kind === 'array') return Array.isArray(field);
    if (kind === 'map') return field instanceof Map;
    return field !== null && typeof field === kind;
  });
}

export const is =
  <T>(fields: Parameters<typeof has>[1], also: (value: T) => boolean = () => true) =>
  (value: unknown): value is T =>
    has(value, fields) && also(value as T);

export const times = (shape: readonly number[]): string => shape.join(' × ');
export const grouped = (value: number): string => Math.round(value).toLocaleString('en-GB');
/** A record as rows of name and value, without what is undefined. */
export const facts = (record: Readonly<Record<string, unknown>>): Rich =>
  table(Object.entries(record).filter(([, value]) => value !== undefined).map(([name, value]) => ({ name, value: String(value) })));
export const used = (bytes: number, limit: number): string =>
  `${grouped(bytes)} B${Number.isFinite(limit) ? ` of ${grouped(limit)} (${((100 * bytes) / limit).toFixed(1)} %)` : ''}`;
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
/** True for a list of such values, with at least one. */
export const listOf =
  <T>(accepts: (value: unknown) => value is T) =>
  (value: unknown): value is readonly T[] =>
    Array.isArray(value) && value.length > 0 && value.every(accepts);
/** True for a map from names to such values, with at least one. */
export const isMapOf =
  <T>(accepts: (value: unknown) => value is T) =>
  (value: unknown): value is ReadonlyMap<string, T> =>
    value instanceof Map && value.size > 0 && [...value].every(([name, one]) => typeof name === 'string' && accepts(one));
