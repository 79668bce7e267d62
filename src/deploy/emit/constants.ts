import { constantsOf, type ConstantArray, type Field, type Step } from '../steps';

/** Numbers as rows of C text. */
export function numberRows(values: ArrayLike<number>, width = 110): string {
  const rows: string[] = [];
  let row = '';
  for (let i = 0; i < values.length; i++) {
    const text = `${cNumber(values[i])},`;
    if (row.length + text.length > width) {
      rows.push(row);
      row = '';
    }
    row += text;
  }
  rows.push(row);
  return rows.map((line) => `  ${line}`).join('\n');
}

/** A literal of type int: −2³¹ has none of its own in C. */
function cNumber(value: number): string {
  return value === -2147483648 ? '(-2147483647 - 1)' : String(value);
}

/** The constants of steps as C text: each array and each descriptor once, however many steps use it. */
export class ConstantWriter {
  private readonly arrays = new Map<ConstantArray, string>();

  /** @param prefix unique: names of the arrays and of the descriptor begin with it */
  text(step: Step, prefix: string): string {
    const arrays = constantsOf(step).flatMap((array) => {
      if (this.arrays.has(array)) return [];
      const { role, type, values } = array;
      const name = `${prefix}_${role}`;
      this.arrays.set(array, name);
      return [`static const ${type} ${name}[${values.length}] PARETINO_ALIGNED = {\n${numberRows(values)}\n};`];
    });
    const fields = step.fields.map((field) => this.field(field)).join(', ');
    return [...arrays, `static const paretino_${step.descriptor} ${prefix} PARETINO_ALIGNED = {${fields}};`].join('\n');
  }

  private field(field: Field): string {
    if (typeof field === 'number') return cNumber(field);
    if ('role' in field) return this.arrays.get(field) as string;
    return `{${Array.from(field, cNumber).join(', ')}}`;
  }
}
