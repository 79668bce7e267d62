import Table from 'cli-table3';

/** A plain table for a terminal: the first columns to the left, figures to the right. */
export function resultTable(head: readonly string[], left = 1): Table.Table {
  const colAligns = head.map((_, column) => (column < left ? ('left' as const) : ('right' as const)));
  return new Table({ head: [...head], style: { head: [], border: [] }, colAligns });
}
