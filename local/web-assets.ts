/** The search page, bundled in memory when Vindplaats starts, so that the sources are all there is to keep. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, stop } from 'esbuild';
import { contentTypeOf } from './content-type.ts';

export interface Asset {
  readonly contentType: string;
  readonly body: Buffer;
}

/** What is served under which path. */
export type Assets = ReadonlyMap<string, Asset>;

const searchPage = fileURLToPath(new URL('../web/search-page/', import.meta.url));

/**
 * `index.html` becomes `/`; `search-page.ts`, and `search-page.css` if there is one, become bundles under `/assets/`;
 * every other file of the folder is served under `/assets/` as it is. Without a folder there are no assets.
 */
export async function bundleAssets(folder: string = searchPage): Promise<Assets> {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map(({ name }) => name);
  const sources = names.filter((name) => ['.ts', '.css'].includes(extname(name)));
  const entryPoints = sources.filter((name) => /^search-page\.(ts|css)$/.test(name));
  const raw = names.filter((name) => !sources.includes(name));
  const assets = new Map(
    raw.map((name) => [
      name === 'index.html' ? '/' : `/assets/${name}`,
      asset(name, readFileSync(join(folder, name))),
    ]),
  );
  if (entryPoints.length === 0) return assets;
  try {
    const { outputFiles } = await build({
      absWorkingDir: folder,
      entryPoints,
      bundle: true,
      write: false,
      outdir: 'assets',
      format: 'esm',
      target: 'es2022',
      minify: true,
      sourcemap: 'inline',
      logLevel: 'silent',
    });
    for (const { path, contents } of outputFiles) {
      const name = basename(path);
      assets.set(`/assets/${name}`, asset(name, Buffer.from(contents)));
    }
  } finally {
    // esbuild works in a process of its own, which would otherwise live as long as this one.
    await stop();
  }
  return assets;
}

function asset(name: string, body: Buffer): Asset {
  return { contentType: contentTypeOf(name), body };
}
