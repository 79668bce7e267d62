'use strict';
// Debian and Ubuntu packages, where they can be installed without asking anybody anything.
const { capture, show, which, without } = require('./run');

/** The words in front of apt-get, or undefined where it cannot be run without a password. */
function prefix() {
  if (without('apt') || !which('apt-get')) return undefined;
  if (typeof process.getuid === 'function' && process.getuid() === 0) return [];
  if (which('sudo') && capture('sudo', ['-n', 'true'], { timeout: 5_000 }).ok) return ['sudo', '-n'];
  return undefined;
}

/** The command to hand to a user who can become root. */
function command(packages) {
  return `sudo apt-get install -y ${packages.join(' ')}`;
}

/**
 * Installs packages; refreshes the package lists once if the first attempt fails.
 * @returns {Promise<boolean>} false where apt-get is missing, needs a password, or failed
 */
async function install(packages) {
  const before = prefix();
  if (!before) return false;
  const apt = async (args, timeout) => {
    const words = [
      ...before,
      'apt-get',
      '-q',
      '-o',
      'DPkg::Lock::Timeout=120',
      '-o',
      'Acquire::Retries=1',
      '-o',
      'Acquire::http::Timeout=15',
      '-o',
      'Acquire::https::Timeout=15',
      ...args,
    ];
    const lines = [];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const result = await show(words[0], words.slice(1), { timeout, env, onLine: (text) => lines.push(text) });
    return result.ok;
  };
  const wanted = ['install', '-y', '--no-install-recommends', ...packages];
  if (await apt(wanted, 900_000)) return true;
  return (await apt(['update'], 120_000)) && apt(wanted, 900_000);
}

module.exports = { install, command, possible: () => prefix() !== undefined };
