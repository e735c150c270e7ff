// Prints the hash of the front end’s sources: what is built keeps it, and is built anew when it changes.
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const here = new URL('.', import.meta.url).pathname;

async function walk(folder) {
  const found = [];
  for (const entry of await readdir(join(here, folder), { withFileTypes: true })) {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.name === 'node_modules') continue;
    if (entry.isDirectory()) found.push(...(await walk(path)));
    else found.push(path);
  }
  return found;
}

export async function sourcesHash() {
  const digest = createHash('sha256');
  // By code point, as Python sorts.
  for (const path of (await walk('')).sort((a, b) => (a < b ? -1 : 1))) digest.update(path).update(await readFile(join(here, path)));
  return digest.digest('hex');
}

if (process.argv[1] === new URL(import.meta.url).pathname) console.log(await sourcesHash());
