/** A port of this machine that nobody listens on: the scripts have the function. */
export const { freePort } = require('../../scripts/lib/free-port.js') as { freePort: () => Promise<number> };
