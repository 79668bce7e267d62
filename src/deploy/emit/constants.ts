import type { Field, Step } from '../steps';

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

function fieldText(field: Field, prefix: string): string {
  if (typeof field === 'number') return cNumber(field);
  if ('role' in field) return `${prefix}_${field.role}`;
  return `{${Array.from(field, cNumber).join(', ')}}`;
}

/** The constant arrays and the descriptor of one step. */
export function stepConstants(step: Step, prefix: string): string {
  const arrays = step.fields.flatMap((field) => {
    if (typeof field === 'number' || !('role' in field)) return [];
    const { role, type, values } = field;
    return [`static const ${type} ${prefix}_${role}[${values.length}] PARETINO_ALIGNED = {\n${numberRows(values)}\n};`];
  });
  const fields = step.fields.map((field) => fieldText(field, prefix)).join(', ');
  return [...arrays, `static const paretino_${step.descriptor} ${prefix} = {${fields}};`].join('\n');
}
