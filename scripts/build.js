#!/usr/bin/env node
'use strict';
// npm run build: src/ to dist/.
require('./lib/node-version');
const { build } = require('./lib/build');

try {
  build();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
