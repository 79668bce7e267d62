import { check } from '../base';

/** @throws ArgumentError for an option that was given, though the type has it not: a notebook may hand over anything */
export function refuseOptions(options: object, names: readonly string[], why: string): void {
  for (const name of names) {
    const given = (options as Readonly<Record<string, unknown>>)[name];
    check(given === undefined, name, given, `none: ${why}`);
  }
}
