#!/usr/bin/env node
'use strict';
// npm run setup: installs what is missing, trying again what could not be had last time, and builds.
require('./lib/node-version');
const { setup } = require('./lib/setup');
const { build } = require('./lib/build');

(async () => {
  await setup({ again: true });
  build();
})().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
