'use strict';
// Plain words instead of a syntax error on an old Node.
var parts = process.versions.node.split('.').map(Number);
if (parts[0] < 20 || (parts[0] === 20 && parts[1] < 19)) {
  process.stderr.write('Paretino needs Node 20.19 or newer; this is ' + process.versions.node + '.\n');
  process.exit(1);
}
