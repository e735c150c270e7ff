// Builds the app into the package, and the page that is shared: one file, the map's worker within it.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { sourcesHash } from './hash.mjs';

const out = new URL('../src/crenel/web/static/', import.meta.url).pathname;
const here = new URL('.', import.meta.url).pathname;
// Vite leaves this in what it builds as a library, and a page that is opened from disk has no `process`.
const PRODUCTION = { 'process.env.NODE_ENV': '"production"' };
const common = { root: here,  configFile: false, logLevel: 'error', esbuild: { jsx: 'automatic', jsxImportSource: 'preact' }, oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } } };

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await build({ ...common, base: '/', build: { outDir: out, emptyOutDir: false, target: 'es2022', chunkSizeWarningLimit: 4000, rollupOptions: { input: join(here, 'index.html') } } });

// The worker as one classic script: a page that is opened from disk may not start a module from a blob everywhere.
const worker = await build({
  ...common,
  define: PRODUCTION,
  build: { write: false, target: 'es2022', lib: { entry: join(here, 'node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs'), formats: ['iife'], name: 'worker', fileName: () => 'worker.js' } },
});
const script = (Array.isArray(worker) ? worker[0] : worker).output[0].code;
const single = await build({
  ...common,
  define: { ...PRODUCTION, __WORKER__: JSON.stringify(script) },
  build: { write: false, target: 'es2022', cssCodeSplit: false, chunkSizeWarningLimit: 4000, lib: { entry: join(here, 'src/single/main.tsx'), formats: ['iife'], name: 'crenel', fileName: () => 'single.js' } },
});
const parts = (Array.isArray(single) ? single[0] : single).output;
const code = parts.find((part) => part.type === 'chunk').code;
const css = parts.filter((part) => part.type === 'asset' && String(part.fileName).endsWith('.css')).map((part) => part.source).join('\n');
const shell = await readFile(join(here, 'share.html'), 'utf8');
// Functions as replacements: a dollar sign in the code means nothing.
await writeFile(join(out, 'share.html'), shell.replace('/*CSS*/', () => css).replace('/*SCRIPT*/', () => code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')));

await copyFile(join(here, 'node_modules/world-atlas/countries-110m.json'), join(out, 'world.json'));

await writeFile(join(out, 'sources.sha256'), `${await sourcesHash()}\n`);
