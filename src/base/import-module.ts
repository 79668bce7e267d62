/** `import()` as it stands, which loads ECMAScript modules too: TypeScript would turn it into `require`. Takes a file's URL. */
export const importModule = new Function('specifier', 'return import(specifier)') as (specifier: string) => Promise<object>;
