/** The pages of `web/` as files to be served, each folder bundled for browsers. */
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const web = fileURLToPath(new URL('../web/', import.meta.url));

/** A folder of `web/`, and below which address its page stands. */
const pages = [
  { folder: 'search-page', at: '' },
  { folder: 'staff', at: 'staff' },
];

/** Writes the files of all pages that are there: `index.html` at the page's address, everything else below `assets/`. */
export function bundleWeb(folder: string): void {
  for (const page of pages) {
    const sources = join(web, page.folder);
    if (!existsSync(sources)) continue;
    const names = readdirSync(sources, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
    const assets = join(folder, page.at, 'assets');
    mkdirSync(assets, { recursive: true });
    buildSync({
      absWorkingDir: sources,
      // The page is known by its folder's name; whatever else it is made of is imported.
      entryPoints: names.filter((name) => [`${page.folder}.ts`, `${page.folder}.css`].includes(name)),
      bundle: true,
      outdir: assets,
      format: 'esm',
      target: 'es2022',
      minify: true,
      logLevel: 'error',
    });
    for (const name of names.filter((file) => !['.ts', '.css'].includes(extname(file)))) {
      copyFileSync(join(sources, name), join(name === 'index.html' ? join(folder, page.at) : assets, name));
    }
  }
}
