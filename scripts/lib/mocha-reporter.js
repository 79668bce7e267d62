'use strict';
// Mocha's spec output on the terminal and the counts in the file that PARETINO_MOCHA_COUNTS names.
const fs = require('node:fs');
const Mocha = require('mocha');

const { Spec } = Mocha.reporters;

module.exports = class CountingSpec extends Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      fs.writeFileSync(process.env.PARETINO_MOCHA_COUNTS, JSON.stringify({ passes, failures, pending }));
    });
  }
};
