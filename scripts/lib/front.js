'use strict';
// The Pareto front that a notebook left behind, as a table on the terminal.
const fs = require('node:fs');
const path = require('node:path');
const { out } = require('./paths');
const say = require('./say');

/** out/NAME/front.json is {objectives: [names], rows: [{name: value}]}: the objectives' columns come first. */
function frontTable(name) {
  const file = path.join(out, name, 'front.json');
  if (!fs.existsSync(file)) return undefined;
  const { objectives, rows } = JSON.parse(fs.readFileSync(file, 'utf8'));
  const names = [...new Set([...objectives, ...rows.flatMap((row) => Object.keys(row))])];
  return say.columns(
    rows.map((row) => names.map((key) => format(row[key]))),
    names,
  );
}

function format(value) {
  if (typeof value !== 'number')
    return value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : value;
  if (Number.isInteger(value)) return value.toLocaleString('en-GB');
  return String(Number(value.toPrecision(4)));
}

module.exports = { frontTable };
